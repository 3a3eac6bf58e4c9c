//! Calls of KATA: counted, and a span each when their trace is recorded.

use std::sync::Arc;

use kata::{Beginning, CallOutcome, Exchange, Hearer, Hold, Observer};

use super::metrics::KataMetrics;
use crate::telemetry::trace::{self, OpenSpan, Recorder};

/// What the KATA client tells on its way.
pub(super) struct KataCalls {
    metrics: Arc<KataMetrics>,
    recorder: Option<Recorder>,
}

impl KataCalls {
    /// Counts with these. Calls for nobody's request, such as the knocking of one that is not
    /// accepted, are traces of their own.
    pub(super) fn new(metrics: Arc<KataMetrics>, recorder: Option<Recorder>) -> Self {
        Self { metrics, recorder }
    }
}

impl Observer for KataCalls {
    fn begins(&self, beginning: &Beginning<'_>) -> Option<Box<dyn Hearer>> {
        let name = format!("KATA {}", beginning.call.as_str());
        let open = trace::call(name, trace::here().as_ref(), self.recorder.as_ref())?;
        open.note("kata.call", beginning.call.as_str());
        open.note("http.request.method", beginning.method);
        open.note("url.path", beginning.path.to_owned());
        let host = beginning.at.host_str().unwrap_or_default();
        open.note("server.address", host.to_owned());
        let port = beginning.at.port_or_known_default();
        open.note_some("server.port", port.map(i64::from));
        if !beginning.action.is_empty() {
            open.note("request.id", beginning.action.to_owned());
        }
        Some(Box::new(KataCallSpan { open, over: false }))
    }

    fn exchanged(&self, exchange: &Exchange<'_>) {
        self.metrics.exchanged(exchange);
    }

    fn held(&self, _: kata::CallName, hold: Hold) {
        self.metrics.held(hold);
    }

    fn registration(&self, accepted: bool) {
        self.metrics.registration(accepted);
    }
}

/// A call of KATA that is under way.
struct KataCallSpan {
    open: OpenSpan,
    over: bool,
}

impl Hearer for KataCallSpan {
    fn ended(mut self: Box<Self>, outcome: CallOutcome, status: Option<u16>) {
        self.over = true;
        let open = &self.open;
        open.note_some("http.response.status_code", status.map(i64::from));
        open.note("kata.outcome", outcome.as_str());
        if outcome != CallOutcome::Ok {
            open.fail(outcome.as_str());
        }
    }
}

impl Drop for KataCallSpan {
    fn drop(&mut self) {
        // Nobody waits for it any more, and nobody knows what came of it.
        if !self.over {
            self.open.fail("given_up");
        }
    }
}
