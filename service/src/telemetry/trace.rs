//! The trace that work belongs to, and the spans of it.
//!
//! Each request has a trace and a span of its own (W3C Trace Context), whether anybody collects
//! them or not: the answer names them, and so does every log line. With a collector
//! (`telemetry.otlp_endpoint`) and a trace that is sampled, the spans are recorded too.
//!
//! The trace follows the work, not the thread: [`carried`] hands it to a task that goes on by
//! itself, [`stage`] is a span around a part of the work, and [`apart`] begins a trace of its own
//! that only names where it came from, for work that is done for many.
//!
//! # Rationale
//!
//! Spans are made with OpenTelemetry's own interface and not with those of `tracing`. There one
//! subscriber serves the whole process, levels of the log decide what is recorded, and every span
//! costs its place and its text when nobody records any.

use std::borrow::Cow;
use std::sync::{Arc, Mutex, PoisonError};

use futures_util::FutureExt as _;
use futures_util::future::Either;
use opentelemetry::trace::{
    Link, Span as _, SpanBuilder, SpanContext, SpanId, SpanKind, Status, TraceContextExt as _,
    TraceFlags, TraceId, TraceState, Tracer as _,
};
use opentelemetry::{Context, KeyValue, Value};
use otlp::{SdkTracer, Span};

use super::verdict::Verdict;

tokio::task_local! {
    static HERE: Option<Trace>;
}

/// A span in a trace: where work is done.
#[derive(Debug, Clone)]
pub struct Trace {
    span: SpanContext,
    /// What records the spans below; nothing when nobody collects this trace.
    recorder: Option<Recorder>,
}

/// Makes spans that are collected.
#[derive(Debug, Clone)]
pub struct Recorder {
    tracer: Arc<SdkTracer>,
    /// The part of the traces that begin here which is recorded.
    ratio: f64,
}

/// A span that is open, until the last of its clones is dropped.
#[derive(Debug, Clone)]
pub struct OpenSpan(Arc<Mutex<Opened>>);

#[derive(Debug)]
struct Opened {
    span: Span,
    /// Whether it is sent when it ends.
    stands: bool,
}

impl Drop for Opened {
    fn drop(&mut self) {
        if !self.stands {
            self.span
                .set_attribute(KeyValue::new(otlp::WITHDRAWN, true));
        }
    }
}

/// The longest `tracestate` that is taken: the standard asks for no more.
const MOST_STATE: usize = 512;

/// The flags that have a meaning: sampled, and random. The standard wants the others gone.
const KNOWN_FLAGS: u8 = 0x03;

/// The headers of a request that name its trace.
#[derive(Debug, Clone, Copy)]
pub struct Parent<'a> {
    /// `traceparent`.
    pub parent: Option<&'a str>,
    /// `tracestate`.
    pub state: Option<&'a str>,
}

impl Recorder {
    /// Makes spans with this.
    #[must_use]
    pub fn new(tracer: SdkTracer, ratio: f64) -> Self {
        Self {
            tracer: Arc::new(tracer),
            ratio,
        }
    }

    /// Whether the ratio takes one more. Drawn, and not read from a trace's id: that is a
    /// stranger's choice.
    fn draws(&self) -> bool {
        let drawn = random();
        let first = drawn.first_chunk().expect("it is longer");
        f64::from(u32::from_be_bytes(*first)) < self.ratio * (f64::from(u32::MAX) + 1.0)
    }

    fn open(&self, builder: SpanBuilder, parent: Option<&SpanContext>) -> (OpenSpan, Trace) {
        let context = match parent {
            None => Context::new(),
            Some(parent) => Context::new().with_remote_span_context(parent.clone()),
        };
        let span = self.tracer.build_with_context(builder, &context);
        let trace = Trace {
            span: span.span_context().clone(),
            recorder: span.is_recording().then(|| self.clone()),
        };
        let opened = Opened { span, stands: true };
        (OpenSpan(Arc::new(Mutex::new(opened))), trace)
    }
}

impl Trace {
    /// The trace of a request: the caller's, or a new one, and a span of ours in it. That somebody
    /// asks for the recording (the sampled flag of its trace) counts when the span is
    /// [`OpenSpan::vouched`] for: until then nobody knows who it is, and the ratio decides, as for
    /// those who do not ask.
    #[must_use]
    pub fn of_request(from: Parent<'_>, recorder: Option<&Recorder>) -> (Self, Option<OpenSpan>) {
        let parent = from.parent.and_then(parse_parent);
        match recorder {
            None => (Self::unrecorded(parent), None),
            Some(recorder) => {
                let parent = parent.map(|it| it.with(from.state));
                // Its name is known when it is answered.
                let builder = SpanBuilder::from_name("HTTP").with_kind(SpanKind::Server);
                let (open, trace) = recorder.open(builder, parent.as_ref());
                let recorded = trace.recorder.is_some();
                if recorded && parent.is_some() && !recorder.draws() {
                    open.stands(false);
                }
                (trace, recorded.then_some(open))
            }
        }
    }

    fn unrecorded(parent: Option<CallerSpan>) -> Self {
        let (trace_id, flags) = match parent {
            Some(it) => (it.trace_id, it.flags),
            None => (TraceId::from_bytes(random()), TraceFlags::NOT_SAMPLED),
        };
        let mut span_id = [0; 8];
        span_id.copy_from_slice(&random()[..8]);
        let span_id = SpanId::from_bytes(span_id);
        Self {
            span: SpanContext::new(trace_id, span_id, flags, false, TraceState::NONE),
            recorder: None,
        }
    }

    /// The id of the trace, 32 hexadecimal digits when shown.
    #[must_use]
    pub fn trace_id(&self) -> TraceId {
        self.span.trace_id()
    }

    /// The id of the span, 16 hexadecimal digits when shown.
    #[must_use]
    pub fn span_id(&self) -> SpanId {
        self.span.span_id()
    }

    /// The header that names it.
    #[must_use]
    pub fn traceparent(&self) -> String {
        format!(
            "00-{}-{}-{:02x}",
            self.trace_id(),
            self.span_id(),
            self.span.trace_flags()
        )
    }
}

impl OpenSpan {
    /// Notes something about the work. Never a secret, and nothing of a task's parameters.
    pub fn note(&self, key: &'static str, value: impl Into<Value>) {
        self.change(|it| it.set_attribute(KeyValue::new(key, value)));
    }

    /// The same, when there is something to note.
    pub fn note_some(&self, key: &'static str, value: Option<impl Into<Value>>) {
        if let Some(value) = value {
            self.note(key, value);
        }
    }

    /// A caller with a good token asked for it.
    pub fn vouched(&self) {
        self.stands(true);
    }

    fn stands(&self, stands: bool) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).stands = stands;
    }

    /// Names it.
    pub fn name(&self, name: String) {
        self.change(|it| it.update_name(name));
    }

    /// The work failed, for this reason: a word of ours and never anybody else's text.
    pub fn fail(&self, reason: impl Into<Cow<'static, str>>) {
        let reason = reason.into();
        self.note("error.type", reason.clone());
        self.change(|it| it.set_status(Status::error(reason)));
    }

    fn change(&self, write: impl FnOnce(&mut Span)) {
        write(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner).span);
    }
}

/// Where the work that asks is done; nothing outside a request.
#[must_use]
pub fn here() -> Option<Trace> {
    HERE.try_with(Clone::clone).ok().flatten()
}

/// Looks at where the work is done.
pub(super) fn with_here<T>(look: impl FnOnce(&Trace) -> T) -> Option<T> {
    HERE.try_with(|it| it.as_ref().map(look)).ok().flatten()
}

/// Does work there.
pub fn within<F: Future>(
    trace: Option<Trace>,
    work: F,
) -> impl Future<Output = F::Output> + use<F> {
    HERE.scope(trace, work)
}

/// Work that stays in the trace of whoever asks for it, when it goes on in a task of its own.
pub fn carried<F: Future>(work: F) -> impl Future<Output = F::Output> + use<F> {
    within(here(), work)
}

/// A part of the work, which is a span of its own when the trace is recorded.
pub fn stage<F>(name: &'static str, work: F) -> impl Future<Output = F::Output> + use<F>
where
    F: Future<Output: Verdict>,
{
    below(enter(|| SpanBuilder::from_name(name)), work)
}

/// The same, for one of several alike: its number, and the id that it has in the log.
pub fn stage_of<F>(
    name: &'static str,
    number: usize,
    request_id: &str,
    work: F,
) -> impl Future<Output = F::Output> + use<F>
where
    F: Future<Output: Verdict>,
{
    let entered = enter(|| SpanBuilder::from_name(name));
    if let Some((open, _)) = &entered {
        open.note("batch.index", i64::try_from(number).unwrap_or(i64::MAX));
        open.note("request.id", request_id.to_owned());
    }
    below(entered, work)
}

/// Waiting for work that another one has begun, whose span the one of the waiting names.
pub fn joined<F>(
    name: &'static str,
    other: Option<&Trace>,
    work: F,
) -> impl Future<Output = F::Output> + use<F>
where
    F: Future<Output: Verdict>,
{
    let entered =
        other.and_then(|it| enter(|| SpanBuilder::from_name(name).with_links(links(Some(it)))));
    below(entered, work)
}

/// Work that is done for many, in a trace of its own that names the one who was the first to want
/// it. It is recorded when that one's is.
pub fn apart<F>(
    name: &'static str,
    first: Option<&Trace>,
    work: F,
) -> impl Future<Output = F::Output> + use<F>
where
    F: Future<Output: Verdict>,
{
    let recorder = first.and_then(|it| it.recorder.as_ref());
    let entered = match recorder {
        None => (None, None),
        Some(recorder) => {
            let builder = SpanBuilder::from_name(name).with_links(links(first));
            let (open, trace) = recorder.open(builder, None);
            (Some(open), Some(trace))
        }
    };
    staged(entered, work)
}

/// Work that nobody asked for, in a trace of its own.
pub fn own<F>(
    name: &'static str,
    recorder: Option<&Recorder>,
    work: F,
) -> impl Future<Output = F::Output> + use<F>
where
    F: Future<Output: Verdict>,
{
    let entered = recorder.map(|it| it.open(SpanBuilder::from_name(name), None));
    let (open, trace) = entered.unzip();
    staged((open, trace), work)
}

/// A call of another system, as a span of its own: within this trace, or in one of its own when it
/// is in none.
pub(crate) fn call(
    name: String,
    within: Option<&Trace>,
    otherwise: Option<&Recorder>,
) -> Option<OpenSpan> {
    let builder = SpanBuilder::from_name(name).with_kind(SpanKind::Client);
    match within {
        Some(it) => Some(it.recorder.as_ref()?.open(builder, Some(&it.span)).0),
        None => Some(otherwise?.open(builder, None).0),
    }
}

/// Whether spans are recorded here; nothing outside a trace.
pub(crate) fn is_recorded() -> Option<bool> {
    with_here(|it| it.recorder.is_some())
}

/// A wait, as a span that ends with it.
pub(crate) fn wait(name: &'static str) -> Option<OpenSpan> {
    enter(|| SpanBuilder::from_name(name)).map(|(open, _)| open)
}

fn links(other: Option<&Trace>) -> Vec<Link> {
    let other = other.into_iter();
    other
        .map(|it| Link::with_context(it.span.clone()))
        .collect()
}

/// A span below the one that work is done in now; none where nothing is recorded.
fn enter(builder: impl FnOnce() -> SpanBuilder) -> Option<(OpenSpan, Trace)> {
    let (parent, recorder) =
        with_here(|it| Some((it.span.clone(), it.recorder.clone()?))).flatten()?;
    Some(recorder.open(builder(), Some(&parent)))
}

/// Work in a span that was entered. Without one it is done where it is, and costs nothing more.
fn below<F>(entered: Option<(OpenSpan, Trace)>, work: F) -> impl Future<Output = F::Output> + use<F>
where
    F: Future<Output: Verdict>,
{
    match entered {
        None => Either::Left(work),
        Some((open, trace)) => Either::Right(staged((Some(open), Some(trace)), work)),
    }
}

fn staged<F>(
    (open, trace): (Option<OpenSpan>, Option<Trace>),
    work: F,
) -> impl Future<Output = F::Output> + use<F>
where
    F: Future<Output: Verdict>,
{
    within(trace, work).map(move |output| {
        if let Some(open) = open
            && let Some(reason) = output.failure()
        {
            open.fail(reason);
        }
        output
    })
}

/// A caller's span.
#[derive(Debug, Clone, Copy)]
struct CallerSpan {
    trace_id: TraceId,
    span_id: SpanId,
    flags: TraceFlags,
}

impl CallerSpan {
    /// With the caller's `tracestate`; one that is malformed is left out, as the standard has it,
    /// and so is one that is longer than it has to be borne: each span of the request holds it.
    fn with(self, state: Option<&str>) -> SpanContext {
        let state = state.filter(|it| it.len() <= MOST_STATE);
        let state = state.and_then(|it| it.parse().ok()).unwrap_or_default();
        SpanContext::new(self.trace_id, self.span_id, self.flags, true, state)
    }
}

/// A valid `traceparent`; a version later than 00 may have more parts.
fn parse_parent(text: &str) -> Option<CallerSpan> {
    let mut parts = text.split('-');
    let (version, trace_id, span_id, flags) =
        (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let is_hex = |it: &str, length: usize| {
        it.len() == length && it.bytes().all(|it| matches!(it, b'0'..=b'9' | b'a'..=b'f'))
    };
    let formed = is_hex(version, 2)
        && version != "ff"
        && (version != "00" || parts.next().is_none())
        && is_hex(trace_id, 32)
        && is_hex(span_id, 16)
        && is_hex(flags, 2);
    if !formed {
        return None;
    }
    let given = CallerSpan {
        trace_id: TraceId::from_hex(trace_id).ok()?,
        span_id: SpanId::from_hex(span_id).ok()?,
        flags: TraceFlags::new(u8::from_str_radix(flags, 16).ok()? & KNOWN_FLAGS),
    };
    (given.trace_id != TraceId::INVALID && given.span_id != SpanId::INVALID).then_some(given)
}

fn random() -> [u8; 16] {
    uuid::Uuid::new_v4().into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PARENT: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    fn of(parent: &str) -> Trace {
        let from = Parent {
            parent: Some(parent),
            state: None,
        };
        Trace::of_request(from, None).0
    }

    #[test]
    fn a_valid_parent_is_carried_on_with_a_span_of_our_own() {
        let trace = of(PARENT);

        assert_eq!(
            trace.trace_id().to_string(),
            "4bf92f3577b34da6a3ce929d0e0e4736"
        );
        assert_ne!(trace.span_id().to_string(), "00f067aa0ba902b7");
        assert!(trace.traceparent().ends_with("-01"));
    }

    #[test]
    fn a_broken_parent_begins_a_new_trace() {
        for broken in [
            "",
            "00",
            "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
            "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-extra",
        ] {
            let trace = of(broken);

            assert_ne!(
                trace.trace_id().to_string(),
                "4bf92f3577b34da6a3ce929d0e0e4736",
                "{broken}"
            );
            assert!(parse_parent(&trace.traceparent()).is_some());
        }
    }

    #[tokio::test]
    async fn work_in_a_task_of_its_own_stays_in_its_trace_and_no_other() {
        let (one, other) = (of(PARENT), of(""));
        let asked = || async { here().map(|it| it.trace_id()) };

        let (in_one, in_other) = tokio::join!(
            within(Some(one.clone()), async move {
                tokio::spawn(carried(asked())).await.expect("no panic")
            }),
            within(Some(other.clone()), async move {
                tokio::spawn(carried(asked())).await.expect("no panic")
            })
        );

        assert_eq!(in_one, Some(one.trace_id()));
        assert_eq!(in_other, Some(other.trace_id()));
        assert_eq!(asked().await, None);
    }
}
