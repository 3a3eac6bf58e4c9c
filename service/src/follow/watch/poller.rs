//! The poller of a watched task: one for all who watch it.

use std::collections::hash_map::Entry;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::{Notify, watch};

use super::book::{Sighting, Watches};
use crate::backends::seam::Backend;
use crate::clock::Clock;
use crate::digest;
use crate::metrics::Counted;
use crate::register::{Asker, AskerRegister};
use crate::request_id::RequestId;
use crate::telemetry::trace::{self, Trace};
use vocabulary::report::{State, Task};
use vocabulary::task_id::TaskId;

/// After a failure the next look waits for so long at least.
const AFTER_FAILURE: Duration = Duration::from_secs(5);

/// Makes room for the next poller of a task, also when this one panics.
pub(super) struct Poller {
    pub(super) watches: Arc<Watches>,
    pub(super) register: Arc<AskerRegister>,
    pub(super) clock: Clock,
    pub(super) id: TaskId,
    pub(super) tell: watch::Sender<Sighting>,
    /// Has it look at once.
    pub(super) hurry: Arc<Notify>,
    /// Who watched first. A look is for all who watch, so each has a trace of its own.
    pub(super) first: Option<Trace>,
    #[expect(dead_code, reason = "held for its drop")]
    pub(super) counted: Counted,
}

impl Drop for Poller {
    fn drop(&mut self) {
        let mut open = self.watches.open();
        if let Entry::Occupied(it) = open.entry(self.id.clone())
            && it.get().tell.same_channel(&self.tell)
        {
            it.remove();
        }
    }
}

impl Poller {
    /// Looks at the task again and again, and tells those who watch it.
    pub(super) async fn run<B: Backend>(self, backend: Arc<B>) {
        let (watches, clock, tell) = (&self.watches, &self.clock, &self.tell);
        let mut case = None;
        let mut asker = WatchedAsker::default();
        // Somebody waits for this look, whatever it finds.
        let mut hurried = true;
        let Some(polls) = watches.polls(backend.alias()) else {
            return;
        };
        loop {
            let Ok(permit) = polls.acquire().await else {
                return;
            };
            // From the beginning of the look: what happens during it is seen by the next one.
            let (at, began) = (Instant::now(), clock.passed());
            let mut told = Sighting {
                at: Some(at),
                ..Sighting::default()
            };
            // One poll is for many callers, so it has an id of its own.
            let request_id = RequestId::default();
            let look = backend.look(&self.id, &mut case, permit, request_id.as_str());
            let pause = match trace::apart("watch.look", self.first.as_ref(), look).await {
                Ok(Some(task)) => {
                    let pause = backend.pace(&task);
                    let mark = mark(&task);
                    let over = task.terminal;
                    let task = asker.shown(&self.register, task, &mark).await;
                    told.task = Some((task, mark));
                    (!over).then_some(pause)
                }
                Ok(None) => {
                    told.absent = true;
                    None
                }
                Err(failure) => {
                    told.failure = Some(failure);
                    Some(AFTER_FAILURE)
                }
            };
            // Thousands may watch: they are woken when there is something to hear. Who came while
            // it was looked has asked for another look.
            tell.send_if_modified(|last| {
                let wakes = hurried || last.differs(&told);
                *last = told;
                wakes
            });
            let Some(pause) = pause else { return };
            hurried = tokio::select! {
                () = clock.sleep_until_passed(began + pause) => false,
                () = self.hurry.notified() => true,
                () = tell.closed() => false,
            };
            if tell.is_closed() && watches.leave(&self.id) {
                return;
            }
        }
    }
}

/// Who asked for the task that is watched.
#[derive(Default)]
struct WatchedAsker {
    known: Option<Arc<Asker>>,
    /// The sight at which it was asked for last, and not known.
    sought: Option<Arc<str>>,
}

impl WatchedAsker {
    /// The task, with who asked for it. As long as nobody remembers, that is asked when there is
    /// something new to tell, and not at each look.
    async fn shown(
        &mut self,
        register: &AskerRegister,
        mut task: Arc<Task>,
        mark: &Arc<str>,
    ) -> Arc<Task> {
        if self.known.is_none() && self.sought.as_ref() != Some(mark) {
            self.known = register.asker_of(&task).await;
            self.sought = Some(Arc::clone(mark));
        }
        if let Some(asker) = &self.known {
            asker.show_in(Arc::make_mut(&mut task));
        }
        task
    }
}

/// What makes one sight of a task differ from another for those who watch.
fn mark(task: &Task) -> Arc<str> {
    // While nothing happens the sentence only counts the minutes.
    let quiet = matches!(task.state, State::Accepted | State::Stalled);
    let evidence = (!quiet).then_some(&task.evidence);
    let sight = (
        task.state,
        evidence,
        &task.ksc_task,
        &task.candidates,
        &task.execution,
    );
    format!("{}-{}", task.state.name(), digest::short(&sight)).into()
}
