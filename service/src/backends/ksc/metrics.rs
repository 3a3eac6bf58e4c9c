//! What is counted of KSC alone.

use std::time::Duration;

use ksc::{CallOutcome, LoginOutcome};
use prometheus::{HistogramVec, IntCounterVec, IntGauge, IntGaugeVec};

use crate::metrics::{Metrics, NO_LABELS, gauge};
use vocabulary::task::isolate_host::IsolationAction;
use vocabulary::task_id::Alias;

/// Buckets for KSC calls: a healthy one takes milliseconds, and the default time-out is 10 s.
const KSC_BUCKETS: &[f64] = &[
    0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 20.0,
];

/// The metrics of KSC.
pub struct KscMetrics {
    calls: IntCounterVec,
    call_seconds: HistogramVec,
    logins: IntCounterVec,
    leases: IntGauge,
    leases_limit: IntGauge,
    credentials_refused: IntGauge,
    service_console: IntGaugeVec,
    stalled: IntGaugeVec,
    isolations_contradicted: IntCounterVec,
    budget_limit: IntGauge,
    budget_live: IntGaugeVec,
    budget_room: IntGaugeVec,
    budget_waiting: IntGaugeVec,
}

impl KscMetrics {
    /// Declares them beside those of the house, for one server.
    #[must_use]
    pub fn declare(metrics: &Metrics, alias: &Alias) -> Self {
        let it = metrics.declare_backend(alias, |declare| Self {
            calls: declare.counters(
                "edr_gateway_ksc_calls_total",
                "Calls to KSC, by method and outcome.",
                &["method", "outcome"],
            ),
            call_seconds: declare.histograms(
                "edr_gateway_ksc_call_duration_seconds",
                "Time that a call to KSC took, by method.",
                KSC_BUCKETS,
                &["method"],
            ),
            logins: declare.counters(
                "edr_gateway_ksc_logins_total",
                "Attempts to open a KSC session, by outcome.",
                &["outcome"],
            ),
            leases: declare.gauge("edr_gateway_ksc_leases_in_use", "KSC sessions in use."),
            leases_limit: declare.gauge(
                "edr_gateway_ksc_leases_limit",
                "Most KSC sessions at a time (`max_sessions`).",
            ),
            credentials_refused: declare.gauge(
                "edr_gateway_ksc_credentials_refused",
                "1 while KSC refuses the account or asks it for a second factor, else 0.",
            ),
            service_console: declare.gauges(
                "edr_gateway_service_console_connected",
                "1 while a service console is connected to KSC, 0 while none is, as last heard; absent until KSC has said so.",
                &[],
            ),
            stalled: declare.gauges(
                "edr_gateway_tasks_stalled",
                "Requests older than `stalled_after` and younger than twice that, of which no KSC task was seen when the tasks were counted; absent until they are.",
                &[],
            ),
            isolations_contradicted: declare.counters(
                "edr_gateway_isolations_contradicted_total",
                "Isolations and releases of hosts that KSC calls done and the device's own tag does not confirm.",
                &["action"],
            ),
            budget_limit: declare.gauge(
                "edr_gateway_task_budget_limit",
                "Response tasks that KSC keeps before it rotates out the oldest (`budget`).",
            ),
            budget_live: declare.gauges(
                "edr_gateway_task_budget_live",
                "Response tasks in KSC when they were last counted, whoever made them; absent until they are.",
                &[],
            ),
            budget_room: declare.gauges(
                "edr_gateway_task_budget_room",
                "How many more tasks KSC has room for before it rotates out one that has not finished; of finished ones at most a fifth of the budget is looked for. Absent until they are counted.",
                &[],
            ),
            budget_waiting: declare.gauges(
                "edr_gateway_task_budget_waiting",
                "Requests without a KSC task when the tasks were last counted; absent until they are.",
                &[],
            ),
        });
        // What alerts look at is there from the start: what appears with its first event was never
        // seen to grow.
        for action in IsolationAction::ALL {
            let _zero = it
                .isolations_contradicted
                .with_label_values(&[action.name()]);
        }
        for outcome in LoginOutcome::ALL {
            let _zero = it.logins.with_label_values(&[outcome.as_str()]);
        }
        it
    }

    /// A device says otherwise than KSC of an isolation or a release that is done.
    pub fn isolation_contradicted(&self, action: IsolationAction) {
        self.isolations_contradicted
            .with_label_values(&[action.name()])
            .inc();
    }

    /// How many response tasks KSC keeps.
    pub fn budget_limit(&self, limit: usize) {
        self.budget_limit.set(gauge(limit));
    }

    /// How many there are, how many are to come, and how many should have come already.
    pub fn budget_live(&self, live: usize, waiting: usize, stalled: usize) {
        for (counted, count) in [
            (&self.budget_live, live),
            (&self.budget_waiting, waiting),
            (&self.stalled, stalled),
        ] {
            counted.with_label_values(NO_LABELS).set(gauge(count));
        }
    }

    /// How many more tasks there is room for.
    pub fn budget_room(&self, room: usize) {
        self.budget_room
            .with_label_values(NO_LABELS)
            .set(gauge(room));
    }

    /// Most KSC sessions at a time.
    pub fn leases_limit(&self, limit: usize) {
        self.leases_limit.set(gauge(limit));
    }

    /// Whether KSC refuses the account.
    pub fn credentials_refused(&self, refused: bool) {
        self.credentials_refused.set(i64::from(refused));
    }

    /// KSC has said whether a service console is connected.
    pub fn service_console(&self, connected: bool) {
        self.service_console
            .with_label_values(NO_LABELS)
            .set(i64::from(connected));
    }

    /// A call has come to its end.
    pub(super) fn call(&self, method: &'static str, outcome: CallOutcome, took: Duration) {
        self.calls
            .with_label_values(&[method, outcome.as_str()])
            .inc();
        self.call_seconds
            .with_label_values(&[method])
            .observe(took.as_secs_f64());
    }

    /// An attempt to open a session has come to its end.
    pub(super) fn login(&self, outcome: LoginOutcome) {
        self.logins.with_label_values(&[outcome.as_str()]).inc();
    }

    /// So many sessions are in use.
    pub(super) fn leases(&self, in_use: usize) {
        self.leases.set(gauge(in_use));
    }
}
