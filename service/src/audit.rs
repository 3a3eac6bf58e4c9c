//! The audit log: one line a decision. Who, what, where, outcome; never a token or a secret.
//!
//! A request for a task is audited by the intake: before each first byte of it leaves for KSC, with
//! a line that has been written to standard output by then, and when its outcome is known, even if
//! the caller has long hung up. So does a cancellation. Every other guarded request is audited when
//! it is answered.

mod trail;

use crate::config::AuditPolicy;
use crate::problem::Problem;
use crate::telemetry::{self, outlet};
use crate::ticket::{Cancellation, Ticket};
use vocabulary::code::Code;
use vocabulary::report::Task;
use vocabulary::task::Request;
use vocabulary::task_id::{Alias, TaskId};

pub use trail::Trail;

/// What was decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// The caller was let on and answered.
    Allowed,
    /// The caller, or what it asked, was refused.
    Refused,
    /// The next that happens is that a request leaves, or a cancellation.
    Sending,
    /// A task was created.
    Created,
    /// Nothing was created; what would have been was shown.
    Rehearsed,
    /// A task was cancelled.
    Cancelled,
    /// A request was answered as the one before it with the same key.
    Replayed,
    /// Nobody can say yet whether a task was created.
    Unknown,
    /// The gateway or the back end failed.
    Failed,
}

impl Decision {
    /// The word in the log.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Allowed => "allowed",
            Self::Refused => "refused",
            Self::Sending => "sending",
            Self::Created => "created",
            Self::Rehearsed => "rehearsed",
            Self::Cancelled => "cancelled",
            Self::Replayed => "replayed",
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

/// A request for a task is about to leave. Comes back when the line is written.
///
/// # Errors
/// 503 when it cannot be written, and nothing may be done without it (`telemetry.audit_policy`).
pub async fn sending(
    ticket: &Ticket,
    backend: &Alias,
    host_id: &str,
    area: &str,
) -> Result<(), Problem> {
    written_first(|| {
        let request = ticket.request();
        tracing::info!(
            target: "audit",
            {
                request.id = ticket.request_id.as_str(),
                decision = Decision::Sending.name(),
                operation = "createTask",
                caller.id = &**ticket.caller(),
                task = request.task().name(),
                host.requested = request.host().as_str(),
                host.id = host_id,
                backend = backend.as_str(),
                area = area,
                keyed = ticket.key.is_some(),
            },
            "sending {} on {}",
            request.task(),
            request.host().as_str(),
        );
    })
    .await
}

/// A cancellation is about to leave. Comes back when the line is written.
///
/// # Errors
/// As [`sending`].
pub async fn cancelling(
    cancellation: &Cancellation,
    host_id: &str,
    native_task: &str,
) -> Result<(), Problem> {
    written_first(|| {
        tracing::info!(
            target: "audit",
            {
                request.id = cancellation.request_id.as_str(),
                decision = Decision::Sending.name(),
                operation = "cancelTask",
                caller.id = &**cancellation.permit.caller(),
                host.id = host_id,
                backend = cancellation.task.backend(),
                task.id = cancellation.task.as_str(),
                backend.task = native_task,
            },
            "cancelling {}",
            cancellation.task,
        );
    })
    .await
}

/// Logs a line that must stand before what it tells of happens.
async fn written_first(line: impl Fn()) -> Result<(), Problem> {
    let Some(log) = telemetry::log() else {
        line();
        return Ok(());
    };
    // Where nothing is written, a line more would only take the place of one that tells an outcome.
    let written = log.outlet.is_writing() && {
        let receipt = outlet::confirmed(&line);
        receipt.written(outlet::WRITTEN_WITHIN).await
    };
    if written {
        return Ok(());
    }
    match log.audit {
        AuditPolicy::Refuse => Err(Problem::new(
            Code::AuditUnavailable,
            "The audit log cannot be written now, and nothing is done without it. Nothing was sent.",
        )
        .with_retry_after(5)),
        AuditPolicy::Send => {
            line();
            Ok(())
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
            backend = trail.task_id.as_ref().map(TaskId::backend),
            task.id = trail.task_id.as_ref().map(TaskId::as_str),
            problem.code = trail.problem.map(vocabulary::code::Code::name),
        },
        "{}",
        decision.name(),
    );
}

/// What is known about a request for a task when it is decided.
#[derive(Debug)]
pub struct Outcome<'a> {
    /// The back end that acts, once it is known.
    pub backend: Option<&'a str>,
    /// The host's id in KSC, once it is known.
    pub host_id: Option<&'a str>,
    /// The task, or the problem that was answered.
    pub result: Result<&'a TaskId, &'a Problem>,
    /// The area that KSC was told.
    pub area: Option<&'a str>,
}

/// A request for a task was decided.
pub fn decided(ticket: &Ticket, outcome: &Outcome<'_>) {
    let decision = match outcome.result {
        Ok(_) => Decision::Created,
        Err(problem) => Decision::of_problem(problem),
    };
    let request = ticket.request();
    let id = outcome.result.map_or_else(Problem::task, Some);
    tracing::info!(
        target: "audit",
        {
            request.id = ticket.request_id.as_str(),
            decision = decision.name(),
            operation = "createTask",
            caller.id = &**ticket.caller(),
            task = request.task().name(),
            host.requested = request.host().as_str(),
            host.id = outcome.host_id,
            backend = id.map(TaskId::backend).or(outcome.backend),
            task.id = id.map(TaskId::as_str),
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

/// What is known about a cancellation when it is decided.
#[derive(Debug)]
pub struct Cancelled<'a> {
    /// The host's id in KSC, once it is known.
    pub host_id: Option<&'a str>,
    /// What the back end calls what is cancelled, once it is known.
    pub native_task: Option<&'a str>,
    /// Whether the back end confirmed it, whatever was answered after that.
    pub taken: bool,
}

/// A cancellation was decided.
pub fn cancelled(cancellation: &Cancellation, about: &Cancelled<'_>, problem: Option<&Problem>) {
    let decision = match problem {
        Some(problem) if !about.taken => Decision::of_problem(problem),
        Some(_) | None => Decision::Cancelled,
    };
    tracing::info!(
        target: "audit",
        {
            request.id = cancellation.request_id.as_str(),
            decision = decision.name(),
            operation = "cancelTask",
            caller.id = &**cancellation.permit.caller(),
            host.id = about.host_id,
            backend = cancellation.task.backend(),
            task.id = cancellation.task.as_str(),
            backend.task = about.native_task,
            problem.code = problem.map(|it| it.code().name()),
        },
        "{} {}",
        decision.name(),
        cancellation.task,
    );
}

/// A request was answered as the one before it with the same key.
pub fn replayed(ticket: &Ticket, task: &Task) {
    tracing::info!(
        target: "audit",
        {
            request.id = ticket.request_id.as_str(),
            decision = Decision::Replayed.name(),
            operation = "createTask",
            caller.id = &**ticket.caller(),
            task = task.task.name(),
            host.requested = ticket.request().host().as_str(),
            host.id = task.target_host.id.as_str(),
            backend = task.id.backend(),
            task.id = task.id.as_str(),
        },
        "replayed {} on {}",
        task.task,
        ticket.request().host().as_str(),
    );
}

/// A request was rehearsed, on this host of this back end, or could not be.
pub fn rehearsed(ticket: &Ticket, result: Result<(&Alias, &str), &Problem>) {
    let decision = match result {
        Ok(_) => Decision::Rehearsed,
        Err(problem) => Decision::of_problem(problem),
    };
    let request: &Request = ticket.request();
    tracing::info!(
        target: "audit",
        {
            request.id = ticket.request_id.as_str(),
            decision = decision.name(),
            operation = "createTask",
            caller.id = &**ticket.caller(),
            task = request.task().name(),
            host.requested = request.host().as_str(),
            host.id = result.ok().map(|it| it.1),
            backend = result.ok().map(|it| it.0.as_str()),
            problem.code = result.err().map(|it| it.code().name()),
            dry_run = true,
        },
        "{} {} on {}",
        decision.name(),
        request.task(),
        request.host().as_str(),
    );
}
