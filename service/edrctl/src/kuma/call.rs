//! The way of a call: read, ask once, say what it came to, within the rule's time.
//!
//! Nothing leaves before everything is understood. The gateway is asked with a key that the same
//! call has again, so a rule that fires twice for one event is carried out once. When KUMA ends the
//! script, or the time is over, nobody knows what happened, and that is what is said.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde_json::Value;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use tokio::signal::unix::{SignalKind, signal};

use super::argparse::{self, GivenOption, Reading};
use super::key::{self, Occasion};
use super::log::SystemLog;
use super::outcome::Outcome;
use super::script::Script;
use super::settings::{self, KumaSettings};
use super::spool::{Note, Spool};
use super::values::{self, CallMeaning};
use super::{archive, ignored, usage};
use crate::exit::Exit;
use crate::gateway::answer::Answer;
use crate::gateway::failure::Failure;
use crate::gateway::{Creation, Gateway};

/// What of the whole time is kept for saying what it came to.
const FOR_THE_END: Duration = Duration::from_millis(500);

/// Where and when a script is called.
pub struct Surroundings<'a> {
    /// Where settings are looked for, the first before the others.
    pub places: Vec<PathBuf>,
    /// The environment.
    pub variable: &'a dyn Fn(&str) -> Option<OsString>,
    /// Where it is told.
    pub journal: SystemLog,
    /// The time.
    pub now: OffsetDateTime,
    /// When the call began.
    pub start: Instant,
}

/// A script is called.
pub async fn called_as(
    script: Script,
    arguments: impl Iterator<Item = OsString>,
    surroundings: &Surroundings<'_>,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> Exit {
    let outcome = match argparse::read(&script.names(), arguments) {
        Ok(Reading::Help) => {
            let _nobody_reads = out.write_all(usage::help(script).as_bytes());
            return Exit::Done;
        }
        Ok(Reading::Given(given)) => outcome(script, given, surroundings).await,
        Err(misread) => Outcome::early(Exit::Usage, "arguments", misread.to_string()),
    };
    if outcome.exit != Exit::Done {
        if outcome.word == "arguments" {
            let _nobody_reads = writeln!(err, "{}", usage::line(script));
        }
        let _nobody_reads = writeln!(err, "{}: error: {}", script.file(), outcome.detail);
    }
    let now = surroundings.now.format(&Rfc3339).unwrap_or_default();
    let line = outcome.line(script, &now);
    let _nobody_reads = writeln!(out, "{line}");
    let _nobody_listens = outcome.tell(script, &line, &surroundings.journal);
    outcome.exit
}

/// What comes of the options.
async fn outcome(script: Script, given: Vec<GivenOption>, at: &Surroundings<'_>) -> Outcome {
    // From here on a signal is an outcome that is told.
    let ended = match signal(SignalKind::terminate()) {
        Ok(ended) => ended,
        Err(error) => return Outcome::early(Exit::Else, "failed", error.to_string()),
    };
    let settings = match settings::first(&at.places) {
        Ok(settings) => settings,
        Err(error) => return Outcome::early(Exit::Usage, "settings", error.to_string()),
    };
    if let Err(detail) = expected(script, &given, &settings) {
        return Outcome::early(Exit::Usage, "arguments", detail);
    }
    let folder = settings.ioc_folder.clone();
    let archive = |named: &str| archive::read(folder.as_deref(), named);
    let mut asked = match values::asked(script, given, archive) {
        Ok(asked) => asked,
        Err(unfit) => return Outcome::early(Exit::Usage, "arguments", unfit.to_string()),
    };
    let stamps = settings.spool.as_deref();
    let present = |name: &str| (at.variable)(name).is_some();
    asked.warnings.extend(ignored::warning(
        &asked.ignored,
        present,
        stamps,
        at.now.into(),
    ));
    asked
        .body
        .insert("area".to_owned(), settings.area.clone().into());
    let severity = settings.severity.clone();
    asked.body.insert("severity".to_owned(), severity.into());
    ask(script, asked, &settings, at, ended).await
}

/// Whether these are the options that the settings expect of the script, where they expect any.
fn expected(script: Script, given: &[GivenOption], settings: &KumaSettings) -> Result<(), String> {
    let Some(expected) = settings.options.get(script.file()) else {
        return Ok(());
    };
    let expected: BTreeSet<&str> = expected.iter().map(String::as_str).collect();
    let given: BTreeSet<&str> = given.iter().map(|it| it.name).collect();
    let list = |names: &BTreeSet<&str>| names.iter().copied().collect::<Vec<_>>().join(", ");
    if expected == given {
        return Ok(());
    }
    Err(format!(
        "the settings expect the options {} and no others; given are {}",
        list(&expected),
        list(&given)
    ))
}

async fn ask(
    script: Script,
    mut asked: CallMeaning,
    settings: &KumaSettings,
    at: &Surroundings<'_>,
    mut ended: tokio::signal::unix::Signal,
) -> Outcome {
    let occasion = match &asked.event {
        Some(id) => Occasion::Event(id),
        None => Occasion::Minute(at.now),
    };
    let key = key::of(script, occasion, &asked.body);
    let room = settings.whole_time.as_secs().saturating_sub(2);
    if asked.wait.is_some_and(|it| it > room) {
        asked.wait = Some(room);
        asked
            .warnings
            .push(format!("--wait is {room} seconds: whole_time is no longer"));
    }
    let how = Creation {
        key: key.clone(),
        dry_run: asked.dry_run,
        wait: asked.wait,
        until: at.start + settings.whole_time.saturating_sub(FOR_THE_END),
    };
    let left = settings.whole_time.saturating_sub(at.start.elapsed());
    let asking = async {
        let gateway = Gateway::open(&settings.profile, None)?;
        gateway.create(script.action(), &asked.body, &how).await
    };
    let answer = tokio::select! {
        answer = tokio::time::timeout(left, asking) => answer.map_err(|_| "the time of the call was over"),
        _ = ended.recv() => Err("the script was ended from outside"),
    };
    let mut outcome = match answer {
        Ok(Ok(answer)) => accepted(script, &asked, settings, at, &how, answer),
        Ok(Err(failure)) => failed(&failure),
        Err(reason) if asked.dry_run => {
            Outcome::early(Exit::Later, "later", format!("{reason}; it was a dry run"))
        }
        Err(reason) => {
            let detail = format!(
                "{reason}, and nobody knows whether the task was accepted; the same call again asks with the same key, and is carried out once"
            );
            Outcome::early(Exit::Unknown, "unknown", detail)
        }
    };
    outcome.key = (!asked.dry_run).then(|| key.as_str().to_owned());
    let mut warnings = asked.warnings;
    warnings.append(&mut outcome.warnings);
    outcome.warnings = warnings;
    outcome.sent = asked.body;
    outcome
}

fn accepted(
    script: Script,
    asked: &CallMeaning,
    settings: &KumaSettings,
    at: &Surroundings<'_>,
    how: &Creation,
    answer: Answer,
) -> Outcome {
    let (word, detail) = if asked.dry_run {
        ("dryRun", "checked, and nothing was done".to_owned())
    } else {
        let id = answer.body["id"].as_str().unwrap_or("without an id");
        let again = if answer.replayed {
            ", as it was before"
        } else {
            ""
        };
        ("accepted", format!("accepted as task {id}{again}"))
    };
    let mut outcome = Outcome::early(Exit::Done, word, detail);
    if let Some(folder) = settings.spool.as_deref().filter(|_| !asked.dry_run)
        && let Some(task) = answer.body["id"].as_str()
    {
        let text = |name: &str| {
            asked
                .body
                .get(name)
                .and_then(Value::as_str)
                .unwrap_or_default()
        };
        let note = Note {
            task: task.to_owned(),
            script: script.file().to_owned(),
            host: text("targetHost").to_owned(),
            event: asked.event.clone(),
            key: how.key.as_str().to_owned(),
            asked_at: at.now.format(&Rfc3339).unwrap_or_default(),
        };
        if let Err(error) = Spool::new(folder).add(&note) {
            let told = format!("nobody follows the task: {}: {error}", folder.display());
            outcome.warnings.push(told);
        }
    }
    outcome.answered = answer.body;
    outcome
}

fn failed(failure: &Failure) -> Outcome {
    let exit = failure.exit();
    let word = match exit {
        Exit::Usage => "settings",
        Exit::Refused => "refused",
        Exit::Later => "later",
        Exit::Unknown => "unknown",
        Exit::Done | Exit::Else | Exit::Failed | Exit::Unclear => "failed",
    };
    let mut detail = failure.to_string();
    let refusal = failure.refusal();
    // An id of KUMA's own asset, or one of a device that was registered anew, is what a rule sends
    // most easily by mistake.
    if refusal.is_some_and(|it| it.code == "host_not_found") {
        detail.push_str(" A KUMA asset id names no host here, and KUMA's copy of a KSC host id may be half a day old: pass a name or an address of the event.");
    }
    let mut outcome = Outcome::early(exit, word, detail);
    outcome.answered = refusal.map(|it| it.document.clone()).unwrap_or_default();
    outcome
}

/// Where a program that was called by this name lies, if that can be known.
#[must_use]
pub fn program(argv0: &Path, working_folder: Option<PathBuf>) -> PathBuf {
    if argv0.components().count() > 1
        && let Some(folder) = working_folder
    {
        return folder.join(argv0);
    }
    argv0.to_owned()
}
