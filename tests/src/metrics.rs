//! What a gateway counts: of the house, and of each kind of back end.

use edr_gateway::backends::ksc::metrics::KscMetrics;
use edr_gateway::backends::ksc::task_id;
use edr_gateway::metrics::{Declared, Metrics};

/// Every metric of a gateway, in the order of its declaration.
#[must_use]
pub fn declared() -> Vec<Declared> {
    let metrics = Metrics::new();
    let _of_ksc = KscMetrics::declare(&metrics, &task_id::alias());
    metrics.declared()
}
