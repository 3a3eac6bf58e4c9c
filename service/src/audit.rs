//! The audit log: one line a decision. Who, what, where, outcome; never a token or a secret.
//!
//! A request for a task is audited by the intake, when its outcome is known, even if the caller
//! has long hung up. Every other guarded request is audited when it is answered.

use crate::api::problem::Problem;
use crate::edge::trail::Trail;
use crate::intake::Ticket;
use crate::task::Request;

/// What was decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// The caller was let on and answered.
    Allowed,
    /// The caller, or what it asked, was refused.
    Refused,
    /// An incident was created.
    Created,
    /// Nothing was created; what would have been was shown.
    Rehearsed,
    /// Nobody can say yet whether an incident was created.
    Unknown,
    /// The gateway or KSC failed.
    Failed,
}

impl Decision {
    /// The word in the log.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Allowed => "allowed",
            Self::Refused => "refused",
            Self::Created => "created",
            Self::Rehearsed => "rehearsed",
            Self::Unknown => "unknown",
            Self::Failed => "failed",
        }
    }

    fn of_problem(problem: &Problem) -> Self {
        match problem.code().status() {
            504 => Self::Unknown,
            500.. => Self::Failed,
            _ => Self::Refused,
        }
    }
}

/// A guarded request was answered.
pub fn answered(request_id: &str, method: &str, status: u16, trail: &Trail) {
    let decision = match status {
        ..400 => Decision::Allowed,
        400..500 => Decision::Refused,
        504 => Decision::Unknown,
        _ => Decision::Failed,
    };
    tracing::info!(
        target: "audit",
        {
            request.id = request_id,
            decision = decision.name(),
            operation = format!("{method} {}", trail.route),
            caller.id = trail.caller.as_deref(),
            task = trail.task.as_deref(),
            host.requested = trail.host.as_deref(),
            host.id = trail.host_id.as_deref(),
            incident.id = trail.incident,
            problem.code = trail.problem.map(crate::api::problem::Code::name),
        },
        "{}",
        decision.name(),
    );
}

/// What is known about a request for a task when it is decided.
#[derive(Debug)]
pub struct Outcome<'a> {
    /// The host's id in KSC, once it is known.
    pub host_id: Option<&'a str>,
    /// The incident, or the problem that was answered.
    pub result: Result<i64, &'a Problem>,
    /// The area that KSC was told.
    pub area: Option<&'a str>,
}

/// A request for a task was decided.
pub fn decided(ticket: &Ticket, outcome: &Outcome<'_>) {
    let decision = match outcome.result {
        Ok(_) => Decision::Created,
        Err(problem) => Decision::of_problem(problem),
    };
    let request = &ticket.request;
    tracing::info!(
        target: "audit",
        {
            request.id = ticket.request_id.as_str(),
            decision = decision.name(),
            operation = "createTask",
            caller.id = &*ticket.caller,
            task = request.task().name(),
            host.requested = request.host().as_str(),
            host.id = outcome.host_id,
            incident.id = outcome.result.map_or_else(Problem::incident_id, Some),
            area = outcome.area,
            problem.code = outcome.result.err().map(|it| it.code().name()),
            comment = request.comment(),
            external.id = request.external_id(),
        },
        "{} {} on {}",
        decision.name(),
        request.task(),
        request.host().as_str(),
    );
}

/// A request was rehearsed.
pub fn rehearsed(ticket: &Ticket, host_id: &str) {
    let request: &Request = &ticket.request;
    tracing::info!(
        target: "audit",
        {
            request.id = ticket.request_id.as_str(),
            decision = Decision::Rehearsed.name(),
            operation = "createTask",
            caller.id = &*ticket.caller,
            task = request.task().name(),
            host.requested = request.host().as_str(),
            host.id = host_id,
        },
        "rehearsed {} on {}",
        request.task(),
        request.host().as_str(),
    );
}
