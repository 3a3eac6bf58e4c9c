//! What the way of every request goes by, whichever back end it leads to.

use std::sync::Arc;
use std::time::Duration;

use super::isolations::Isolations;
use super::ledger::Ledger;
use super::order::Order;
use crate::authority::Authority;
use crate::carry::Carrier;
use crate::clock::Clock;
use crate::config::StorePolicy;
use crate::ending::Ending;
use crate::metrics::Metrics;
use crate::store::Store;

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
