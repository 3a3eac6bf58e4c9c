//! What a gateway counts: of the house, and of each kind of back end.

use edr_gateway::backends::kata::metrics::KataMetrics;
use edr_gateway::backends::ksc::metrics::KscMetrics;
use edr_gateway::metrics::{Declared, Metrics};
use vocabulary::task_id::Alias;

/// Every metric of a gateway, in the order of its declaration.
#[must_use]
pub fn declared() -> Vec<Declared> {
    let metrics = Metrics::new();
    let _of_ksc = KscMetrics::declare(&metrics, &Alias::parse("ksc").expect("an alias"));
    let _of_kata = KataMetrics::declare(&metrics, &Alias::parse("kata").expect("an alias"));
    metrics.declared()
}
