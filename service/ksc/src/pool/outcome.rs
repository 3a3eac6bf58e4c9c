//! What is told of one exchange.

use crate::error::{Delivery, Error};
use crate::observer::CallOutcome;

/// The label for an exchange.
pub(super) fn outcome(error: Option<&Error>) -> CallOutcome {
    let Some(error) = error else {
        return CallOutcome::Ok;
    };
    match error {
        Error::Http { status: 401 | 403 } | Error::SessionLost => CallOutcome::SessionLost,
        Error::Http { .. } => CallOutcome::HttpStatus,
        Error::Ksc(error) if error.means_session_lost() => CallOutcome::SessionLost,
        Error::Ksc(_) => CallOutcome::KscError,
        Error::TooLarge { .. } | Error::Malformed { .. } => CallOutcome::Protocol,
        Error::NoLease { .. }
        | Error::Draining
        | Error::Password { .. }
        | Error::CredentialsRefused { .. }
        | Error::SecondFactor { .. }
        | Error::Login { .. }
        | Error::Connect { .. }
        | Error::Untrusted { .. }
        | Error::Timeout { .. }
        | Error::Lost { .. } => match error.delivery() {
            Delivery::NotSent => CallOutcome::NotSent,
            Delivery::Refused | Delivery::Unknown => CallOutcome::Unknown,
        },
    }
}

/// The HTTP status of an answer, as far as an error tells; none when there was no answer.
pub(super) fn status(error: Option<&Error>) -> Option<u16> {
    let Some(error) = error else {
        return Some(200);
    };
    match error {
        Error::Http { status } => Some(*status),
        // Only answers with this status are read.
        Error::Ksc(_) | Error::Malformed { .. } | Error::TooLarge { .. } => Some(200),
        Error::NoLease { .. }
        | Error::Draining
        | Error::Password { .. }
        | Error::CredentialsRefused { .. }
        | Error::SecondFactor { .. }
        | Error::Login { .. }
        | Error::Connect { .. }
        | Error::Untrusted { .. }
        | Error::Timeout { .. }
        | Error::Lost { .. }
        | Error::SessionLost => None,
    }
}
