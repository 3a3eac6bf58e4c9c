//! The KSC tasks that this replica has seen, and how they stood.
//!
//! KSC removes response tasks: the oldest of a hundred, those of thirty days, those that somebody
//! deletes. Once seen for certain, a task that is gone is known to be gone, and an end that was
//! seen stays what it was. Another replica, or this one after a restart, has not seen it and says
//! so.
//!
//! What is remembered is of one request and not of a number: where KSC is restored from a backup,
//! its numbers begin anew, of incidents and of tasks alike.
//!
//! An end stays only where a device has said it and the pair is certain. That a task is missing is
//! no word of anybody's: it is asked for again, after a while, before it counts, and when the task
//! is seen again it is there.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::correlate::{Proof, RequestRef, SeenTask};
use super::keys::{RequestKey, TaskKey};
use super::memory::BoundedMap;
use super::response::RequestKind;
use super::view::View;
use vocabulary::report::State;

/// Most requests and tasks that are remembered.
const MOST: usize = 10_000;

/// A task that is missing is looked for again after so long before it counts as gone: KSC that
/// fails over, or whose rights are being changed, shows none of its tasks for a while.
pub(super) const APART: Duration = Duration::from_secs(30);

/// How many counts there are of what is certain: hosts share them, and a host that is not meant is
/// only weighed once more.
const COUNTS: usize = 1_024;

/// What has been seen.
pub(super) struct LastSeen {
    last: Mutex<Last>,
}

struct Last {
    by_request: BoundedMap<RequestKey, View>,
    /// Whose each KSC task is, where that is certain.
    by_task: BoundedMap<TaskKey, RequestKey>,
    /// The task that a request was first seen with, and since when.
    first: BoundedMap<RequestKey, (SeenTask, Duration)>,
    /// The highest number of a request of the kind when a task was there already.
    before: BoundedMap<TaskKey, i64>,
    /// Since when a request's task has been missing.
    missing: BoundedMap<RequestKey, Duration>,
    /// How often the task of a request was found to be certain, by a digest of its host.
    certain: Vec<u64>,
}

impl Default for LastSeen {
    fn default() -> Self {
        Self {
            last: Mutex::new(Last {
                by_request: BoundedMap::of(MOST),
                by_task: BoundedMap::of(MOST),
                first: BoundedMap::of(MOST),
                before: BoundedMap::of(MOST),
                missing: BoundedMap::of(MOST),
                certain: vec![0; COUNTS],
            }),
        }
    }
}

/// What stands after a sight was noted.
pub(super) struct ViewChange {
    pub(super) view: View,
    /// Whether this is the first sight of an end.
    pub(super) first_end: bool,
}

/// Whether an end stays what it is: a device has said it, of a task that is certainly the
/// request's.
fn stays(view: &View) -> bool {
    view.is_certain && view.state.is_terminal() && view.state != State::Lost
}

impl LastSeen {
    /// Notes how the task of a request stands, and says how it does. What stays is not overwritten:
    /// a look that began earlier and ends later does not bring it back.
    pub(super) fn note(&self, request: &RequestKey, view: View) -> ViewChange {
        let mut last = self.last();
        let before = last.by_request.get(request);
        if let Some(end) = before.filter(|it| stays(it)) {
            return ViewChange {
                view: end.clone(),
                first_end: false,
            };
        }
        let had_ended = before.is_some_and(|it| it.state.is_terminal());
        let was_certain = before.is_some_and(|it| it.is_certain && it.task == view.task);
        if before != Some(&view) {
            last.by_request.note(request.clone(), view.clone());
        }
        if let Some(task) = view.task.as_ref().filter(|_| view.is_certain) {
            last.by_task.note(task.into(), request.clone());
            if !was_certain {
                last.certain[place(&request.host_id)] += 1;
            }
        }
        if view.state != State::Lost {
            last.missing.forget(request);
        }
        ViewChange {
            first_end: view.state.is_terminal() && !had_ended,
            view,
        }
    }

    /// How the task of a request stood when it was last seen, where it is certainly the request's.
    pub(super) fn of(&self, request: &RequestKey) -> Option<View> {
        let last = self.last();
        let view = last.by_request.get(request).filter(|it| it.is_certain);
        view.cloned()
    }

    /// The end of a request's task, when this replica has seen it and it stays.
    pub(super) fn end_of(&self, request: &RequestKey) -> Option<View> {
        let last = self.last();
        last.by_request.get(request).filter(|it| stays(it)).cloned()
    }

    /// The KSC task that is certainly a request's, and what makes it so.
    pub(super) fn met(&self, request: &RequestKey) -> Option<(SeenTask, Proof)> {
        let last = self.last();
        let view = last.by_request.get(request).filter(|it| it.is_certain)?;
        Some((SeenTask::from(view.task.clone()?), view.proof?))
    }

    /// Whether a request's KSC task is known for certain.
    pub(super) fn is_met(&self, request: &RequestKey) -> bool {
        let last = self.last();
        last.by_request
            .get(request)
            .is_some_and(|it| it.is_certain && it.task.is_some())
    }

    /// The KSC tasks that are certainly those of these requests of a kind.
    pub(super) fn tasks_of(
        &self,
        kind: &RequestKind,
        requests: impl Iterator<Item = RequestRef>,
    ) -> HashMap<i64, String> {
        let last = self.last();
        let mut key = kind.identity(RequestRef {
            incident: 0,
            added: None,
        });
        let tasks = requests.filter_map(|it| {
            (key.incident, key.added) = (it.incident, it.added);
            let view = last.by_request.get(&key).filter(|it| it.is_certain)?;
            Some((it.incident, view.task.as_ref()?.id.clone()))
        });
        tasks.collect()
    }

    /// Which of these KSC tasks certainly came of which request.
    pub(super) fn owners_of(&self, tasks: &[SeenTask]) -> Vec<(i64, String)> {
        let last = self.last();
        let owners = tasks.iter().filter_map(|it| {
            let owner = last.by_task.get(&it.into())?;
            Some((owner.incident, it.id.clone()))
        });
        owners.collect()
    }

    /// How often the task of a request of this host, by its id in lower case, was found to be
    /// certain; never less than before.
    pub(super) fn certain_on(&self, host_id: &str) -> u64 {
        self.last().certain[place(host_id)]
    }

    /// The task that a request was first seen with, and since when; this one from now on, when
    /// there was none.
    pub(super) fn first(
        &self,
        request: &RequestKey,
        task: &SeenTask,
        now: Duration,
    ) -> (SeenTask, Duration) {
        let mut last = self.last();
        if let Some(first) = last.first.get(request) {
            return first.clone();
        }
        last.first.note(request.clone(), (task.clone(), now));
        (task.clone(), now)
    }

    /// Notes that these tasks were there when no request of the kind had a higher number.
    pub(super) fn were_there(&self, tasks: &[SeenTask], highest: i64) {
        let mut last = self.last();
        for task in tasks {
            let key = TaskKey::from(task);
            if last.before.get(&key).is_none_or(|it| *it > highest) {
                last.before.note(key, highest);
            }
        }
    }

    /// The highest number that a request can have which made one of these tasks, by its id, when
    /// that is known.
    pub(super) fn highest_before(&self, tasks: &[SeenTask]) -> HashMap<String, i64> {
        let last = self.last();
        let highest = tasks.iter().filter_map(|it| {
            let highest = last.before.get(&it.into())?;
            Some((it.id.clone(), *highest))
        });
        highest.collect()
    }

    /// Notes that a request's task is missing; whether it was a while ago, too.
    pub(super) fn is_missing_again(&self, request: &RequestKey, now: Duration) -> bool {
        let mut last = self.last();
        if let Some(since) = last.missing.get(request) {
            return now.saturating_sub(*since) >= APART;
        }
        last.missing.note(request.clone(), now);
        false
    }

    fn last(&self) -> MutexGuard<'_, Last> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Where a host, by its id in lower case, is counted.
fn place(host_id: &str) -> usize {
    let mut hasher = DefaultHasher::new();
    host_id.hash(&mut hasher);
    usize::try_from(hasher.finish() % COUNTS as u64).unwrap_or_default()
}
