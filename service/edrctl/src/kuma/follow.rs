//! Tells KUMA what became of the tasks that its rules asked for.
//!
//! KUMA has no event for what a script did. This reads the notes that calls leave, finds the tasks of
//! those that were ended before they heard of theirs, asks the
//! gateway until each task has ended, sends an event to a collector, and only then forgets the note:
//! whatever ends in between, an event may come twice, and none is lost.

mod told;

use std::collections::HashMap;
use std::io::Write;
use std::time::{Duration, Instant};

use serde_json::Value;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use tokio::signal::unix::{SignalKind, signal};
use vocabulary::task_id::TaskId;

use super::collector::Collector;
use super::settings::KumaSettings;
use super::spool::{Note, Spool};
use crate::clock;
use crate::exit::Exit;
use crate::gateway::Gateway;
use crate::gateway::failure::Failure;
use crate::show::clean;

/// Most tasks that are asked for at a time.
const AT_A_TIME: usize = 50;
/// How often the notes are looked at.
const ROUND: Duration = Duration::from_secs(5);
/// How long after a failure the same is tried again.
const AFTER_FAILURE: Duration = Duration::from_secs(30);
/// How long a task is waited for that the gateway says there is none of.
const UNTIL_GONE: u32 = 5;
/// How long the task of a call is looked for that has not heard of it.
const UNTIL_UNHEARD: time::Duration = time::Duration::minutes(5);
/// What is said then.
const NEVER_HEARD: &str = "The script was ended, or nobody answered it, before it heard of its task, and the gateway shows none that is surely its own: look at KSC.";
/// Most seconds until a task is asked for again.
const LONGEST: u64 = 600;

/// How tasks are followed.
#[derive(Debug, Clone)]
pub struct Following {
    /// The settings: gateway, spool and collector.
    pub settings: KumaSettings,
    /// Whether to look once and end.
    pub once: bool,
}

/// Why nobody is followed.
#[derive(Debug, thiserror::Error)]
pub enum NotFollowing {
    /// A setting is missing.
    #[error("[kuma] has no {0}: nobody can be followed without")]
    Setting(&'static str),
    /// The gateway's settings cannot be used.
    #[error(transparent)]
    Gateway(#[from] Failure),
    /// The spool cannot be read.
    #[error("the spool cannot be read: {0}")]
    Spool(std::io::Error),
}

/// When a task is asked for again, and how often it was not known.
#[derive(Debug, Default)]
struct Watched {
    due: Option<Instant>,
    unknown: u32,
}

/// What is needed to follow.
struct Follower<'a> {
    gateway: Gateway,
    spool: Spool,
    collector: Collector,
    watched: HashMap<String, Watched>,
    out: &'a mut dyn Write,
}

/// Follows until it is ended; or looks once.
///
/// # Errors
/// Why it cannot begin.
pub async fn follow(following: &Following, out: &mut dyn Write) -> Result<Exit, NotFollowing> {
    let settings = &following.settings;
    let spool = settings
        .spool
        .as_deref()
        .ok_or(NotFollowing::Setting("spool"))?;
    let collector = settings.collector.clone();
    let mut follower = Follower {
        gateway: Gateway::open(&settings.profile, settings.spool.as_deref())?,
        spool: Spool::new(spool),
        collector: collector.ok_or(NotFollowing::Setting("collector"))?,
        watched: HashMap::new(),
        out,
    };
    follower.spool.notes().map_err(NotFollowing::Spool)?;
    if following.once {
        let is_well = follower.round().await;
        return Ok(if is_well { Exit::Done } else { Exit::Later });
    }
    let mut ended = signal(SignalKind::terminate()).map_err(NotFollowing::Spool)?;
    let mut interrupted = signal(SignalKind::interrupt()).map_err(NotFollowing::Spool)?;
    loop {
        let round = async {
            let pause = if follower.round().await {
                ROUND
            } else {
                AFTER_FAILURE
            };
            tokio::time::sleep(pause).await;
        };
        tokio::select! {
            () = round => {}
            _ = ended.recv() => return Ok(Exit::Done),
            _ = interrupted.recv() => return Ok(Exit::Done),
        }
    }
}

impl Follower<'_> {
    /// Says something on a line of its own, whatever others have put into it.
    fn say(&mut self, text: &str) {
        let _nobody_reads = writeln!(self.out, "{}", clean(text));
    }

    /// Looks at every note whose time has come; whether all went well.
    async fn round(&mut self) -> bool {
        self.spool.tidy(clock::now().into());
        let (notes, odd) = match self.spool.notes() {
            Ok(notes) => notes,
            Err(error) => {
                self.say(&format!("the spool cannot be read: {error}"));
                return false;
            }
        };
        for name in odd {
            self.say(&format!("{name} in the spool is no note and is left alone"));
        }
        self.watched
            .retain(|key, _| notes.iter().any(|it| it.key == *key));
        let now = Instant::now();
        let is_due = |it: &&Note| {
            let watched = self.watched.get(&it.key);
            watched.and_then(|it| it.due).is_none_or(|due| due <= now)
        };
        let due = notes.iter().filter(is_due).cloned();
        let (known, unheard): (Vec<Note>, Vec<Note>) = due.partition(|it| it.task.is_some());
        for some in known.chunks(AT_A_TIME) {
            if !self.look(some).await {
                return false;
            }
        }
        for note in &unheard {
            if !self.find(note).await {
                return false;
            }
        }
        true
    }

    /// Looks for the task of a call that has not heard of it: the script was ended before, or
    /// nobody answered. Nothing is asked for again. A reference of the rule's own may be that of
    /// another call's task, so only one that was made of the key proves anything.
    async fn find(&mut self, note: &Note) -> bool {
        if note.external_id != note.key {
            return self.never_heard(note);
        }
        let query = [("externalId", note.external_id.as_str()), ("limit", "50")];
        let answer = match self.gateway.get("/v1/tasks", &query).await {
            Ok(answer) => answer.body,
            Err(failure) => {
                self.say(&failure.to_string());
                return false;
            }
        };
        let Some(tasks) = answer["tasks"].as_array() else {
            self.say("the gateway answers with something that is no list of tasks");
            return false;
        };
        let found = tasks
            .iter()
            .find(|it| it["externalId"] == note.key.as_str());
        let id = found.and_then(|it| it["id"].as_str());
        if let Some(id) = id.filter(|it| TaskId::parse(it).is_some()) {
            let note = Note {
                task: Some(id.to_owned()),
                ..note.clone()
            };
            if let Err(error) = self.spool.accepted(&note) {
                self.say(&format!("{id} cannot be noted: {error}"));
                return false;
            }
            return self.look(&[note]).await;
        }
        self.never_heard(note)
    }

    /// Tells that nobody knows what became of a call, when it has been looked for long enough.
    fn never_heard(&mut self, note: &Note) -> bool {
        let asked_at = OffsetDateTime::parse(&note.asked_at, &Rfc3339).ok();
        let is_young = asked_at.is_some_and(|it| clock::now() - it < UNTIL_UNHEARD);
        if is_young {
            self.later(note, ROUND);
            return true;
        }
        self.tell(note, &Value::Null, NEVER_HEARD)
    }

    /// Asks for some tasks and tells of those that have ended.
    async fn look(&mut self, notes: &[Note]) -> bool {
        let ids: Vec<&str> = notes.iter().filter_map(|it| it.task.as_deref()).collect();
        let ids = ids.join(",");
        let limit = AT_A_TIME.to_string();
        let query = [("id", ids.as_str()), ("limit", limit.as_str())];
        let body = match self.gateway.get("/v1/tasks", &query).await {
            Ok(answer) => answer.body,
            Err(failure) => {
                self.say(&failure.to_string());
                return false;
            }
        };
        let Some(tasks) = body["tasks"].as_array().cloned() else {
            self.say("the gateway answers with something that is no list of tasks");
            return false;
        };
        let unknown = body["unknownIds"].as_array().cloned().unwrap_or_default();
        for note in notes {
            let id = note.task.as_deref().unwrap_or_default();
            let is_well = match tasks.iter().find(|it| it["id"] == id) {
                Some(task) if task["terminal"] == true => self.tell(note, task, ""),
                Some(task) => {
                    let seconds = task["pollAfterSeconds"].as_u64().unwrap_or(15);
                    self.later(note, Duration::from_secs(seconds.clamp(1, LONGEST)));
                    true
                }
                None if unknown.iter().any(|it| it == id) => self.unknown(note),
                // Its back end could not be asked.
                None => {
                    self.later(note, AFTER_FAILURE);
                    true
                }
            };
            if !is_well {
                return false;
            }
        }
        true
    }

    fn later(&mut self, note: &Note, pause: Duration) {
        let watched = self.watched.entry(note.key.clone()).or_default();
        watched.due = Some(Instant::now() + pause);
    }

    /// A task that the gateway says there is none of: told when it has said so for a while.
    fn unknown(&mut self, note: &Note) -> bool {
        let watched = self.watched.entry(note.key.clone()).or_default();
        watched.unknown += 1;
        if watched.unknown < UNTIL_GONE {
            self.later(note, AFTER_FAILURE);
            return true;
        }
        self.tell(note, &Value::Null, "The gateway knows no such task.")
    }

    /// Sends the event, and only then forgets the note.
    fn tell(&mut self, note: &Note, task: &Value, otherwise: &str) -> bool {
        let event = told::event(note, task, otherwise, clock::now());
        if let Err(error) = self.collector.send(&event) {
            let collector = self.collector.to_string();
            self.say(&format!(
                "{collector} does not take events: {error}; they are kept"
            ));
            return false;
        }
        let id = note.task.as_deref().unwrap_or(&note.key);
        if let Err(error) = self.spool.told(&note.key) {
            self.say(&format!("{id} stays noted and is told again: {error}"));
            return false;
        }
        let state = task["state"].as_str().unwrap_or("unknown");
        self.say(&format!("{id} on {}: {state}", note.host));
        true
    }
}
