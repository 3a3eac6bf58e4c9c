//! Every task that is watched, and how it was last seen.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use tokio::sync::{Notify, Semaphore, watch};

use super::seats::WatchSeats;
use crate::backends::seam::{Backend as _, MissedLook};
use crate::backends::{AnyBackend, on_backend};
use crate::config;
use crate::metrics::Metrics;
use vocabulary::report::Task;
use vocabulary::task_id::{Alias, TaskId};

/// What the last look at a watched task found.
#[derive(Clone, Default)]
pub(in crate::follow) struct Sighting {
    /// How it stands, and the mark of that.
    pub(super) task: Option<(Arc<Task>, Arc<str>)>,
    /// There is no such task.
    pub(super) absent: bool,
    /// Why the look failed, if it did.
    pub(super) failure: Option<MissedLook>,
    /// When the look began; nothing before the first one.
    pub(super) at: Option<Instant>,
}

impl Sighting {
    /// Whether it says more than was known at `since`. What is over stays over, and nothing is told
    /// after it.
    pub(super) fn is_news(&self, since: Instant) -> bool {
        let over = self.absent || self.task.as_ref().is_some_and(|(it, _)| it.terminal);
        over || self.at.is_some_and(|it| it >= since)
    }

    /// Whether the next sight says something else than this one. A failure does each time: who has
    /// not heard of it must.
    pub(super) fn differs(&self, next: &Self) -> bool {
        let mark = |it: &Self| it.task.as_ref().map(|(_, mark)| Arc::clone(mark));
        let failed = self.failure.is_some() || next.failure.is_some();
        failed || self.absent != next.absent || mark(self) != mark(next)
    }
}

/// A task that is watched.
pub(super) struct OpenWatch {
    pub(super) tell: watch::Sender<Sighting>,
    /// Has its poller look at once.
    pub(super) hurry: Arc<Notify>,
}

/// Every task that is watched, and everybody who watches.
pub(in crate::follow) struct Watches {
    open: Mutex<HashMap<TaskId, OpenWatch>>,
    pub(super) seats: Arc<WatchSeats>,
    /// How many may be looked at, at each back end at a time: one that is slow holds up no other.
    polls: HashMap<Alias, Semaphore>,
}

/// One session in so many is for those who watch.
const SHARE: usize = 4;

impl Watches {
    pub(in crate::follow) fn new<'a>(
        limits: &config::Limits,
        backends: impl Iterator<Item = &'a AnyBackend>,
        metrics: Arc<Metrics>,
    ) -> Arc<Self> {
        let polls = backends.map(|one| {
            let sessions = on_backend!(one, it => it.sessions());
            let polls = Semaphore::new((sessions / SHARE).max(1));
            (one.alias().clone(), polls)
        });
        Arc::new(Self {
            open: Mutex::default(),
            seats: WatchSeats::new(limits, metrics),
            polls: polls.collect(),
        })
    }

    /// The places of those that are looked at, at this back end.
    pub(super) fn polls(&self, backend: &Alias) -> Option<&Semaphore> {
        self.polls.get(backend)
    }

    pub(super) fn open(&self) -> MutexGuard<'_, HashMap<TaskId, OpenWatch>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Ends the poll of a task that nobody watches any more; whether it was ended. New watchers
    /// come under the same lock, so none can come in between.
    pub(super) fn leave(&self, id: &TaskId) -> bool {
        let mut open = self.open();
        match open.entry(id.clone()) {
            Entry::Occupied(it) if it.get().tell.receiver_count() == 0 => {
                it.remove();
                true
            }
            Entry::Occupied(_) => false,
            Entry::Vacant(_) => true,
        }
    }
}
