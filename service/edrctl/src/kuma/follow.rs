//! Tells KUMA what became of the tasks that its rules asked for.
//!
//! KUMA has no event for what a script did. This reads the notes that accepted calls leave, asks the
//! gateway until each task has ended, sends an event to a collector, and only then forgets the note:
//! whatever ends in between, an event may come twice, and none is lost.

mod told;

use std::collections::HashMap;
use std::io::Write;
use std::time::{Duration, Instant};

use serde_json::Value;
use tokio::signal::unix::{SignalKind, signal};

use super::collector::Collector;
use super::settings::KumaSettings;
use super::spool::{Note, Spool};
use crate::clock;
use crate::exit::Exit;
use crate::gateway::Gateway;
use crate::gateway::failure::Failure;

/// Most tasks that are asked for at a time.
const AT_A_TIME: usize = 50;
/// How often the notes are looked at.
const ROUND: Duration = Duration::from_secs(5);
/// How long after a failure the same is tried again.
const AFTER_FAILURE: Duration = Duration::from_secs(30);
/// How long a task is waited for that the gateway says there is none of.
const UNTIL_GONE: u32 = 5;
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
    fn say(&mut self, text: &str) {
        let _nobody_reads = writeln!(self.out, "{text}");
    }

    /// Looks at every note whose time has come; whether all went well.
    async fn round(&mut self) -> bool {
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
            .retain(|id, _| notes.iter().any(|it| it.task == *id));
        let now = Instant::now();
        let is_due = |it: &&Note| {
            let watched = self.watched.get(&it.task);
            watched.and_then(|it| it.due).is_none_or(|due| due <= now)
        };
        let due: Vec<Note> = notes.iter().filter(is_due).cloned().collect();
        for some in due.chunks(AT_A_TIME) {
            if !self.look(some).await {
                return false;
            }
        }
        true
    }

    /// Asks for some tasks and tells of those that have ended.
    async fn look(&mut self, notes: &[Note]) -> bool {
        let ids: Vec<&str> = notes.iter().map(|it| it.task.as_str()).collect();
        let ids = ids.join(",");
        let limit = AT_A_TIME.to_string();
        let answer = self
            .gateway
            .get("/v1/tasks", &[("id", &ids), ("limit", &limit)])
            .await;
        let body = match answer {
            Ok(answer) => answer.body,
            Err(failure) if is_of_an_id(&failure) => {
                // One id that is none would keep all others from being told.
                if let [note] = notes {
                    return self.unknown(note);
                }
                for one in notes.chunks(1) {
                    if !Box::pin(self.look(one)).await {
                        return false;
                    }
                }
                return true;
            }
            Err(failure) => {
                self.say(&failure.to_string());
                return false;
            }
        };
        let tasks = body["tasks"].as_array().cloned().unwrap_or_default();
        let unknown = body["unknownIds"].as_array().cloned().unwrap_or_default();
        for note in notes {
            let is_well = match tasks.iter().find(|it| it["id"] == note.task.as_str()) {
                Some(task) if task["terminal"] == true => self.tell(note, task),
                Some(task) => {
                    let seconds = task["pollAfterSeconds"].as_u64().unwrap_or(15);
                    self.later(note, Duration::from_secs(seconds.clamp(1, LONGEST)));
                    true
                }
                None if unknown.iter().any(|it| it == note.task.as_str()) => self.unknown(note),
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
        let watched = self.watched.entry(note.task.clone()).or_default();
        watched.due = Some(Instant::now() + pause);
    }

    /// A task that the gateway says there is none of: told when it has said so for a while.
    fn unknown(&mut self, note: &Note) -> bool {
        let watched = self.watched.entry(note.task.clone()).or_default();
        watched.unknown += 1;
        if watched.unknown < UNTIL_GONE {
            self.later(note, AFTER_FAILURE);
            return true;
        }
        self.tell(note, &Value::Null)
    }

    /// Sends the event, and only then forgets the note.
    fn tell(&mut self, note: &Note, task: &Value) -> bool {
        let event = told::event(note, task, clock::now());
        if let Err(error) = self.collector.send(&event) {
            let collector = self.collector.to_string();
            self.say(&format!(
                "{collector} does not take events: {error}; they are kept"
            ));
            return false;
        }
        if let Err(error) = self.spool.remove(&note.task) {
            self.say(&format!(
                "{} stays noted and is told again: {error}",
                note.task
            ));
            return false;
        }
        let state = task["state"].as_str().unwrap_or("unknown");
        self.say(&format!("{} on {}: {state}", note.task, note.host));
        true
    }
}

/// Whether the gateway says that an id is none.
fn is_of_an_id(failure: &Failure) -> bool {
    let code = failure.refusal().map(|it| it.code.as_str());
    matches!(failure, Failure::Refused(_))
        && matches!(code, Some("task_not_found" | "validation_failed"))
}
