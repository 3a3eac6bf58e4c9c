//! What a failure of KATA means for a caller.

use kata::{Delivery, Error, Kind};

use super::conflict;
use crate::backends::seam::{Certainty, Fault};
use crate::problem::Problem;
use vocabulary::code::Code;

impl Fault for Error {
    fn certainty(&self) -> Certainty {
        match self.delivery() {
            // The server does nothing of what it refuses: an order is one rule, or one task.
            Delivery::NotSent | Delivery::Refused => Certainty::NothingDone,
            Delivery::Unknown => Certainty::Open,
        }
    }

    fn is_passing(&self) -> bool {
        match self.kind() {
            Kind::Unavailable => true,
            Kind::NotAccepted
            | Kind::Throttled
            | Kind::NotFound
            | Kind::Conflict
            | Kind::Refused
            | Kind::Protocol => false,
        }
    }

    /// There are no sessions.
    fn has_ended_session(&self) -> bool {
        false
    }

    fn has_not_left(&self) -> bool {
        matches!(self.delivery(), Delivery::NotSent)
    }

    fn problem(&self, request_id: &str) -> Problem {
        problem(self, request_id)
    }
}

/// The problem for a call that failed before it could change anything, or that only reads. The
/// failure itself is logged here, once; the caller gets what it can act on.
pub(super) fn problem(error: &Error, request_id: &str) -> Problem {
    let problem = meaning(error);
    tracing::warn!(
        {
            request.id = request_id,
            error = error as &dyn std::error::Error,
            problem.code = problem.code().name()
        },
        "a KATA call failed"
    );
    problem
}

/// What such a failure means for a caller. Whoever asks has it logged.
pub(super) fn meaning(error: &Error) -> Problem {
    let (code, detail) = match error.kind() {
        Kind::Unavailable => (
            Code::KataUnavailable,
            "The Central Node cannot be had. Try again shortly.".to_owned(),
        ),
        Kind::Throttled => (
            Code::KataUnavailable,
            "The Central Node bears no more requests at the moment. Try again shortly.".to_owned(),
        ),
        Kind::NotAccepted => (Code::BackendNotRegistered, not_registered(error)),
        Kind::NotFound => (
            Code::HostNotFound,
            "The Central Node does not know the host.".to_owned(),
        ),
        Kind::Conflict => (Code::PreventionConflict, conflict::in_other_scope(error)),
        Kind::Refused => (
            Code::KataRefused,
            "The Central Node refused the call.".to_owned(),
        ),
        Kind::Protocol => (
            Code::KataProtocol,
            "The other end does not answer as KATA is documented to.".to_owned(),
        ),
    };
    Problem::new(code, detail).with_pause(error.retry_after())
}

/// Whom the administrator of the Central Node has to accept.
fn not_registered(error: &Error) -> String {
    const SAID: &str =
        "An administrator of the Central Node has to accept the gateway under External systems";
    if let Error::NotAccepted(it) = error {
        return format!(
            "{SAID}: id {}, SHA-256 of its certificate {}. The gateway asks once a minute.",
            it.registrant.id, it.registrant.sha256
        );
    }
    format!("{SAID}.")
}
