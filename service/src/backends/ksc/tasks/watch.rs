//! Those who wait for a task to change: many watchers, one poll of KSC.
//!
//! A watched task has one poller, which lives as long as somebody watches or until the task is
//! over. What it sees it tells all of them. How often it looks depends on the task's age alone.
//!
//! Pollers share a few of the KSC sessions: however many tasks are watched, sessions are left for
//! those who deliver.

mod poller;
mod seats;

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::{Notify, Semaphore, watch};

use super::super::task_id;
use super::{Follow, unknown};
use crate::authority::{Permit, Read};
use crate::backends::ksc::fault::Failure;
use crate::config;
use crate::ending::Ending;
use crate::metrics::Metrics;
use crate::problem::Problem;
use crate::telemetry::trace;
use poller::Poller;
use seats::{WatchSeat, WatchSeats};
use vocabulary::code::Code;
use vocabulary::report::{State, Task};
use vocabulary::task_id::TaskId;

/// What the last look at a watched task found.
#[derive(Clone, Default)]
struct Sighting {
    /// How it stands, and the mark of that.
    task: Option<(Arc<Task>, Arc<str>)>,
    /// KSC has no such task.
    absent: bool,
    /// Why the look failed, if it did.
    failure: Option<Failure>,
    /// When the look began; nothing before the first one.
    at: Option<Instant>,
}

impl Sighting {
    /// Whether it says more than was known at `since`. What is over stays over, and nothing is told
    /// after it.
    fn is_news(&self, since: Instant) -> bool {
        let over = self.absent || self.task.as_ref().is_some_and(|(it, _)| it.terminal);
        over || self.at.is_some_and(|it| it >= since)
    }
}

/// A task that is watched.
struct OpenWatch {
    tell: watch::Sender<Sighting>,
    /// Has its poller look at once.
    hurry: Arc<Notify>,
}

/// Every task that is watched, and everybody who watches.
pub(super) struct Watches {
    open: Mutex<HashMap<i64, OpenWatch>>,
    seats: Arc<WatchSeats>,
    polls: Semaphore,
}

/// Somebody who watches a task.
pub struct Watcher {
    told: watch::Receiver<Sighting>,
    ending: Ending,
    /// Looks that began earlier are old news.
    since: Instant,
    /// The mark of what was heard last.
    heard: Option<Arc<str>>,
    failed: bool,
    _seat: WatchSeat,
}

/// What a watcher hears.
#[derive(Debug)]
pub enum News {
    /// The task stands like this, which has this mark: equal on every replica.
    Task(Arc<Task>, Arc<str>),
    /// It cannot be said how the task stands; it is tried again.
    Failed(Failure),
    /// KSC has no such task.
    Absent,
    /// Nothing more comes from this replica.
    Over,
}

/// One session in so many is for those who watch.
const SHARE: usize = 4;

impl Watches {
    pub(super) fn new(limits: &config::Limits, sessions: usize, metrics: Arc<Metrics>) -> Self {
        Self {
            open: Mutex::default(),
            seats: WatchSeats::new(limits, metrics),
            polls: Semaphore::new((sessions / SHARE).max(1)),
        }
    }

    fn open(&self) -> MutexGuard<'_, HashMap<i64, OpenWatch>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Ends the poll of a task that nobody watches any more; whether it was ended. New watchers come
    /// under the same lock, so none can come in between.
    fn leave(&self, incident: i64) -> bool {
        let mut open = self.open();
        match open.entry(incident) {
            Entry::Occupied(it) if it.get().tell.receiver_count() == 0 => {
                it.remove();
                true
            }
            Entry::Occupied(_) => false,
            Entry::Vacant(_) => true,
        }
    }
}

impl Watcher {
    /// The next thing to hear; the first time how the task stands now.
    pub async fn next(&mut self) -> News {
        loop {
            let looked = tokio::select! {
                // An error: the task is over, and the poller has said so before it left.
                changed = self.told.changed() => changed.is_ok(),
                () = self.ending.begun() => false,
            };
            if !looked {
                return News::Over;
            }
            let told = self.told.borrow_and_update().clone();
            if let Some(news) = self.hear(told) {
                return news;
            }
        }
    }

    /// Why nothing more comes.
    #[must_use]
    pub fn why_over(&self, request_id: &str) -> Problem {
        let stopping = self.ending.admit().err();
        stopping.unwrap_or_else(|| Failure::BrokeOff.problem(request_id))
    }

    /// What is news of a look.
    fn hear(&mut self, told: Sighting) -> Option<News> {
        if !told.is_news(self.since) {
            return None;
        }
        if let Some(failure) = told.failure {
            let again = std::mem::replace(&mut self.failed, true);
            return (!again).then_some(News::Failed(failure));
        }
        if told.absent {
            return Some(News::Absent);
        }
        let (task, mark) = told.task?;
        let recovered = std::mem::take(&mut self.failed);
        if !recovered && self.heard.as_ref() == Some(&mark) {
            return None;
        }
        self.heard = Some(Arc::clone(&mark));
        Some(News::Task(task, mark))
    }
}

/// How old a look may be that a new stream begins with.
const FRESH: Duration = Duration::from_secs(1);

impl Follow {
    /// Watches a task for a caller. The first thing to hear is no older than a second.
    ///
    /// # Errors
    /// 404 when there can be no such task, 429 when the caller, or all of them, watch too much.
    pub fn watch(self: &Arc<Self>, permit: &Permit<Read>, id: &TaskId) -> Result<Watcher, Problem> {
        let now = Instant::now();
        self.join(permit, id, now.checked_sub(FRESH).unwrap_or(now))
    }

    /// Watches a task for a caller who knows how it stood at `since`; it is looked at at once when the
    /// last look is older.
    fn join(
        self: &Arc<Self>,
        permit: &Permit<Read>,
        id: &TaskId,
        since: Instant,
    ) -> Result<Watcher, Problem> {
        let incident = task_id::decode(id).ok_or_else(unknown)?;
        let seat = self.watches.seats.take(permit.caller()).ok_or_else(|| {
            Problem::new(
                Code::RateLimited,
                "Too many tasks are watched at a time. Close some streams, or read many tasks at once with GET /v1/tasks?id=a,b,c.",
            )
            .with_retry_after(10)
        })?;
        let (told, poller) = self.subscribe(incident, since);
        // Not under the lock: a runtime that is gone drops the poller at once, which takes the lock.
        if let Some(poller) = poller {
            self.carrier.apart(poller.run());
        }
        Ok(Watcher {
            told,
            ending: self.ending.clone(),
            since,
            heard: None,
            failed: false,
            _seat: seat,
        })
    }

    fn subscribe(
        self: &Arc<Self>,
        incident: i64,
        since: Instant,
    ) -> (watch::Receiver<Sighting>, Option<Poller>) {
        match self.watches.open().entry(incident) {
            Entry::Occupied(it) => {
                let mut told = it.get().tell.subscribe();
                let fresh = told.borrow().is_news(since);
                if fresh {
                    // Who comes later hears first what the others have heard last.
                    told.mark_changed();
                } else {
                    it.get().hurry.notify_one();
                }
                (told, None)
            }
            Entry::Vacant(it) => {
                let (tell, told) = watch::channel(Sighting::default());
                let hurry = Arc::new(Notify::new());
                it.insert(OpenWatch {
                    tell: tell.clone(),
                    hurry: Arc::clone(&hurry),
                });
                let poller = Poller {
                    follow: Arc::clone(self),
                    incident,
                    tell,
                    hurry,
                    first: trace::here(),
                    counted: self.metrics.task_watched(),
                };
                (told, Some(poller))
            }
        }
    }

    /// How a task stands once it is in another state than it was at `since`, or when the patience is
    /// over; nothing when that cannot be watched, or not so soon.
    pub async fn wait(
        self: &Arc<Self>,
        permit: &Permit<Read>,
        id: &TaskId,
        (from, since): (State, Instant),
        patience: Duration,
    ) -> Option<Arc<Task>> {
        let mut watcher = self.join(permit, id, since).ok()?;
        let mut last = None;
        let waiting = async {
            loop {
                match watcher.next().await {
                    News::Task(task, _) => {
                        let changed = task.state != from || task.terminal;
                        last = Some(task);
                        if changed {
                            return;
                        }
                    }
                    // It may come back within the patience.
                    News::Failed(_) => {}
                    News::Absent | News::Over => return,
                }
            }
        };
        let _in_time = tokio::time::timeout(patience, waiting).await;
        last
    }
}
