//! What is counted, declared once. Each field's help text is what Prometheus shows.
//!
//! Counters move where the thing happens. When Prometheus asks, readiness is asked for, and what is
//! old of what only a back end knows is renewed behind the answer; what one alone has is declared
//! in its room. Label values come from route templates and enums, never from a caller's data, so
//! the number of series is bounded by the program and not by its users.

mod declare;
mod process;

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use prometheus::{
    Encoder, HistogramVec, IntCounter, IntCounterVec, IntGauge, IntGaugeVec, Registry, TextEncoder,
};

use jwks::{Census, LeftOut};

use declare::BACKEND;
pub use declare::{Declare, Declared, MetricKind};

use crate::telemetry::outlet::{LineKind, Outlet};
use vocabulary::code::Code;
use vocabulary::report::State;
use vocabulary::task::TaskType;
use vocabulary::task_id::Alias;

/// Buckets for the API, after the advice of OpenTelemetry's HTTP conventions, and on to the 60
/// seconds that a request may at most wait.
const HTTP_BUCKETS: &[f64] = &[
    0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0, 30.0, 60.0,
];

/// What a look-up comes to.
const LOOKED_UP: [&str; 2] = ["found", "not_found"];

/// Of a gauge that is absent until it has a value.
pub(crate) const NO_LABELS: &[&str] = &[];

/// Every metric of the gateway.
pub struct Metrics {
    registry: Registry,
    requests: IntCounterVec,
    request_seconds: HistogramVec,
    in_flight: IntGauge,
    refusals: IntCounterVec,
    tasks: IntCounterVec,
    lookups: IntCounterVec,
    ready: IntGauge,
    backend_ready: IntGaugeVec,
    task_ends: IntCounterVec,
    watchers: IntGauge,
    watched_tasks: IntGauge,
    in_hand: IntGauge,
    waiting_for_room: IntGauge,
    shared_store_up: IntGaugeVec,
    shared_store_forgot: IntCounter,
    askers_lost: IntCounter,
    spans_exported: IntCounter,
    spans_dropped: IntCounter,
    token_keys: IntGaugeVec,
    log_writing: IntGauge,
    log_lines_lost: IntCounterVec,
    declared: Mutex<Vec<Declared>>,
}

/// What became of a request for a task.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TaskOutcome {
    /// The back end has it and the caller has its task.
    Accepted,
    /// As above, after an unclear answer and a look-up.
    Found,
    /// Nobody can say.
    Unknown,
    /// The back end said no.
    Refused,
    /// Nothing was sent.
    NotSent,
}

impl TaskOutcome {
    /// All there are.
    pub const ALL: [Self; 5] = [
        Self::Accepted,
        Self::Found,
        Self::Unknown,
        Self::Refused,
        Self::NotSent,
    ];

    /// The label value.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Found => "found",
            Self::Unknown => "unknown",
            Self::Refused => "refused",
            Self::NotSent => "not_sent",
        }
    }
}

impl otlp::Counter for Metrics {
    fn exported(&self, spans: usize) {
        self.spans_exported.inc_by(spans as u64);
    }

    fn dropped(&self, spans: usize) {
        self.spans_dropped.inc_by(spans as u64);
    }
}

impl Default for Metrics {
    fn default() -> Self {
        Self::new()
    }
}

impl Metrics {
    /// A fresh set with its own registry, so that two gateways in one process do not mix.
    #[must_use]
    pub fn new() -> Self {
        let it = Self::declare();
        it.begin_at_zero();
        it
    }

    /// A series that appears with its first event is one that Prometheus never saw grow: what must
    /// not be missed, `increase` would not show. So what alerts look at is there from the start.
    fn begin_at_zero(&self) {
        for code in Code::ALL {
            let _zero = self.refusals.with_label_values(&[code.name()]);
        }
        for kind in LineKind::ALL {
            let _zero = self.log_lines_lost.with_label_values(&[kind.name()]);
        }
    }

    /// The same of a back end.
    fn begin_at_zero_for(&self, backend: &Alias) {
        let backend = backend.as_str();
        for task in TaskType::ALL {
            for outcome in TaskOutcome::ALL {
                let labels = [backend, task.name(), outcome.name()];
                let _zero = self.tasks.with_label_values(&labels);
            }
            for state in State::ALL.into_iter().filter(|it| it.is_terminal()) {
                let labels = [backend, task.name(), state.name()];
                let _zero = self.task_ends.with_label_values(&labels);
            }
        }
        for result in LOOKED_UP {
            let _zero = self.lookups.with_label_values(&[backend, result]);
        }
    }

    fn declare() -> Self {
        let registry = Registry::new();
        let declare = Declare::into(&registry, None);
        declare
            .gauges(
                "edr_gateway_build_info",
                "Always 1; the label says which version runs.",
                &["version"],
            )
            .with_label_values(&[env!("CARGO_PKG_VERSION")])
            .set(1);
        declare.process();
        Self {
            requests: declare.counters(
                "edr_gateway_http_requests_total",
                "Requests answered, by method, route template and status.",
                &["method", "route", "status"],
            ),
            request_seconds: declare.histograms(
                "edr_gateway_http_request_duration_seconds",
                "Time from the request's head to the response's head, by method, route template and status.",
                HTTP_BUCKETS,
                &["method", "route", "status"],
            ),
            in_flight: declare.gauge(
                "edr_gateway_http_requests_in_flight",
                "Requests that are being answered.",
            ),
            refusals: declare.counters(
                "edr_gateway_problems_total",
                "Problem documents sent, by their code.",
                &["code"],
            ),
            tasks: declare.counters(
                "edr_gateway_tasks_total",
                "Requests for tasks that reached delivery, by task and what became of them.",
                &[BACKEND, "task", "outcome"],
            ),
            lookups: declare.counters(
                "edr_gateway_unknown_deliveries_total",
                "Unclear answers of a back end to a new request, by what the look-up found.",
                &[BACKEND, "result"],
            ),
            ready: declare.gauge("edr_gateway_ready", "1 while the gateway is ready, else 0."),
            backend_ready: declare.gauges(
                "edr_gateway_backend_ready",
                "1 while a back end has been reached and takes the gateway's account, else 0. A passing fault leaves it at 1.",
                &[BACKEND],
            ),
            task_ends: declare.counters(
                "edr_gateway_task_ends_total",
                "Ends of tasks that this replica has seen, by task and state; each is counted once.",
                &[BACKEND, "task", "state"],
            ),
            watchers: declare.gauge(
                "edr_gateway_watchers",
                "Callers that wait for a task to change: event streams, and requests with Prefer: wait.",
            ),
            watched_tasks: declare.gauge(
                "edr_gateway_watched_tasks",
                "Tasks that somebody watches. KSC is polled once for each, however many watch it.",
            ),
            in_hand: declare.gauge(
                "edr_gateway_admission_in_hand",
                "Requests in hand, a body counted as one more for each 256 KiB, a batch as its requests (limits.max_in_flight).",
            ),
            waiting_for_room: declare.gauge(
                "edr_gateway_admission_waiting",
                "Requests that wait to be taken in hand.",
            ),
            shared_store_up: declare.gauges(
                "edr_gateway_shared_store_up",
                "1 while the store that replicas share answers, else 0; absent without one.",
                &[],
            ),
            shared_store_forgot: declare.counter(
                "edr_gateway_shared_store_memory_losses_total",
                "How often the shared store came back without its memory: keys from before are forgotten there.",
            ),
            askers_lost: declare.counter(
                "edr_gateway_askers_lost_total",
                "Tasks of which the shared store was not told who asked for them, why and for which case: it was away for too long, or refused it.",
            ),
            spans_exported: declare.counter(
                "edr_gateway_trace_spans_exported_total",
                "Spans that the trace collector took (telemetry.otlp_endpoint).",
            ),
            spans_dropped: declare.counter(
                "edr_gateway_trace_spans_dropped_total",
                "Spans that never reached the trace collector: it was away, refused them, or was too slow for them.",
            ),
            token_keys: declare.gauges(
                "edr_gateway_token_keys",
                "Keys in the issuers' key sets as they were read last: usable, or by why they are left out.",
                &["state"],
            ),
            log_writing: declare.gauge(
                "edr_gateway_log_writing",
                "1 while the log is written, 0 while standard output refuses it or takes nothing of it.",
            ),
            log_lines_lost: declare.counters(
                "edr_gateway_log_lines_lost_total",
                "Log lines that were lost because standard output did not take those before them, by kind: audit, access, other.",
                &["kind"],
            ),
            declared: Mutex::new(declare.done()),
            registry,
        }
    }

    /// What there is to be counted, in the order of its declaration.
    #[must_use]
    pub fn declared(&self) -> Vec<Declared> {
        let declared = self.declared.lock();
        declared.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Begins to count for a back end, and declares what its kind alone counts. All of it carries
    /// its alias.
    pub fn declare_backend<T>(&self, alias: &Alias, make: impl FnOnce(&Declare<'_>) -> T) -> T {
        self.begin_at_zero_for(alias);
        let declare = Declare::into(&self.registry, Some(alias));
        let made = make(&declare);
        let declared = self.declared.lock();
        let mut declared = declared.unwrap_or_else(PoisonError::into_inner);
        for more in declare.done() {
            if !declared.iter().any(|it| it.name == more.name) {
                declared.push(more);
            }
        }
        made
    }

    /// This replica saw the end of a task for the first time.
    pub fn task_ended(&self, backend: &Alias, task: TaskType, state: State) {
        self.task_ends
            .with_label_values(&[backend.as_str(), task.name(), state.name()])
            .inc();
    }

    /// Somebody watches, until the guard is dropped.
    #[must_use]
    pub fn watcher_comes(&self) -> Counted {
        Counted::new(&self.watchers)
    }

    /// A task is watched, until the guard is dropped.
    #[must_use]
    pub fn task_watched(&self) -> Counted {
        Counted::new(&self.watched_tasks)
    }

    /// A request is being answered until the guard is dropped.
    #[must_use]
    pub fn request_begins(&self) -> Counted {
        Counted::new(&self.in_flight)
    }

    /// A request was answered.
    pub fn request_answered(&self, method: &str, route: &str, status: u16, took: Duration) {
        let method = known_method(method);
        let status = status.to_string();
        let labels = [method, route, status.as_str()];
        self.requests.with_label_values(&labels).inc();
        let seconds = took.as_secs_f64();
        self.request_seconds
            .with_label_values(&labels)
            .observe(seconds);
    }

    /// A problem document was sent.
    pub fn refused(&self, code: Code) {
        self.refusals.with_label_values(&[code.name()]).inc();
    }

    /// A request for a task reached delivery.
    pub fn task(&self, backend: &Alias, task: TaskType, outcome: TaskOutcome) {
        self.tasks
            .with_label_values(&[backend.as_str(), task.name(), outcome.name()])
            .inc();
    }

    /// An unclear answer was looked up.
    pub fn looked_up(&self, backend: &Alias, found: bool) {
        let [is_found, is_not] = LOOKED_UP;
        self.lookups
            .with_label_values(&[backend.as_str(), if found { is_found } else { is_not }])
            .inc();
    }

    /// Whether the gateway is ready.
    pub fn ready(&self, ready: bool) {
        self.ready.set(i64::from(ready));
    }

    /// Whether a back end has been reached and takes the account.
    pub fn backend_ready(&self, backend: &Alias, ready: bool) {
        self.backend_ready
            .with_label_values(&[backend.as_str()])
            .set(i64::from(ready));
    }

    /// A request of this weight is in hand, until the guard is dropped.
    #[must_use]
    pub fn in_hand(&self, weight: usize) -> Counted {
        Counted::many(&self.in_hand, gauge(weight))
    }

    /// A request waits to be taken in hand, until the guard is dropped.
    #[must_use]
    pub fn waits_for_room(&self) -> Counted {
        Counted::new(&self.waiting_for_room)
    }

    /// Whether the store that replicas share answers.
    pub fn shared_store(&self, answers: bool) {
        self.shared_store_up
            .with_label_values(NO_LABELS)
            .set(i64::from(answers));
    }

    /// The store that replicas share has lost its memory.
    pub fn shared_store_forgot(&self) {
        self.shared_store_forgot.inc();
    }

    /// The store that replicas share was not told who asked for a task.
    pub fn asker_lost(&self) {
        self.askers_lost.inc();
    }

    /// What the issuers' key sets hold.
    pub fn token_keys<'a>(&self, sets: impl IntoIterator<Item = &'a Census>) {
        let mut usable = 0;
        let mut left_out = [0; LeftOut::ALL.len()];
        for set in sets {
            usable += set.usable;
            for (count, why) in left_out.iter_mut().zip(LeftOut::ALL) {
                *count += set.left_out.iter().filter(|it| it.why == why).count();
            }
        }
        let states = LeftOut::ALL.iter().map(|it| it.name()).zip(left_out);
        for (state, count) in std::iter::once(("usable", usable)).chain(states) {
            self.token_keys
                .with_label_values(&[state])
                .set(gauge(count));
        }
    }

    /// How it goes with the log; it is well where there is none of ours.
    pub fn log(&self, outlet: Option<&Outlet>) {
        let writing = outlet.is_none_or(Outlet::is_writing);
        self.log_writing.set(i64::from(writing));
        for kind in LineKind::ALL {
            let lost = self.log_lines_lost.with_label_values(&[kind.name()]);
            let now = outlet.map_or(0, |it| it.lost(kind));
            // Two who ask at a time must not count it twice; one of them finds nothing more to
            // count.
            lost.inc_by(now.saturating_sub(lost.get()));
        }
    }

    /// The text that Prometheus scrapes.
    #[must_use]
    pub fn render(&self) -> Vec<u8> {
        let mut text = Vec::new();
        TextEncoder::new()
            .encode(&self.registry.gather(), &mut text)
            .expect("memory takes every text");
        text
    }

    /// The content type of [`Metrics::render`].
    #[must_use]
    pub fn content_type() -> String {
        TextEncoder::new().format_type().to_owned()
    }
}

/// A count as a gauge holds it.
pub(crate) fn gauge(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// Keeps a gauge honest when what it counts is dropped half-way.
#[derive(Debug)]
pub struct Counted(IntGauge, i64);

impl Counted {
    fn new(gauge: &IntGauge) -> Self {
        Self::many(gauge, 1)
    }

    fn many(gauge: &IntGauge, count: i64) -> Self {
        gauge.add(count);
        Self(gauge.clone(), count)
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.sub(self.1);
    }
}

fn known_method(method: &str) -> &str {
    match method {
        "GET" | "POST" | "PUT" | "PATCH" | "DELETE" | "HEAD" | "OPTIONS" => method,
        _ => "OTHER",
    }
}
