//! Work that is finished whoever hangs up.
//!
//! A handler lives on its connection's thread and is dropped with the connection; a call of a back
//! end that is broken off costs a session, and one that may have left must be audited. So such work
//! runs on the runtime that `main` owns, in the trace of its request, and takes along what the
//! request holds of the gateway: the room that it was let in with ([`with`]). Whoever only waits
//! gives that back first ([`let_go`]).

use std::any::Any;
use std::cell::RefCell;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::FutureExt as _;
use tokio::runtime::Handle;
use tokio::task::{JoinError, JoinHandle};
use tokio_util::task::TaskTracker;

use crate::ending::Ending;
use crate::telemetry::{place, trace};

/// What a request holds until all work on it is done.
pub type Luggage = Arc<dyn Any + Send + Sync>;

tokio::task_local! {
    static LUGGAGE: RefCell<Option<Luggage>>;
}

/// Why work has no outcome for the one who waits for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unfinished {
    /// The time that is waited was over first; the work goes on.
    Late,
    /// The work ended by a mistake in the program.
    BrokeOff,
}

/// Does the work of a request that holds this.
pub async fn with<F: Future>(luggage: Luggage, work: F) -> F::Output {
    LUGGAGE.scope(RefCell::new(Some(luggage)), work).await
}

/// Holds this instead of what the request has held. Outside a request nothing is held.
pub fn exchange(luggage: Luggage) {
    let _before = LUGGAGE.try_with(|it| it.replace(Some(luggage)));
}

/// What is left to do for the request is to wait.
pub fn let_go() {
    let _before = LUGGAGE.try_with(|it| it.borrow_mut().take());
}

/// Work that holds what its request holds, and stays in its trace.
pub fn held<F: Future>(work: F) -> impl Future<Output = F::Output> + use<F> {
    let luggage = LUGGAGE.try_with(|it| it.borrow().clone()).ok().flatten();
    place::carried(trace::carried(LUGGAGE.scope(RefCell::new(luggage), work)))
}

/// Begins work, and knows what of it is under way. A clone is the same one.
#[derive(Debug, Clone)]
pub struct Carrier {
    runtime: Handle,
    tracker: TaskTracker,
}

impl Carrier {
    /// Its work runs on the runtime that this is called on.
    ///
    /// # Panics
    /// Outside a runtime.
    #[must_use]
    pub fn here() -> Self {
        Self {
            runtime: Handle::current(),
            tracker: TaskTracker::new(),
        }
    }

    /// Begins work that a request waits for.
    pub fn begin<T: Send + 'static>(
        &self,
        work: impl Future<Output = T> + Send + 'static,
    ) -> Work<T> {
        Work(self.tracker.spawn_on(held(work), &self.runtime))
    }

    /// Begins work that nobody's room is needed for, in the trace of the one who begins it.
    pub fn aside<T: Send + 'static>(
        &self,
        work: impl Future<Output = T> + Send + 'static,
    ) -> Work<T> {
        let work = place::carried(trace::carried(work));
        Work(self.tracker.spawn_on(work, &self.runtime))
    }

    /// Begins work that nobody asked for: what it calls is in traces of its own.
    pub fn unasked(&self, work: impl Future<Output = ()> + Send + 'static) {
        self.tracker.spawn_on(place::carried(work), &self.runtime);
    }

    /// Begins work that the gateway's end does not wait for.
    pub fn apart<T: Send + 'static>(
        &self,
        work: impl Future<Output = T> + Send + 'static,
    ) -> Work<T> {
        Work(self.runtime.spawn(place::carried(work)))
    }

    /// How much work is under way.
    #[must_use]
    pub fn open(&self) -> usize {
        self.tracker.len()
    }

    /// No more work is to come.
    pub fn close(&self) {
        self.tracker.close();
    }

    /// Waits until all work is done, but not beyond this moment. How much is open then.
    pub async fn finish(&self, until: Instant) -> usize {
        self.tracker.close();
        let _in_time = tokio::time::timeout_at(until.into(), self.tracker.wait()).await;
        self.open()
    }
}

/// Work under way. It goes on when this is dropped.
#[derive(Debug)]
pub struct Work<T>(JoinHandle<T>);

impl<T> Work<T> {
    /// Its outcome, whenever it comes.
    ///
    /// # Errors
    /// When it never will.
    pub async fn done(self) -> Result<T, Unfinished> {
        self.0.await.map_err(|it| broke_off(&it))
    }

    /// Its outcome, when it comes by then.
    ///
    /// # Errors
    /// When it does not, or never will.
    pub async fn by(self, deadline: Instant) -> Result<T, Unfinished> {
        match tokio::time::timeout_at(deadline.into(), self.0).await {
            Ok(outcome) => outcome.map_err(|it| broke_off(&it)),
            Err(_) => Err(Unfinished::Late),
        }
    }

    /// Its outcome, when it comes within this time.
    ///
    /// # Errors
    /// As [`by`](Self::by).
    pub async fn within(self, patience: Duration) -> Result<T, Unfinished> {
        self.by(Instant::now() + patience).await
    }
}

/// The outcome of work that is a part of other work, and holds nothing of its request.
///
/// At the gateway's end it is broken off, so that it gives its session back in order; and a mistake
/// in it does not end the work around it.
///
/// # Errors
/// When there is none by then, or never will be.
pub async fn until<T>(ending: &Ending, work: impl Future<Output = T>) -> Result<T, Unfinished> {
    let work = LUGGAGE.scope(RefCell::new(None), work);
    // What it leaves behind is not looked at again.
    let work = AssertUnwindSafe(work).catch_unwind();
    tokio::select! {
        // What is done in this moment is done.
        biased;
        outcome = work => outcome.map_err(|_| {
            tracing::error!("work broke off");
            Unfinished::BrokeOff
        }),
        () = ending.reached() => Err(Unfinished::Late),
    }
}

/// Says in the log why: the panic's own words go to standard error alone.
fn broke_off(why: &JoinError) -> Unfinished {
    tracing::error!({ error = why as &dyn std::error::Error }, "work broke off");
    Unfinished::BrokeOff
}
