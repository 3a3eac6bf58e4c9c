//! What is counted, declared once. Each field's help text is what Prometheus shows.
//!
//! Counters move where the thing happens. When Prometheus asks, readiness is asked for, and what is old
//! of what only KSC knows (its response tasks, its service console) is renewed behind the answer. Label values come
//! from route templates and enums, never from a caller's data, so the number of series is
//! bounded by the program and not by its users.

mod declare;
mod process;

use std::time::Duration;

use prometheus::{
    Encoder, HistogramVec, IntCounter, IntCounterVec, IntGauge, IntGaugeVec, Registry, TextEncoder,
};

use jwks::{Census, LeftOut};

use declare::Declare;
pub use declare::{Declared, MetricKind};

use crate::telemetry::outlet::{LineKind, Outlet};
use vocabulary::code::Code;
use vocabulary::report::State;
use vocabulary::task::TaskType;
use vocabulary::task::isolate_host::IsolationAction;

/// Buckets for the API, after the advice of OpenTelemetry's HTTP conventions, and on to the 60
/// seconds that a request may at most wait.
const HTTP_BUCKETS: &[f64] = &[
    0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0, 30.0, 60.0,
];

/// Buckets for KSC calls: a healthy one takes milliseconds, and the default time-out is 10 s.
const KSC_BUCKETS: &[f64] = &[
    0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 20.0,
];

/// What a look-up comes to.
const LOOKED_UP: [&str; 2] = ["found", "not_found"];

/// Of a gauge that is absent until it has a value.
const NO_LABELS: &[&str] = &[];

/// Every metric of the gateway.
pub struct Metrics {
    registry: Registry,
    requests: IntCounterVec,
    request_seconds: HistogramVec,
    in_flight: IntGauge,
    refusals: IntCounterVec,
    tasks: IntCounterVec,
    lookups: IntCounterVec,
    ksc_calls: IntCounterVec,
    ksc_call_seconds: HistogramVec,
    ksc_logins: IntCounterVec,
    ksc_leases: IntGauge,
    ready: IntGauge,
    task_ends: IntCounterVec,
    isolations_contradicted: IntCounterVec,
    watchers: IntGauge,
    watched_tasks: IntGauge,
    budget_limit: IntGauge,
    budget_live: IntGaugeVec,
    budget_room: IntGaugeVec,
    budget_waiting: IntGaugeVec,
    in_hand: IntGauge,
    waiting_for_room: IntGauge,
    shared_store_up: IntGaugeVec,
    shared_store_forgot: IntCounter,
    spans_exported: IntCounter,
    spans_dropped: IntCounter,
    token_keys: IntGaugeVec,
    log_writing: IntGauge,
    log_lines_lost: IntCounterVec,
    ksc_leases_limit: IntGauge,
    ksc_credentials_refused: IntGauge,
    service_console: IntGaugeVec,
    stalled: IntGaugeVec,
    declared: Vec<Declared>,
}

/// What became of a request for a task.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TaskOutcome {
    /// The incident stands and the caller has its number.
    Accepted,
    /// As above, after an unclear answer and a look-up.
    Found,
    /// Nobody can say.
    Unknown,
    /// KSC said no.
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

    /// A series that appears with its first event is one that Prometheus never saw grow: what must not
    /// be missed, `increase` would not show. So what alerts look at is there from the start.
    fn begin_at_zero(&self) {
        for task in TaskType::ALL {
            for outcome in TaskOutcome::ALL {
                let _zero = self.tasks.with_label_values(&[task.name(), outcome.name()]);
            }
            for state in State::ALL.into_iter().filter(|it| it.is_terminal()) {
                let _zero = self
                    .task_ends
                    .with_label_values(&[task.name(), state.name()]);
            }
        }
        for action in IsolationAction::ALL {
            let _zero = self
                .isolations_contradicted
                .with_label_values(&[action.name()]);
        }
        for code in Code::ALL {
            let _zero = self.refusals.with_label_values(&[code.name()]);
        }
        for outcome in ksc::LoginOutcome::ALL {
            let _zero = self.ksc_logins.with_label_values(&[outcome.as_str()]);
        }
        for result in LOOKED_UP {
            let _zero = self.lookups.with_label_values(&[result]);
        }
        for kind in LineKind::ALL {
            let _zero = self.log_lines_lost.with_label_values(&[kind.name()]);
        }
    }

    fn declare() -> Self {
        let registry = Registry::new();
        let declare = Declare::into(&registry);
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
                &["task", "outcome"],
            ),
            lookups: declare.counters(
                "edr_gateway_unknown_deliveries_total",
                "Unclear answers of KSC to a new incident, by what the look-up found.",
                &["result"],
            ),
            ksc_calls: declare.counters(
                "edr_gateway_ksc_calls_total",
                "Calls to KSC, by method and outcome.",
                &["method", "outcome"],
            ),
            ksc_call_seconds: declare.histograms(
                "edr_gateway_ksc_call_duration_seconds",
                "Time that a call to KSC took, by method.",
                KSC_BUCKETS,
                &["method"],
            ),
            ksc_logins: declare.counters(
                "edr_gateway_ksc_logins_total",
                "Attempts to open a KSC session, by outcome.",
                &["outcome"],
            ),
            ksc_leases: declare.gauge("edr_gateway_ksc_leases_in_use", "KSC sessions in use."),
            ksc_leases_limit: declare.gauge(
                "edr_gateway_ksc_leases_limit",
                "Most KSC sessions at a time (ksc.max_sessions).",
            ),
            ksc_credentials_refused: declare.gauge(
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
                "Requests older than tasks.stalled_after and younger than twice that, of which no KSC task was seen when the tasks were counted; absent until they are.",
                &[],
            ),
            ready: declare.gauge("edr_gateway_ready", "1 while the gateway is ready, else 0."),
            task_ends: declare.counters(
                "edr_gateway_task_ends_total",
                "Ends of tasks that this replica has seen, by task and state; each is counted once.",
                &["task", "state"],
            ),
            isolations_contradicted: declare.counters(
                "edr_gateway_isolations_contradicted_total",
                "Isolations and releases of hosts that KSC calls done and the device's own tag does not confirm.",
                &["action"],
            ),
            watchers: declare.gauge(
                "edr_gateway_watchers",
                "Callers that wait for a task to change: event streams, and requests with Prefer: wait.",
            ),
            watched_tasks: declare.gauge(
                "edr_gateway_watched_tasks",
                "Tasks that somebody watches. KSC is polled once for each, however many watch it.",
            ),
            budget_limit: declare.gauge(
                "edr_gateway_task_budget_limit",
                "Response tasks that KSC keeps before it rotates out the oldest (tasks.budget).",
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
            declared: declare.done(),
            registry,
        }
    }

    /// What there is to be counted, in the order of its declaration.
    #[must_use]
    pub fn declared(&self) -> &[Declared] {
        &self.declared
    }

    /// This replica saw the end of a task for the first time.
    pub fn task_ended(&self, task: TaskType, state: State) {
        self.task_ends
            .with_label_values(&[task.name(), state.name()])
            .inc();
    }

    /// A device says otherwise than KSC of an isolation or a release that is done.
    pub fn isolation_contradicted(&self, action: IsolationAction) {
        self.isolations_contradicted
            .with_label_values(&[action.name()])
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
        self.ksc_leases_limit.set(gauge(limit));
    }

    /// Whether KSC refuses the account.
    pub fn credentials_refused(&self, refused: bool) {
        self.ksc_credentials_refused.set(i64::from(refused));
    }

    /// KSC has said whether a service console is connected.
    pub fn service_console(&self, connected: bool) {
        self.service_console
            .with_label_values(NO_LABELS)
            .set(i64::from(connected));
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
    pub fn task(&self, task: TaskType, outcome: TaskOutcome) {
        self.tasks
            .with_label_values(&[task.name(), outcome.name()])
            .inc();
    }

    /// An unclear answer was looked up.
    pub fn looked_up(&self, found: bool) {
        let [is_found, is_not] = LOOKED_UP;
        self.lookups
            .with_label_values(&[if found { is_found } else { is_not }])
            .inc();
    }

    /// Whether the gateway is ready.
    pub fn ready(&self, ready: bool) {
        self.ready.set(i64::from(ready));
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
            // Two who ask at a time must not count it twice; one of them finds nothing more to count.
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

impl ksc::Observer for Metrics {
    fn call(&self, method: &'static str, outcome: ksc::CallOutcome, took: Duration) {
        self.ksc_calls
            .with_label_values(&[method, outcome.as_str()])
            .inc();
        self.ksc_call_seconds
            .with_label_values(&[method])
            .observe(took.as_secs_f64());
    }

    fn login(&self, outcome: ksc::LoginOutcome) {
        self.ksc_logins.with_label_values(&[outcome.as_str()]).inc();
    }

    fn leases(&self, in_use: usize) {
        self.ksc_leases.set(gauge(in_use));
    }
}

fn gauge(count: usize) -> i64 {
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
