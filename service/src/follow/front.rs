//! Where tasks are asked for.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::watch::book::Watches;
use crate::authority::{Permit, Read};
use crate::backends::seam::{Backend as _, TaskFilter};
use crate::backends::{AnyBackend, Backends, on_backend};
use crate::carry::{self, Carrier};
use crate::clock::Clock;
use crate::config;
use crate::ending::Ending;
use crate::metrics::Metrics;
use crate::problem::Problem;
use crate::request_id::RequestId;
use vocabulary::report::{Task, TaskList};
use vocabulary::task_id::TaskId;

/// What tasks are followed with.
pub struct FollowParts {
    /// Who has the tasks.
    pub backends: Backends,
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
            limits,
            request_timeout,
            clock,
            metrics,
            ending,
        } = parts;
        Self {
            watches: Watches::new(&limits, backends.sessions(), Arc::clone(&metrics)),
            backends,
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

    /// Whether there can be a task of this id.
    #[must_use]
    pub fn is_possible(&self, id: &TaskId) -> bool {
        self.backends.that_has(id).is_some()
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
        _permit: &Permit<Read>,
        id: &TaskId,
        request_id: &RequestId,
    ) -> Result<Arc<Task>, Problem> {
        let read = on_backend!(self.that_has(id)?, it => it.read(id, request_id).await?);
        read.ok_or_else(|| self.unknown())
    }

    /// One page of the tasks that are wanted: at most `limit`, below the cursor.
    ///
    /// # Errors
    /// 404 and 409 for the host, or what went wrong with the back end.
    pub async fn list(
        &self,
        _permit: &Permit<Read>,
        filter: TaskFilter,
        limit: usize,
        below: Option<TaskId>,
        request_id: &RequestId,
    ) -> Result<TaskList, Problem> {
        on_backend!(self.backends.default_one(), it => {
            let (backend, id) = (Arc::clone(it), request_id.clone());
            let (words, patience) = (it.words(), self.request_timeout);
            let work = async move {
                // Nobody waits for a page for longer than this.
                let page = backend.page(&filter, limit, below.as_ref(), id.as_str());
                let page = tokio::time::timeout(patience, page).await;
                page.unwrap_or_else(|_| Err(words.late()))
            };
            // At the end the server waits for those who still want it.
            let page = self.carrier.apart(carry::held(work)).done().await;
            page.unwrap_or_else(|it| Err(words.unfinished(it, request_id.as_str())))
        })
    }

    pub(super) fn that_has(&self, id: &TaskId) -> Result<&AnyBackend, Problem> {
        self.backends.that_has(id).ok_or_else(|| self.unknown())
    }
}
