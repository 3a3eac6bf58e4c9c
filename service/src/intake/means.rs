//! What the way of every request goes by, whichever back end it leads to.

use std::sync::Arc;
use std::time::Duration;

use super::isolations::Isolations;
use super::ledger::Ledger;
use super::order::{ArrivalPlaces, Order, queue_name};
use crate::authority::{Authority, Reach};
use crate::backends::seam::{Backend as _, Mark};
use crate::backends::{AnyBackend, Backends, on_backend};
use crate::carry::Carrier;
use crate::clock::Clock;
use crate::config::StorePolicy;
use crate::ending::Ending;
use crate::metrics::Metrics;
use crate::problem::Problem;
use crate::register::AskerRegister;
use crate::store::Store;
use crate::ticket::Ticket;
use vocabulary::code::Code;
use vocabulary::task::{Request, TaskType, Violation};
use vocabulary::task_id::Alias;

/// The parts that requests share.
pub(super) struct Means {
    pub(super) backends: Backends,
    pub(super) authority: Arc<Authority>,
    pub(super) order: Order,
    pub(super) ledger: Ledger,
    pub(super) isolations: Isolations,
    pub(super) register: Arc<AskerRegister>,
    pub(super) shared: Option<Arc<Store>>,
    pub(super) store_policy: StorePolicy,
    pub(super) clock: Clock,
    pub(super) metrics: Arc<Metrics>,
    pub(super) carrier: Carrier,
    pub(super) ending: Ending,
    /// Longest that a caller waits.
    pub(super) request_timeout: Duration,
}

impl Means {
    /// The back ends that a request may go to.
    ///
    /// # Errors
    /// 422 when it names one that it may not use, or none takes such a task.
    pub(super) fn candidates(
        &self,
        reach: &Reach,
        request: &Request,
    ) -> Result<Vec<AnyBackend>, Problem> {
        let named = request.backend().map(std::slice::from_ref);
        let mut these = self
            .backends
            .chosen(named.unwrap_or_default(), reach, "/backend")?;
        let asked = these.len();
        these.retain(|one| on_backend!(one, it => it.takes().contains(&request.task())));
        if these.is_empty() && asked > 0 {
            let detail = "No back end that the request may go to takes such a task: `GET /v1/backends` lists what each takes.";
            let violation = Violation::new("/task", "task", detail);
            let problem = Problem::new(Code::TaskNotSupported, detail);
            return Err(problem.with_errors(vec![violation]));
        }
        Ok(these)
    }

    /// Takes the places of a request that has come, at once.
    pub(super) async fn arrive(&self, ticket: &Ticket) -> ArrivalPlaces {
        // What is wrong with them is said later.
        let these = self.candidates(ticket.reach(), ticket.request());
        let these = these.unwrap_or_default();
        self.order.arrive(these.iter().map(AnyBackend::alias)).await
    }

    /// What became of a request of this type, that left some time ago, is known.
    pub(super) fn isolation_known(&self, backend: &Alias, task: TaskType, mark: &Mark) {
        if let (TaskType::IsolateHost, Some(host_id)) = (task, mark.host_id()) {
            self.isolation_found(backend, host_id, &mark.attempt);
        }
    }

    /// One that was open has been found.
    pub(super) fn isolation_found(&self, backend: &Alias, host_id: &str, attempt: &str) {
        self.isolations.settled(backend, host_id, attempt);
        if let Some(shared) = &self.shared {
            shared.isolation_known(&queue_name(backend, host_id), attempt);
        }
    }
}
