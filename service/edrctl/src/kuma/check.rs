//! Whether the drop-in can work on this correlator: one line for each thing that must hold.

mod local;

use std::io::Write;
use std::path::PathBuf;
use std::time::Duration;

use serde_json::Value;

use super::script::Script;
use super::settings::{self, KumaSettings};
use crate::clock;
use crate::exit::Exit;
use crate::finding::{APART, Finding};
use crate::gateway::Gateway;
use crate::gateway::answer::Answer;
use crate::settings::profile::Profile;
use crate::show::clean;

/// What is checked.
#[derive(Debug, Clone)]
pub struct Checking {
    /// The folder of the correlator's scripts.
    pub folder: PathBuf,
    /// This program, which the links must lead to.
    pub program: PathBuf,
    /// The settings file; the one that the scripts there find, when absent.
    pub settings: Option<PathBuf>,
    /// Who runs the scripts: `kuma`.
    pub user: String,
}

/// Checks, says a line of each, and ends as the first that is wrong.
pub async fn check(checking: &Checking, out: &mut dyn Write) -> Exit {
    let mut checks = vec![local::user(&checking.user)];
    checks.extend(local::links(&checking.folder, &checking.program));
    let places = match &checking.settings {
        Some(file) => vec![file.clone()],
        None => settings::places(&checking.folder.join(Script::IsolateHost.file())),
    };
    match settings::first(&places) {
        Ok(settings) => {
            checks.extend(local::files(&settings));
            checks.extend(gateway(&settings).await);
        }
        Err(error) => checks.push(Finding::bad("settings", Exit::Usage, error.to_string())),
    }
    for check in &checks {
        let word = if check.exit == Exit::Done {
            "ok "
        } else {
            "BAD"
        };
        let detail = clean(&check.detail);
        let _nobody_reads = writeln!(out, "{word} {}: {detail}", check.name);
    }
    let wrong = checks.iter().find(|it| it.exit != Exit::Done);
    wrong.map_or(Exit::Done, |it| it.exit)
}

/// What the gateway says of this caller.
async fn gateway(settings: &KumaSettings) -> Vec<Finding> {
    let profile = Profile {
        retry_for: Duration::from_secs(3),
        timeout: settings.whole_time,
        ..settings.profile.clone()
    };
    let asked = async { Gateway::open(&profile, None)?.get("/v1/whoami", &[]).await };
    match asked.await {
        Ok(answer) => let_in(settings, &answer),
        Err(failure) => {
            let detail = format!("{}: {failure}", profile.gateway);
            vec![Finding::bad("gateway", failure.exit(), detail)]
        }
    }
}

fn let_in(settings: &KumaSettings, answer: &Answer) -> Vec<Finding> {
    let list = |name: &str| {
        let list = answer.body[name].as_array().into_iter().flatten();
        list.filter_map(Value::as_str)
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    let caller = answer.body["caller"]
        .as_str()
        .unwrap_or("a caller without a name");
    let gateway = &settings.profile.gateway;
    let mut checks = vec![Finding::good(
        "gateway",
        format!("{gateway} lets in {caller}"),
    )];
    let tasks = list("tasks");
    let name = |script: Script| script.action().task().name().to_owned();
    let (may, may_not): (Vec<Script>, Vec<Script>) = Script::ALL
        .into_iter()
        .partition(|it| tasks.contains(&name(*it)));
    let names = |scripts: &[Script]| {
        scripts
            .iter()
            .map(|it| it.file())
            .collect::<Vec<_>>()
            .join(", ")
    };
    checks.push(if may.is_empty() {
        let detail =
            "the token may ask for none of the nine; give it tasks.create or tasks.create.<task>";
        Finding::bad("scopes", Exit::Refused, detail)
    } else if may_not.is_empty() {
        Finding::good("scopes", "the token may ask for all nine")
    } else {
        // That may be meant: a token need not do what no rule does.
        Finding::good(
            "scopes",
            format!("the token may not ask for {}", names(&may_not)),
        )
    });
    let reads = list("scopes").iter().any(|it| it == "tasks.read");
    if settings.collector.is_some() && !reads {
        let detail =
            "to tell what became of a task (edrctl kuma follow) the token needs tasks.read";
        checks.push(Finding::bad("scopes", Exit::Refused, detail));
    }
    let Some(theirs) = answer.server_date else {
        let detail = "the gateway does not say its time, so nobody has compared them";
        checks.push(Finding::good("clock", detail));
        return checks;
    };
    let apart = (clock::now() - theirs).whole_seconds().abs();
    let detail = format!("{apart} s beside the gateway's");
    checks.push(if apart > APART {
        Finding::bad("clock", Exit::Else, detail)
    } else {
        Finding::good("clock", detail)
    });
    checks
}
