//! Calls of KSC: counted, and a span each when their trace is recorded.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use ksc::{CallOutcome, Exchange, Hearer, LoginOutcome, Observer, Wait};

use super::metrics::KscMetrics;
use crate::telemetry::trace::{self, OpenSpan, Recorder, Trace};

/// What the KSC client tells on its way.
pub struct KscCalls {
    metrics: Arc<KscMetrics>,
    recorder: Option<Recorder>,
}

impl KscCalls {
    /// Counts with these. Calls for nobody's request, such as pings, are traces of their own.
    #[must_use]
    pub fn new(metrics: Arc<KscMetrics>, recorder: Option<Recorder>) -> Self {
        Self { metrics, recorder }
    }
}

impl Observer for KscCalls {
    fn call(&self, method: &'static str, outcome: CallOutcome, took: Duration) {
        self.metrics.call(method, outcome, took);
    }

    fn login(&self, outcome: LoginOutcome) {
        self.metrics.login(outcome);
    }

    fn leases(&self, in_use: usize) {
        self.metrics.leases(in_use);
    }

    fn begins(&self, exchange: &Exchange<'_>) -> Option<Box<dyn Hearer>> {
        let recorded = match trace::is_recorded() {
            Some(recorded) => recorded,
            None => self.recorder.is_some(),
        };
        if !recorded {
            return None;
        }
        let mut call = CallSpan {
            method: exchange.method,
            host: exchange.endpoint.host_str().unwrap_or_default().to_owned(),
            port: exchange.endpoint.port_or_known_default(),
            attempt: exchange.attempt,
            request_id: exchange.request_id.to_owned(),
            within: trace::here(),
            otherwise: self.recorder.clone(),
            open: None,
            over: false,
        };
        if !exchange.step {
            call.open();
        }
        Some(Box::new(call))
    }

    fn waits(&self, wait: Wait) -> Option<Box<dyn Send + Sync>> {
        let open = trace::wait(match wait {
            Wait::Session => "ksc.wait_for_session",
            Wait::Login => "ksc.wait_for_login",
            Wait::Walk => "ksc.walk_tasks",
        })?;
        Some(Box::new(open))
    }

    fn carry(
        &self,
        work: Pin<Box<dyn Future<Output = ()> + Send>>,
    ) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        match trace::here() {
            None => work,
            Some(here) => Box::pin(trace::within(Some(here), work)),
        }
    }
}

/// A call of KSC that is under way. A step of a walk, of which there may be thousands, has a span
/// only when it fails.
struct CallSpan {
    method: &'static str,
    host: String,
    port: Option<u16>,
    attempt: u32,
    request_id: String,
    within: Option<Trace>,
    otherwise: Option<Recorder>,
    open: Option<OpenSpan>,
    over: bool,
}

impl CallSpan {
    fn open(&mut self) -> Option<&OpenSpan> {
        if self.open.is_none() {
            let name = format!("KSC {}", self.method);
            let open = trace::call(name, self.within.as_ref(), self.otherwise.as_ref())?;
            open.note("rpc.system", "ksc_openapi");
            if let Some((class, name)) = self.method.split_once('.') {
                open.note("rpc.service", class);
                open.note("rpc.method", name);
            }
            open.note("http.request.method", "POST");
            open.note("server.address", std::mem::take(&mut self.host));
            open.note_some("server.port", self.port.map(i64::from));
            open.note("ksc.attempt", i64::from(self.attempt));
            if !self.request_id.is_empty() {
                open.note("request.id", std::mem::take(&mut self.request_id));
            }
            self.open = Some(open);
        }
        self.open.as_ref()
    }
}

impl Hearer for CallSpan {
    fn ended(
        mut self: Box<Self>,
        outcome: CallOutcome,
        status: Option<u16>,
        error: Option<&ksc::PxgError>,
    ) {
        self.over = true;
        if self.open.is_none() && outcome == CallOutcome::Ok {
            return;
        }
        let Some(open) = self.open() else { return };
        open.note_some("http.response.status_code", status.map(i64::from));
        open.note("ksc.outcome", outcome.as_str());
        if let Some(error) = error {
            let module = error.module.chars().take(32).collect::<String>();
            open.note("ksc.module", module);
            open.note("ksc.code", error.code);
            open.note_some("ksc.subcode", error.subcode);
        }
        if outcome != CallOutcome::Ok {
            open.fail(outcome.as_str());
        }
    }
}

impl Drop for CallSpan {
    fn drop(&mut self) {
        // Nobody waits for it any more, and nobody knows what came of it.
        if !self.over
            && let Some(open) = self.open()
        {
            open.fail("given_up");
        }
    }
}
