//! Where ended spans wait to be sent. What does not fit is dropped and counted: whoever ends a span
//! must not wait.

use std::fmt;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use opentelemetry::{Context, KeyValue};
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{Span, SpanData, SpanProcessor};
use tokio::sync::mpsc;
use tokio::sync::mpsc::error::TrySendError;

use crate::counter::Counter;

/// Most spans that wait. A span takes about a kilobyte.
pub(crate) const MOST_WAITING: usize = 4096;

/// The attribute of a span that turned out, before it ended, to be of no interest to anybody.
///
/// It is not sent, nor counted as lost. The SDK has no word for that: what is sampled it gives to
/// its processors.
pub const WITHDRAWN: &str = "span.withdrawn";

/// So often at most the log says that spans are lost.
pub(crate) const QUIET: Duration = Duration::from_mins(5);

/// The SDK's side of the queue.
pub(crate) struct Queue {
    spans: mpsc::Sender<SpanData>,
    counter: Arc<dyn Counter>,
    overflows: Once,
}

impl Queue {
    pub(crate) fn new(spans: mpsc::Sender<SpanData>, counter: Arc<dyn Counter>) -> Self {
        Self {
            spans,
            counter,
            overflows: Once::default(),
        }
    }
}

impl SpanProcessor for Queue {
    fn on_start(&self, _span: &mut Span, _context: &Context) {}

    fn on_end(&self, span: SpanData) {
        let withdrawn = |it: &KeyValue| it.key.as_str() == WITHDRAWN;
        if !span.span_context.is_sampled() || span.attributes.iter().any(withdrawn) {
            return;
        }
        let Err(error) = self.spans.try_send(span) else {
            return;
        };
        self.counter.dropped(1);
        if matches!(error, TrySendError::Full(_)) && self.overflows.may_be_said() {
            tracing::warn!(
                waiting = MOST_WAITING,
                "spans are dropped: they come faster than the trace collector takes them"
            );
        }
    }

    fn force_flush(&self) -> OTelSdkResult {
        Ok(())
    }

    fn shutdown_with_timeout(&self, _timeout: Duration) -> OTelSdkResult {
        Ok(())
    }
}

impl fmt::Debug for Queue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Queue").finish_non_exhaustive()
    }
}

/// Something that is said once in a while, however often it happens.
#[derive(Default)]
pub(crate) struct Once {
    said: Mutex<Option<Instant>>,
}

impl Once {
    /// Whether it is time to say it.
    pub(crate) fn may_be_said(&self) -> bool {
        let Ok(mut said) = self.said.try_lock() else {
            // Somebody else is about to.
            return false;
        };
        let due = said.is_none_or(|it| it.elapsed() >= QUIET);
        if due {
            *said = Some(Instant::now());
        }
        due
    }
}
