//! The request of a call: asked once, within the time, and what it came to.

use std::cell::RefCell;
use std::time::Duration;

use serde_json::{Map, Value};
use time::format_description::well_known::Rfc3339;
use tokio::signal::unix::Signal;
use vocabulary::code::Code;
use vocabulary::key::Key;

use super::assets;
use super::key::{self, Occasion};
use super::outcome::Outcome;
use super::script::Script;
use super::settings::KumaSettings;
use super::spool::{Note, Spool};
use super::surroundings::Surroundings;
use super::values::CallMeaning;
use crate::exit::Exit;
use crate::gateway::answer::Answer;
use crate::gateway::failure::Failure;
use crate::gateway::{Creation, Gateway};

/// What of the whole time is kept for saying what it came to.
const FOR_THE_END: Duration = Duration::from_millis(500);

/// Longest that KUMA's API is waited for.
const FOR_AN_ASSET: Duration = Duration::from_secs(3);

/// What is asked for at the moment: with another host when an asset's id has become a name.
#[derive(Debug, Clone)]
struct Request {
    body: Map<String, Value>,
    key: Key,
    warnings: Vec<String>,
}

/// Asks the gateway, until the time is over or the script is ended from outside.
pub(super) async fn ask(
    script: Script,
    mut asked: CallMeaning,
    settings: &KumaSettings,
    at: &Surroundings<'_>,
    mut ended: Signal,
) -> Outcome {
    let room = settings.whole_time.as_secs().saturating_sub(2);
    if asked.wait.is_some_and(|it| it > room) {
        asked.wait = Some(room);
        asked
            .warnings
            .push(format!("--wait is {room} seconds: whole_time is no longer"));
    }
    let request = RefCell::new(Request {
        key: key_of(script, &asked, settings, at, &asked.body),
        body: asked.body.clone(),
        warnings: std::mem::take(&mut asked.warnings),
    });
    let left = settings.whole_time.saturating_sub(at.start.elapsed());
    let answer = tokio::select! {
        answer = tokio::time::timeout(left, answer(script, &asked, settings, at, &request)) => {
            answer.map_err(|_| "the time of the call was over")
        }
        _ = ended.recv() => Err("the script was ended from outside"),
    };
    let Request {
        body,
        key,
        mut warnings,
    } = request.into_inner();
    asked.body = body;
    let mut outcome = match answer {
        Ok(Ok(answer)) => accepted(script, &asked, settings, at, &key, answer),
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
    warnings.append(&mut outcome.warnings);
    outcome.warnings = warnings;
    outcome.sent = asked.body;
    outcome
}

/// The key of a call with this body.
fn key_of(
    script: Script,
    asked: &CallMeaning,
    settings: &KumaSettings,
    at: &Surroundings<'_>,
    body: &Map<String, Value>,
) -> Key {
    let occasion = match &asked.event {
        Some(id) => Occasion::Event(id),
        None => Occasion::While(at.now, settings.once_per),
    };
    key::of(script, occasion, body)
}

/// What the gateway answers; asked once more by name where it knows no host by an id that KUMA knows
/// an asset by.
async fn answer(
    script: Script,
    asked: &CallMeaning,
    settings: &KumaSettings,
    at: &Surroundings<'_>,
    request: &RefCell<Request>,
) -> Result<Answer, Failure> {
    let gateway = Gateway::open(&settings.profile, settings.spool.as_deref())?;
    let create = async || {
        let Request { body, key, .. } = request.borrow().clone();
        let how = Creation {
            key,
            dry_run: asked.dry_run,
            wait: asked.wait,
            until: at.start + settings.whole_time.saturating_sub(FOR_THE_END),
        };
        gateway.create(script.action(), &body, &how).await
    };
    let first = create().await;
    let nobody = first.as_ref().err().and_then(Failure::refusal);
    let nobody = nobody.is_some_and(|it| it.code == Code::HostNotFound.name());
    let host = asked.body.get("targetHost").and_then(Value::as_str);
    let host = host.filter(|it| nobody && assets::could_be(it));
    let (Some(id), Some(source)) = (host, &settings.assets) else {
        return first;
    };
    match assets::name(source, id, FOR_AN_ASSET.min(settings.whole_time / 3)).await {
        Ok(name) => {
            let mut request = request.borrow_mut();
            request
                .warnings
                .push(format!("KUMA's asset {id} is {name}"));
            request.body.insert("targetHost".to_owned(), name.into());
            request.key = key_of(script, asked, settings, at, &request.body);
        }
        Err(reason) => {
            request.borrow_mut().warnings.push(reason.to_string());
            return first;
        }
    }
    create().await
}

fn accepted(
    script: Script,
    asked: &CallMeaning,
    settings: &KumaSettings,
    at: &Surroundings<'_>,
    key: &Key,
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
            key: key.as_str().to_owned(),
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
