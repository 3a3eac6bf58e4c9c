//! The plan of faults: what goes wrong, on which call, how many times.
//!
//! Faults are drawn in the order in which they were pushed; one that is used up makes room for the
//! next. Each kind says whether the request is processed before the fault, because that is what a
//! client cannot see and must survive.

use serde::{Deserialize, Serialize};
use stage::matches;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// One planned fault.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// The call it strikes (`POST settings/prevention`, `GET *`); any call when absent. It means
    /// nothing for [`FaultKind::RefuseConnection`], which strikes before a call is known.
    #[serde(default)]
    pub call: Option<String>,
    /// The listener it strikes at; any when absent.
    #[serde(default)]
    pub listener: Option<usize>,
    /// How often it strikes; for ever when absent.
    #[serde(default)]
    pub times: Option<u32>,
    /// What goes wrong.
    pub kind: FaultKind,
}

impl Fault {
    /// A fault that strikes the next call, whichever it is.
    #[must_use]
    pub fn once(kind: FaultKind) -> Self {
        Self {
            call: None,
            listener: None,
            times: Some(1),
            kind,
        }
    }

    /// A fault that strikes the next call of this name (a trailing `*` stands for any rest).
    #[must_use]
    pub fn on(call: &str, kind: FaultKind) -> Self {
        Self {
            call: Some(call.to_owned()),
            ..Self::once(kind)
        }
    }

    /// The same fault at one listener only.
    #[must_use]
    pub fn at(mut self, listener: usize) -> Self {
        self.listener = Some(listener);
        self
    }

    /// The same fault, `times` times.
    #[must_use]
    pub fn times(mut self, times: u32) -> Self {
        self.times = Some(times);
        self
    }

    /// The same fault until [`Faults::clear`].
    #[must_use]
    pub fn forever(mut self) -> Self {
        self.times = None;
        self
    }
}

/// What goes wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum FaultKind {
    /// An accepted TCP connection is closed before TLS begins. Not processed.
    RefuseConnection,
    /// Not processed, never answered.
    Stall,
    /// Processed, never answered: a time-out with effect.
    ProcessThenStall,
    /// Not processed; the connection is closed without an answer.
    Drop,
    /// Processed; the connection is closed without an answer.
    ProcessThenDrop,
    /// Processed at once, but answered only after these real milliseconds.
    Delay {
        /// Real milliseconds, independent of the simulated clock.
        milliseconds: u64,
    },
    /// Processed; half of the answer's body comes, then the connection is closed.
    Truncate,
    /// Not processed; this answer instead.
    Answer(CannedAnswer),
    /// Processed; this answer instead of its own, as of somebody in between who thinks better of
    /// it.
    ProcessThenAnswer(CannedAnswer),
    /// Processed; the answer is filled up with blanks to this many bytes, which are not JSON's
    /// fault.
    Oversize {
        /// How many bytes.
        bytes: u64,
    },
}

/// An answer that does not come from the call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CannedAnswer {
    /// The HTTP status.
    pub status: u16,
    /// The body; where absent, the error that belongs to the status.
    #[serde(default)]
    pub body: Option<String>,
    /// `Content-Type`.
    #[serde(default = "json")]
    pub content_type: String,
    /// `Retry-After`: seconds, or a date.
    #[serde(default)]
    pub retry_after: Option<String>,
    /// `Location`.
    #[serde(default)]
    pub location: Option<String>,
}

fn json() -> String {
    "application/json".to_owned()
}

impl CannedAnswer {
    /// The error that belongs to a status, as JSON.
    #[must_use]
    pub fn status(status: u16) -> Self {
        Self {
            status,
            body: None,
            content_type: json(),
            retry_after: None,
            location: None,
        }
    }

    /// A page as proxies and web servers make it.
    #[must_use]
    pub fn html(status: u16) -> Self {
        let page = "<!DOCTYPE html>\n<html><head><title>Error</title></head>\
                    <body><h1>Error</h1><hr>nginx</body></html>\n";
        Self {
            body: Some(page.to_owned()),
            content_type: "text/html".to_owned(),
            ..Self::status(status)
        }
    }

    /// 429, with or without a word on when to come again.
    #[must_use]
    pub fn too_many_requests(retry_after: Option<&str>) -> Self {
        Self {
            retry_after: retry_after.map(str::to_owned),
            ..Self::status(429)
        }
    }

    /// 307 to another address.
    #[must_use]
    pub fn redirect(location: &str) -> Self {
        Self {
            location: Some(location.to_owned()),
            body: Some(String::new()),
            ..Self::status(307)
        }
    }

    /// 200 with something that begins like JSON.
    #[must_use]
    pub fn malformed() -> Self {
        Self {
            body: Some(r#"[{"file":{"sha256":"#.to_owned()),
            ..Self::status(200)
        }
    }

    /// 200 with nothing.
    #[must_use]
    pub fn empty() -> Self {
        Self {
            body: Some(String::new()),
            ..Self::status(200)
        }
    }
}

impl FaultKind {
    /// An answer that is late by this real time.
    #[must_use]
    pub fn delay(by: Duration) -> Self {
        Self::Delay {
            milliseconds: u64::try_from(by.as_millis()).unwrap_or(u64::MAX),
        }
    }

    /// Not processed; the error that belongs to this status.
    #[must_use]
    pub fn status(status: u16) -> Self {
        Self::Answer(CannedAnswer::status(status))
    }

    /// Whether the request is processed all the same.
    pub(crate) fn processes(&self) -> bool {
        match self {
            Self::RefuseConnection | Self::Stall | Self::Drop | Self::Answer(_) => false,
            Self::ProcessThenStall
            | Self::ProcessThenDrop
            | Self::Delay { .. }
            | Self::Truncate
            | Self::ProcessThenAnswer(_)
            | Self::Oversize { .. } => true,
        }
    }
}

/// Handle of the plan; clones share one plan.
#[derive(Debug, Clone, Default)]
pub struct Faults {
    plan: Arc<Mutex<Vec<Fault>>>,
}

impl Faults {
    fn plan(&self) -> MutexGuard<'_, Vec<Fault>> {
        self.plan.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds a fault at the end of the plan.
    pub fn push(&self, fault: Fault) {
        self.plan().push(fault);
    }

    /// Forgets all planned faults.
    pub fn clear(&self) {
        self.plan().clear();
    }

    /// What is still planned.
    #[must_use]
    pub fn planned(&self) -> Vec<Fault> {
        self.plan().clone()
    }

    /// The fault that strikes this call, if one does.
    pub(crate) fn draw(&self, call: &str, listener: usize) -> Option<FaultKind> {
        self.draw_if(listener, |fault| {
            let named = fault.call.as_deref();
            fault.kind != FaultKind::RefuseConnection
                && named.is_none_or(|pattern| matches(pattern, call))
        })
    }

    /// Whether the connection that was just accepted is refused.
    pub(crate) fn refuses_connection(&self, listener: usize) -> bool {
        let refuses = |fault: &Fault| fault.kind == FaultKind::RefuseConnection;
        self.draw_if(listener, refuses).is_some()
    }

    fn draw_if(&self, listener: usize, strikes: impl Fn(&Fault) -> bool) -> Option<FaultKind> {
        let mut plan = self.plan();
        let here = |fault: &Fault| fault.listener.is_none_or(|it| it == listener);
        let at = plan
            .iter()
            .position(|fault| fault.times != Some(0) && here(fault) && strikes(fault))?;
        let kind = plan[at].kind.clone();
        if let Some(left) = &mut plan[at].times {
            *left -= 1;
            if *left == 0 {
                plan.remove(at);
            }
        }
        Some(kind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_strikes_as_often_as_planned_and_only_its_call_at_its_listener() {
        let faults = Faults::default();
        faults.push(Fault::on("POST *", FaultKind::Stall).times(2).at(1));

        assert_eq!(faults.draw("GET sensors", 1), None);
        assert_eq!(faults.draw("POST tasks", 0), None);
        assert_eq!(faults.draw("POST tasks", 1), Some(FaultKind::Stall));
        let kind = "POST settings/prevention";
        assert_eq!(faults.draw(kind, 1), Some(FaultKind::Stall));
        assert_eq!(faults.draw(kind, 1), None);
    }

    #[test]
    fn a_refused_connection_is_not_drawn_by_a_call() {
        let faults = Faults::default();
        faults.push(Fault::once(FaultKind::RefuseConnection));

        assert_eq!(faults.draw("GET sensors", 0), None);
        assert!(faults.refuses_connection(0));
        assert!(!faults.refuses_connection(0));
    }

    #[test]
    fn a_fault_of_a_file_needs_no_more_than_its_kind() {
        let fault: Fault =
            serde_json::from_str(r#"{"kind": {"answer": {"status": 503}}}"#).unwrap();

        assert_eq!(fault, Fault::once(FaultKind::status(503)).forever());
    }
}
