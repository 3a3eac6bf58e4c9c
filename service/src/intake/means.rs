//! What the way of every request goes by, whichever back end it leads to.

use std::sync::Arc;
use std::time::Duration;

use super::isolations::Isolations;
use super::ledger::Ledger;
use super::order::{Order, queue_name};
use crate::authority::Authority;
use crate::backends::seam::Mark;
use crate::carry::Carrier;
use crate::clock::Clock;
use crate::config::StorePolicy;
use crate::ending::Ending;
use crate::metrics::Metrics;
use crate::store::Store;
use vocabulary::task::TaskType;
use vocabulary::task_id::Alias;

/// The parts that requests share.
pub(super) struct Means {
    pub(super) authority: Arc<Authority>,
    pub(super) order: Order,
    pub(super) ledger: Ledger,
    pub(super) isolations: Isolations,
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
