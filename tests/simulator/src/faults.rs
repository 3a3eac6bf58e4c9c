//! The plan of faults: what goes wrong, on which call, how many times.
//!
//! Faults are drawn in the order in which they were pushed; one that is used up makes room for the
//! next. Each kind says whether the call is carried out before the fault, because that is what a
//! client cannot see and must survive.

use serde::{Deserialize, Serialize};
use stage::matches;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// One planned fault.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// The call it strikes (`HostGroup.AddIncident`, `HostGroup.*`, `login`); any call when absent.
    /// It means nothing for [`FaultKind::RefuseConnection`], which strikes before a call is known.
    #[serde(default)]
    pub method: Option<String>,
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
            method: None,
            times: Some(1),
            kind,
        }
    }

    /// A fault that strikes the next call to `method`.
    #[must_use]
    pub fn on(method: &str, kind: FaultKind) -> Self {
        Self {
            method: Some(method.to_owned()),
            times: Some(1),
            kind,
        }
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
    /// An accepted TCP connection is closed before TLS begins. Nothing is carried out.
    RefuseConnection,
    /// The call is carried out at once, but its reply comes only after these real milliseconds.
    Delay {
        /// Real milliseconds, independent of the simulated clock.
        milliseconds: u64,
    },
    /// Not carried out, never answered.
    Stall,
    /// Carried out, never answered.
    CommitThenStall,
    /// Carried out; the connection is closed without a reply.
    CommitThenDrop,
    /// Not carried out; the connection is closed without a reply.
    DropBeforeCommit,
    /// Carried out; the reply is 200 with something that is not JSON.
    Garbage,
    /// Carried out; half of the reply's body comes, then the connection is closed.
    Truncate,
    /// Not carried out; this status with this plain text.
    HttpStatus {
        /// The HTTP status.
        status: u16,
        /// The body, `text/plain`.
        text: String,
    },
    /// Not carried out; 200 with this `PxgError`.
    Pxg {
        /// `module`, such as `KLSTD`.
        module: String,
        /// `code`, such as 1195.
        code: i64,
        /// `subcode`.
        #[serde(default)]
        subcode: i64,
    },
    /// Carried out; this status with this plain text, as of somebody in between who thinks better
    /// of it.
    CommitThenHttpStatus {
        /// The HTTP status.
        status: u16,
        /// The body, `text/plain`.
        text: String,
    },
    /// Carried out; 200 with this `PxgError`, as of a step that fails after the row is stored.
    CommitThenPxg {
        /// `module`, such as `KLSTD`.
        module: String,
        /// `code`, such as 1195.
        code: i64,
    },
    /// Carried out; then every session is made invalid, and the reply is that of a session that is
    /// over.
    CommitThenExpire {
        /// The HTTP status: 401 or 403.
        status: u16,
    },
    /// Every session is made invalid, then the call is processed (and refused, if it came in one of
    /// them).
    ExpireSessions,
    /// Carried out; the reply is `{"PxgRetVal": {}}` whatever the call returns.
    WrongShape,
    /// Not carried out; 307 to another address.
    Redirect {
        /// The `Location` header.
        location: String,
    },
}

impl FaultKind {
    /// A reply that is late by this real time.
    #[must_use]
    pub fn delay(by: Duration) -> Self {
        Self::Delay {
            milliseconds: u64::try_from(by.as_millis()).unwrap_or(u64::MAX),
        }
    }

    /// 200 with a `PxgError` of this module and code, subcode 0.
    #[must_use]
    pub fn pxg(module: &str, code: i64) -> Self {
        Self::Pxg {
            module: module.to_owned(),
            code,
            subcode: 0,
        }
    }

    /// This status with this plain text.
    #[must_use]
    pub fn http(status: u16, text: &str) -> Self {
        Self::HttpStatus {
            status,
            text: text.to_owned(),
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
    pub(crate) fn draw(&self, method: &str) -> Option<FaultKind> {
        self.draw_if(|fault| {
            fault.kind != FaultKind::RefuseConnection
                && fault
                    .method
                    .as_deref()
                    .is_none_or(|pattern| matches(pattern, method))
        })
    }

    /// Whether the connection that was just accepted is refused.
    pub(crate) fn refuses_connection(&self) -> bool {
        self.draw_if(|fault| fault.kind == FaultKind::RefuseConnection)
            .is_some()
    }

    fn draw_if(&self, strikes: impl Fn(&Fault) -> bool) -> Option<FaultKind> {
        let mut plan = self.plan();
        let at = plan
            .iter()
            .position(|fault| fault.times != Some(0) && strikes(fault))?;
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
    fn a_fault_strikes_as_often_as_planned_and_only_its_call() {
        let faults = Faults::default();
        faults.push(Fault::on("HostGroup.AddIncident", FaultKind::Stall).times(2));

        assert_eq!(faults.draw("HostGroup.UpdateIncident"), None);
        assert_eq!(faults.draw("HostGroup.AddIncident"), Some(FaultKind::Stall));
        assert_eq!(faults.draw("HostGroup.AddIncident"), Some(FaultKind::Stall));
        assert_eq!(faults.draw("HostGroup.AddIncident"), None);
    }

    #[test]
    fn a_refused_connection_is_not_drawn_by_a_call() {
        let faults = Faults::default();
        faults.push(Fault::once(FaultKind::RefuseConnection));

        assert_eq!(faults.draw("Session.Ping"), None);
        assert!(faults.refuses_connection());
        assert!(!faults.refuses_connection());
    }
}
