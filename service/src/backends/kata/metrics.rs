//! What is counted of KATA alone.

use kata::{Exchange, Hold};
use prometheus::{HistogramVec, IntCounterVec, IntGaugeVec};

use crate::metrics::{Metrics, NO_LABELS};
use vocabulary::task_id::Alias;

/// Buckets for calls of the Central Node: its own limit is 30 s.
const BUCKETS: &[f64] = &[
    0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0,
];

const OTHER_SCOPE: &str = "other_scope";
const LOST_UPDATE: &str = "lost_update";

/// The metrics of a Central Node.
pub struct KataMetrics {
    calls: IntCounterVec,
    call_seconds: HistogramVec,
    held: IntCounterVec,
    registered: IntGaugeVec,
    certificate_ends: IntGaugeVec,
    conflicts: IntCounterVec,
}

impl KataMetrics {
    /// Declares them beside those of the house, for one Central Node.
    #[must_use]
    pub fn declare(metrics: &Metrics, alias: &Alias) -> Self {
        let it = metrics.declare_backend(alias, |declare| Self {
            calls: declare.counters(
                "edr_gateway_kata_calls_total",
                "Calls to KATA, by call and outcome.",
                &["call", "outcome"],
            ),
            call_seconds: declare.histograms(
                "edr_gateway_kata_call_duration_seconds",
                "Time that a call to KATA took, by call.",
                BUCKETS,
                &["call"],
            ),
            held: declare.counters(
                "edr_gateway_kata_calls_held_total",
                "Calls that were not sent, by reason: not accepted, asked for silence, or too many wait.",
                &["reason"],
            ),
            registered: declare.gauges(
                "edr_gateway_kata_registered",
                "1 while KATA accepts the gateway as an external system, else 0, as last heard; absent until KATA has said so.",
                &[],
            ),
            certificate_ends: declare.gauges(
                "edr_gateway_kata_certificate_expiry_timestamp_seconds",
                "When the gateway's certificate at KATA ends, in seconds since 1970: a new one has to be accepted again.",
                &[],
            ),
            conflicts: declare.counters(
                "edr_gateway_kata_conflicts_total",
                "Prevention rules that others' stood in the way of, by kind: refused because of a rule in the other scope, or written over in the same moment.",
                &["kind"],
            ),
        });
        for kind in [OTHER_SCOPE, LOST_UPDATE] {
            let _zero = it.conflicts.with_label_values(&[kind]);
        }
        for reason in Hold::ALL {
            let _zero = it.held.with_label_values(&[reason.as_str()]);
        }
        it
    }

    /// A prevention rule was refused because the file has one in the other scope.
    pub fn other_scope(&self) {
        self.conflicts.with_label_values(&[OTHER_SCOPE]).inc();
    }

    /// Somebody wrote prevention rules while the gateway did.
    pub fn lost_update(&self) {
        self.conflicts.with_label_values(&[LOST_UPDATE]).inc();
    }

    /// When the gateway's own certificate ends.
    pub fn certificate_ends(&self, seconds: i64) {
        self.certificate_ends
            .with_label_values(NO_LABELS)
            .set(seconds);
    }

    pub(super) fn exchanged(&self, exchange: &Exchange<'_>) {
        let call = exchange.call.as_str();
        self.calls
            .with_label_values(&[call, exchange.outcome.as_str()])
            .inc();
        self.call_seconds
            .with_label_values(&[call])
            .observe(exchange.took.as_secs_f64());
    }

    pub(super) fn held(&self, hold: Hold) {
        self.held.with_label_values(&[hold.as_str()]).inc();
    }

    pub(super) fn registration(&self, accepted: bool) {
        self.registered
            .with_label_values(NO_LABELS)
            .set(i64::from(accepted));
    }
}
