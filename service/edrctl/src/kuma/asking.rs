//! The request of a call: asked once, within the time, and what it came to.

use std::cell::RefCell;
use std::time::Duration;

use serde_json::{Map, Value};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use tokio::signal::unix::Signal;
use vocabulary::code::Code;
use vocabulary::key::Key;
use vocabulary::task_id::TaskId;

use super::assets;
use super::key::{self, Occasion};
use super::outcome::Outcome;
use super::script::Script;
use super::settings::KumaSettings;
use super::spool::{Note, Spool};
use super::surroundings::Surroundings;
use super::values::CallMeaning;
use crate::ending::of_task;
use crate::exit::Exit;
use crate::gateway::answer::Answer;
use crate::gateway::departure::Departure;
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
    note: Note,
    /// Whether the note is of this call, and not of the same one before.
    is_noted: bool,
    key: Key,
    warnings: Vec<String>,
}

/// What a call goes by.
struct Clerk<'a> {
    script: Script,
    asked: CallMeaning,
    settings: &'a KumaSettings,
    at: &'a Surroundings<'a>,
    spool: Option<Spool>,
    departure: Departure,
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
    let (body, warnings) = (asked.body.clone(), std::mem::take(&mut asked.warnings));
    let spool = settings.spool.as_deref().filter(|_| !asked.dry_run);
    let clerk = Clerk {
        script,
        spool: spool.map(Spool::new),
        departure: Departure::new(),
        asked,
        settings,
        at,
    };
    let request = RefCell::new(clerk.request(body, warnings));
    let left = settings.whole_time.saturating_sub(at.start.elapsed());
    let answer = tokio::select! {
        answer = tokio::time::timeout(left, clerk.answer(&request)) => {
            answer.map_err(|_| "the time of the call was over")
        }
        _ = ended.recv() => Err("the script was ended from outside"),
    };
    let mut request = request.into_inner();
    let mut outcome = match answer {
        Ok(Ok(answer)) => clerk.accepted(&mut request, answer),
        Ok(Err(failure)) => failed(&failure),
        Err(reason) if !clerk.departure.has_left() => {
            let detail = format!("{reason} before anything was sent");
            Outcome::early(Exit::Later, "later", detail)
        }
        Err(reason) => {
            let again = clerk.again();
            let detail = format!(
                "{reason}, and nobody knows whether the task was accepted; {again} asks with the same key, and is carried out once"
            );
            Outcome::early(Exit::Unknown, "unknown", detail)
        }
    };
    // A task stays noted, however it has ended, and so does what nobody knows: whoever follows finds
    // out.
    let came_to_nothing = request.note.task.is_none() && outcome.exit != Exit::Unknown;
    if came_to_nothing && request.is_noted {
        clerk.forget(&request);
    }
    outcome.key = (!clerk.asked.dry_run).then(|| request.key.as_str().to_owned());
    request.warnings.append(&mut outcome.warnings);
    outcome.warnings = request.warnings;
    outcome.sent = request.body;
    outcome
}

impl Clerk<'_> {
    /// The request of a body, with its key and its note.
    fn request(&self, mut body: Map<String, Value>, warnings: Vec<String>) -> Request {
        let occasion = match &self.asked.event {
            Some(id) => Occasion::Event(id),
            None => Occasion::While(self.at.now, self.settings.once_per),
        };
        let key = key::of(self.script, occasion, &body);
        let text = |body: &Map<String, Value>, name: &str| {
            let text = body.get(name).and_then(Value::as_str);
            text.unwrap_or_default().to_owned()
        };
        if self.spool.is_some() && !body.contains_key("externalId") {
            // By it the task is found whose id was not heard. It is the gateway's to keep.
            body.insert("externalId".to_owned(), key.as_str().into());
        }
        let note = Note {
            key: key.as_str().to_owned(),
            task: None,
            external_id: text(&body, "externalId"),
            script: self.script.file().to_owned(),
            host: text(&body, "targetHost"),
            event: self.asked.event.clone(),
            asked_at: self.at.now.format(&Rfc3339).unwrap_or_default(),
        };
        Request {
            body,
            note,
            is_noted: false,
            key,
            warnings,
        }
    }

    /// What comes with the same key.
    fn again(&self) -> String {
        if self.asked.event.is_some() {
            return "the same call again".to_owned();
        }
        let long = self.settings.once_per.as_secs().max(1);
        let long = i64::try_from(long).unwrap_or(i64::MAX);
        let end = (self.at.now.unix_timestamp().div_euclid(long) + 1).saturating_mul(long);
        let end = OffsetDateTime::from_unix_timestamp(end).ok();
        let end = end.and_then(|it| it.format(&Rfc3339).ok());
        format!("until {} the same call again", end.unwrap_or_default())
    }

    /// What the gateway answers; asked once more by name where it knows no host by an id that KUMA
    /// knows an asset by.
    async fn answer(&self, request: &RefCell<Request>) -> Result<Answer, Failure> {
        let settings = self.settings;
        let gateway = Gateway::open(&settings.profile, settings.spool.as_deref())?;
        let first = self.create(&gateway, request).await;
        // Only a plain no: what may have been carried out is not asked for in other words.
        let nobody = match &first {
            Err(Failure::Refused(refusal)) => refusal.code == Code::HostNotFound.name(),
            _ => false,
        };
        let host = self.asked.body.get("targetHost").and_then(Value::as_str);
        let host = host.filter(|it| nobody && assets::could_be(it));
        let (Some(id), Some(source)) = (host, &settings.assets) else {
            return first;
        };
        match assets::name(source, id, FOR_AN_ASSET.min(settings.whole_time / 3)).await {
            Ok(name) => {
                let mut request = request.borrow_mut();
                if request.is_noted {
                    self.forget(&request);
                }
                let mut warnings = std::mem::take(&mut request.warnings);
                warnings.push(format!("KUMA's asset {id} is {name}"));
                let mut body = self.asked.body.clone();
                body.insert("targetHost".to_owned(), name.into());
                *request = self.request(body, warnings);
            }
            Err(reason) => {
                request.borrow_mut().warnings.push(reason.to_string());
                return first;
            }
        }
        self.create(&gateway, request).await
    }

    /// Asks once, after it is noted.
    async fn create(
        &self,
        gateway: &Gateway,
        request: &RefCell<Request>,
    ) -> Result<Answer, Failure> {
        if let Some(spool) = &self.spool {
            let mut request = request.borrow_mut();
            match spool.begin(&request.note) {
                Ok(is_noted) => request.is_noted = is_noted,
                Err(error) => request
                    .warnings
                    .push(format!("nobody follows the task: the spool: {error}")),
            }
        }
        let Request { body, key, .. } = request.borrow().clone();
        let how = Creation {
            key,
            dry_run: self.asked.dry_run,
            wait: self.asked.wait,
            until: self.at.start + self.settings.whole_time.saturating_sub(FOR_THE_END),
            departure: self.departure.clone(),
        };
        gateway.create(self.script.action(), &body, &how).await
    }

    fn accepted(&self, request: &mut Request, answer: Answer) -> Outcome {
        let id = answer.body["id"].as_str().unwrap_or_default();
        let (word, detail) = if self.asked.dry_run {
            ("dryRun", "checked, and nothing was done".to_owned())
        } else {
            let before = if answer.replayed {
                ", as it was before"
            } else {
                ""
            };
            ("accepted", format!("accepted as task {id}{before}"))
        };
        // Who waited is told by the number as well.
        let waited = self.asked.wait.is_some() && answer.body["terminal"] == true;
        let exit = if waited {
            of_task(&answer.body)
        } else {
            Exit::Done
        };
        let mut outcome = Outcome::early(exit, word, detail);
        if let Some(spool) = &self.spool
            && TaskId::parse(id).is_some()
        {
            request.note.task = Some(id.to_owned());
            if let Err(error) = spool.accepted(&request.note) {
                let told = format!("nobody follows the task: the spool: {error}");
                outcome.warnings.push(told);
            }
        }
        outcome.answered = answer.body;
        outcome
    }

    fn forget(&self, request: &Request) {
        if let Some(spool) = &self.spool {
            let _whoever_follows_finds_none = spool.remove(request.key.as_str());
        }
    }
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
