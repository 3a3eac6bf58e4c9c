//! Whether a service console is there to make a KSC task of an incident.

use ksc::{Delivery, IsAnyServiceConsoleAvailable, Kind, Lease};

use crate::backends::ksc::fault;
use crate::config;
use crate::problem::Problem;

/// Whether a service console is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Console {
    /// One is connected.
    Connected,
    /// None is.
    Missing,
    /// KSC does not say.
    Unknown,
}

impl Console {
    /// What was found, in a sentence.
    pub(super) const fn finding(self) -> &'static str {
        match self {
            Self::Connected => "A service console is connected to KSC",
            Self::Missing => "No service console is connected to KSC",
            Self::Unknown => "KSC does not say whether a service console is connected",
        }
    }

    /// What a caller should know whose request was taken all the same.
    pub(super) const fn warning(self) -> Option<&'static str> {
        match self {
            Self::Connected => None,
            Self::Missing => Some(
                "No service console is connected to KSC: the request waits for one and can still fire when it comes back.",
            ),
            Self::Unknown => Some(
                "KSC does not say whether a service console is connected: without one the request waits, and can still fire later.",
            ),
        }
    }
}

/// Asks. An older server that does not know the call cannot say, and that alone is no reason to
/// refuse; where the answer would change nothing, neither is a refusal.
pub(super) async fn ask(
    lease: &mut Lease,
    request_id: &str,
    settings: &config::KscTasks,
) -> Result<Console, Problem> {
    match lease.call(&IsAnyServiceConsoleAvailable, request_id).await {
        Ok(true) => Ok(Console::Connected),
        Ok(false) => Ok(Console::Missing),
        Err(error) => {
            let refused = matches!(error.delivery(), Delivery::Refused);
            let bearable = matches!(error.kind(), Kind::NoSuchCall)
                || (refused && !settings.require_service_console);
            if bearable {
                Ok(Console::Unknown)
            } else {
                Err(fault::problem(&error, request_id))
            }
        }
    }
}
