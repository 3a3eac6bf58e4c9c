//! Where tasks are asked for.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::watch::book::Watches;
use crate::authority::{Permit, Reach, Read};
use crate::backends::seam::Backend as _;
use crate::backends::{AnyBackend, Backends, on_backend};
use crate::carry::Carrier;
use crate::clock::Clock;
use crate::config;
use crate::ending::Ending;
use crate::metrics::Metrics;
use crate::problem::Problem;
use crate::register::AskerRegister;
use crate::request_id::RequestId;
use crate::telemetry::place;
use vocabulary::report::Task;
use vocabulary::task_id::TaskId;

/// What tasks are followed with.
pub struct FollowParts {
    /// Who has the tasks.
    pub backends: Backends,
    /// Who asked for which task.
    pub register: Arc<AskerRegister>,
    /// How many may watch.
    pub limits: config::Limits,
    /// Longest that a caller waits.
    pub request_timeout: Duration,
    /// The time.
    pub clock: Clock,
    /// What is counted.
    pub metrics: Arc<Metrics>,
    /// When everything ends.
    pub ending: Ending,
}

/// Follows tasks.
pub struct Follow {
    pub(super) backends: Backends,
    pub(super) register: Arc<AskerRegister>,
    pub(super) watches: Arc<Watches>,
    pub(super) clock: Clock,
    pub(super) metrics: Arc<Metrics>,
    pub(super) request_timeout: Duration,
    pub(super) carrier: Carrier,
    pub(super) ending: Ending,
}

impl Follow {
    /// Work on it runs on the runtime that this is called on.
    ///
    /// # Panics
    /// Outside a runtime.
    #[must_use]
    pub fn new(parts: FollowParts) -> Self {
        let FollowParts {
            backends,
            register,
            limits,
            request_timeout,
            clock,
            metrics,
            ending,
        } = parts;
        Self {
            watches: Watches::new(&limits, backends.each(), Arc::clone(&metrics)),
            backends,
            register,
            clock,
            metrics,
            request_timeout,
            carrier: Carrier::here(),
            ending,
        }
    }

    /// Waits until the cancellations and questions in hand are done, but not beyond this moment.
    pub async fn finish(&self, until: Instant) {
        let _open = self.carrier.finish(until).await;
    }

    /// Whether this is the form of ids of tasks, whatever back ends there are.
    #[must_use]
    pub fn is_form(&self, id: &TaskId) -> bool {
        self.backends.is_form(id)
    }

    /// What is said of an id that no task has.
    #[must_use]
    pub fn unknown(&self) -> Problem {
        self.backends.words().unknown_task()
    }

    /// What is said when the back end has not answered in time.
    #[must_use]
    pub fn late(&self) -> Problem {
        self.backends.words().late()
    }

    /// The task of this id, with its state and what that rests on.
    ///
    /// # Errors
    /// 404 when there is none, or what went wrong with the back end.
    pub async fn task(
        &self,
        permit: &Permit<Read>,
        id: &TaskId,
        request_id: &RequestId,
    ) -> Result<Arc<Task>, Problem> {
        let backend = self.that_has(id, permit.reach())?;
        let read =
            on_backend!(backend, it => place::at(backend.alias(), it.read(id, request_id)).await);
        let read = read.map_err(|it| it.of(backend.alias()))?;
        let task = read.ok_or_else(|| self.unknown())?;
        Ok(self.register.show_in_one(task).await)
    }

    pub(super) fn that_has(&self, id: &TaskId, reach: &Reach) -> Result<&AnyBackend, Problem> {
        let has_it = self.backends.that_has(id);
        // What is another's does not exist for a caller that may not use it.
        has_it
            .filter(|it| reach.has(it.alias()))
            .ok_or_else(|| self.unknown())
    }
}
