//! Joining those who watch a task.

use std::collections::hash_map::Entry;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::{Notify, watch};

use super::book::{OpenWatch, Sighting};
use super::poller::Poller;
use super::watcher::{News, Watcher};
use crate::authority::{Permit, Read};
use crate::backends::on_backend;
use crate::follow::front::Follow;
use crate::problem::Problem;
use crate::telemetry::{place, trace};
use vocabulary::code::Code;
use vocabulary::report::{State, Task};
use vocabulary::task_id::TaskId;

/// How old a look may be that a new stream begins with.
const FRESH: Duration = Duration::from_secs(1);

/// What is waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Until {
    /// The task's end.
    End,
    /// The next change of its state.
    Change,
}

impl Follow {
    /// Watches a task for a caller. The first thing to hear is no older than a second.
    ///
    /// # Errors
    /// 404 when there can be no such task, 429 when the caller, or all of them, watch too much.
    pub fn watch(&self, permit: &Permit<Read>, id: &TaskId) -> Result<Watcher, Problem> {
        let now = Instant::now();
        self.join(permit, id, now.checked_sub(FRESH).unwrap_or(now))
    }

    /// Watches a task for a caller who knows how it stood at `since`; it is looked at at once when
    /// the last look is older.
    fn join(&self, permit: &Permit<Read>, id: &TaskId, since: Instant) -> Result<Watcher, Problem> {
        let backend = self.that_has(id, permit.reach())?.clone();
        let seat = self.watches.seats.take(permit.caller()).ok_or_else(|| {
            Problem::new(
                Code::RateLimited,
                "Too many tasks are watched at a time. Close some streams, or read many tasks at once with GET /v1/tasks?id=a,b,c.",
            )
            .with_retry_after(10)
        })?;
        let (told, poller) = self.subscribe(id, since);
        // Not under the lock: a runtime that is gone drops the poller at once, which takes the
        // lock.
        if let Some(poller) = poller {
            on_backend!(&backend, it => {
                let run = place::at(backend.alias(), poller.run(Arc::clone(it)));
                self.carrier.apart(run)
            });
        }
        Ok(Watcher {
            told,
            ending: self.ending.clone(),
            words: backend.words(),
            since,
            heard: None,
            failed: false,
            _seat: seat,
        })
    }

    fn subscribe(
        &self,
        id: &TaskId,
        since: Instant,
    ) -> (watch::Receiver<Sighting>, Option<Poller>) {
        match self.watches.open().entry(id.clone()) {
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
                    watches: Arc::clone(&self.watches),
                    register: Arc::clone(&self.register),
                    clock: self.clock.clone(),
                    id: id.clone(),
                    tell,
                    hurry,
                    first: trace::here(),
                    counted: self.metrics.task_watched(),
                };
                (told, Some(poller))
            }
        }
    }

    /// How a task stands once it is over, or in another state than it was at `since` where that is
    /// what is waited for, or when the patience is over; nothing when that cannot be watched, or not so soon.
    pub async fn wait(
        &self,
        permit: &Permit<Read>,
        id: &TaskId,
        (from, since): (State, Instant),
        (until, patience): (Until, Duration),
    ) -> Option<Arc<Task>> {
        let mut watcher = self.join(permit, id, since).ok()?;
        let mut last = None;
        let waiting = async {
            loop {
                match watcher.next().await {
                    News::Task(task, _) => {
                        let is_it = match until {
                            Until::End => task.terminal,
                            Until::Change => task.terminal || task.state != from,
                        };
                        last = Some(task);
                        if is_it {
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
