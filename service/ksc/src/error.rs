//! Failures by stage, each with an honest word on delivery.
//!
//! A variant stands for how far a call came. From that follow the two questions a user of the crate
//! has: may the call have been executed ([`Error::delivery`]), and whom does it concern
//! ([`Error::kind`]). Both are matches without a wildcard: a new variant cannot be forgotten.
//!
//! Errors are `Clone`, because one failed login is the answer to everybody who waited for it.

use std::error::Error as StdError;
use std::sync::Arc;
use std::time::Duration;

use crate::kind::Kind;
use crate::wire::{PxgError, Unexpected};

/// A cause from below, shared by everybody who waited for the same login.
pub type Cause = Arc<dyn StdError + Send + Sync>;

/// What is known of a failed call's effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Delivery {
    /// Nothing of the call can have been executed: it may be sent again freely.
    NotSent,
    /// KSC answered no. For a call that must not be executed twice see [`Certainty`].
    Refused,
    /// Bytes may have left, and no answer came that can be trusted.
    Unknown,
}

/// What is certain of a failed call that must not be executed twice.
///
/// Harder than [`Delivery`]: a refusal says that KSC said no, and not that it had done nothing by
/// then.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Certainty {
    /// Nothing was executed and nothing will be.
    NothingDone,
    /// KSC has answered, and is not at work on the call any more. Whether it did the work before it
    /// said no, only what it shows now can tell.
    Answered,
    /// It may have been executed, or be executed yet.
    Open,
}

/// Why a call has no result.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Error {
    /// All sessions stayed in use.
    #[error("no KSC session became free within {waited:?}")]
    NoLease {
        /// The time waited.
        waited: Duration,
    },
    /// The pool is being shut down.
    #[error("the KSC sessions are being closed")]
    Draining,
    /// The password could not be read; KSC was not asked.
    #[error("the KSC password cannot be read: {reason}")]
    Password {
        /// As the source of the password tells it.
        reason: String,
    },
    /// KSC refused the account or its password, now or within the back-off before.
    #[error("KSC refused the credentials; the next try is in {retry_after:?}")]
    CredentialsRefused {
        /// Until KSC is asked again, unless the password changes before.
        retry_after: Duration,
        /// What KSC said, when it said it as an application error.
        reason: Option<PxgError>,
    },
    /// KSC asks for a second factor: the account must be excluded from two-step verification.
    #[error("KSC asks for a second factor; the next try is in {retry_after:?}")]
    SecondFactor {
        /// Until KSC is asked again, unless the password changes before.
        retry_after: Duration,
    },
    /// No session could be opened, for a reason other than the credentials.
    #[error("no KSC session could be opened")]
    Login {
        /// What went wrong with `Session.StartSession`.
        source: Box<Error>,
    },
    /// No connection.
    #[error("KSC at {endpoint} cannot be reached")]
    Connect {
        /// Host and port.
        endpoint: String,
        /// The network's word.
        source: Cause,
    },
    /// A connection, but not to a server that may be trusted.
    #[error("the certificate of KSC at {endpoint} is not accepted")]
    Untrusted {
        /// Host and port.
        endpoint: String,
        /// What the verifier found.
        source: Cause,
    },
    /// The time was up.
    #[error("KSC did not answer in time ({})", if *.sent { "the request was sent" } else { "nothing was sent" })]
    Timeout {
        /// Whether the request may have left.
        sent: bool,
    },
    /// The connection ended after the request may have left and before the answer was whole.
    #[error("the connection to KSC was lost before the answer was whole")]
    Lost {
        /// The network's word.
        source: Cause,
    },
    /// Another status than 200.
    #[error("KSC answered with HTTP status {status}")]
    Http {
        /// The status code.
        status: u16,
    },
    /// The answer was longer than allowed and was not read to its end.
    #[error("the answer of KSC is longer than allowed ({limit})")]
    TooLarge {
        /// The cap: bytes of one answer, or tasks of a walk.
        limit: usize,
    },
    /// An answer that cannot be read; the call may have been executed all the same.
    #[error("the answer of KSC cannot be understood")]
    Malformed {
        /// What is wrong with it.
        source: Unexpected,
    },
    /// KSC answered with an application error.
    #[error("KSC refused the call: {0}")]
    Ksc(PxgError),
    /// The session is over, and a fresh one did not help or could not be used for this call.
    #[error("the KSC session is over")]
    SessionLost,
}

impl Error {
    /// What is known of the call's effect.
    #[must_use]
    pub fn delivery(&self) -> Delivery {
        match self {
            Self::NoLease { .. }
            | Self::Draining
            | Self::Password { .. }
            | Self::CredentialsRefused { .. }
            | Self::SecondFactor { .. }
            | Self::Login { .. }
            | Self::Connect { .. }
            | Self::Untrusted { .. }
            | Self::Timeout { sent: false } => Delivery::NotSent,
            Self::Ksc(_) | Self::SessionLost => Delivery::Refused,
            Self::Http { status } => match status {
                // The call was looked at and turned away.
                400..500 => Delivery::Refused,
                // No other status is documented for a call, so none proves that it was not
                // executed: not a redirect (303 is the classic answer to a POST that was), not a
                // gateway's 502, not a 204.
                _ => Delivery::Unknown,
            },
            Self::Timeout { sent: true }
            | Self::Lost { .. }
            | Self::TooLarge { .. }
            | Self::Malformed { .. } => Delivery::Unknown,
        }
    }

    /// What is certain of a call that must not be executed twice, after one exchange of it failed
    /// so.
    #[must_use]
    pub fn certainty(&self) -> Certainty {
        match self {
            Self::NoLease { .. }
            | Self::Draining
            | Self::Password { .. }
            | Self::CredentialsRefused { .. }
            | Self::SecondFactor { .. }
            | Self::Login { .. }
            | Self::Connect { .. }
            | Self::Untrusted { .. }
            | Self::Timeout { sent: false } => Certainty::NothingDone,
            Self::Ksc(error) if error.comes_before_the_work() => Certainty::NothingDone,
            // A session may be lost before the call or after it.
            Self::Ksc(_) | Self::SessionLost => Certainty::Answered,
            Self::Http { status } => match status {
                // What a server says of a call that it has looked at. Others are as likely said by
                // somebody in between, who does not know what KSC is doing.
                400 | 401 | 403 | 404 | 405 | 411 | 413 | 414 | 415 | 431 => Certainty::Answered,
                _ => Certainty::Open,
            },
            Self::Timeout { sent: true }
            | Self::Lost { .. }
            | Self::TooLarge { .. }
            | Self::Malformed { .. } => Certainty::Open,
        }
    }

    /// Whom it concerns.
    #[must_use]
    pub fn kind(&self) -> Kind {
        match self {
            Self::NoLease { .. }
            | Self::Draining
            | Self::Connect { .. }
            | Self::Untrusted { .. }
            | Self::Timeout { .. }
            | Self::Lost { .. }
            | Self::SessionLost => Kind::Unavailable,
            // Without a password nobody can be logged in until the operator acts.
            Self::Password { .. } | Self::CredentialsRefused { .. } => Kind::CredentialsRefused,
            Self::SecondFactor { .. } => Kind::SecondFactor,
            Self::Login { source } => source.kind(),
            Self::Http { status } => match status {
                404 => Kind::NoSuchCall,
                408 | 429 | 500..600 => Kind::Unavailable,
                _ => Kind::Protocol,
            },
            Self::TooLarge { .. } | Self::Malformed { .. } => Kind::Protocol,
            Self::Ksc(error) => error.kind(),
        }
    }

    /// KSC's own word, when it gave one.
    #[must_use]
    pub fn pxg(&self) -> Option<&PxgError> {
        match self {
            Self::Ksc(error) => Some(error),
            Self::CredentialsRefused { reason, .. } => reason.as_ref(),
            Self::Login { source } => source.pxg(),
            Self::NoLease { .. }
            | Self::Draining
            | Self::Password { .. }
            | Self::SecondFactor { .. }
            | Self::Connect { .. }
            | Self::Untrusted { .. }
            | Self::Timeout { .. }
            | Self::Lost { .. }
            | Self::Http { .. }
            | Self::TooLarge { .. }
            | Self::Malformed { .. }
            | Self::SessionLost => None,
        }
    }

    /// When it makes sense to ask again, where the pool knows.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::CredentialsRefused { retry_after, .. } | Self::SecondFactor { retry_after } => {
                Some(*retry_after)
            }
            Self::NoLease { .. }
            | Self::Draining
            | Self::Password { .. }
            | Self::Login { .. }
            | Self::Connect { .. }
            | Self::Untrusted { .. }
            | Self::Timeout { .. }
            | Self::Lost { .. }
            | Self::Http { .. }
            | Self::TooLarge { .. }
            | Self::Malformed { .. }
            | Self::Ksc(_)
            | Self::SessionLost => None,
        }
    }
}

impl From<Unexpected> for Error {
    fn from(source: Unexpected) -> Self {
        Self::Malformed { source }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_that_proves_nothing_is_unknown() {
        for status in [204, 301, 302, 303, 307, 500, 502, 503, 504] {
            assert_eq!(
                Error::Http { status }.delivery(),
                Delivery::Unknown,
                "{status}"
            );
        }
        for status in [400, 401, 403, 404, 413, 429] {
            assert_eq!(
                Error::Http { status }.delivery(),
                Delivery::Refused,
                "{status}"
            );
        }
    }

    #[test]
    fn few_refusals_prove_that_nothing_was_done() {
        let said = |module: &str, code| Error::Ksc(PxgError::new(module, code, None)).certainty();
        for (module, code) in [("KLSTD", 1184), ("KLCONN", 1194), ("KLPRSS", 1125)] {
            assert_eq!(
                said(module, code),
                Certainty::NothingDone,
                "{module} {code}"
            );
        }
        for (module, code) in [
            ("KLSTD", 1186),
            ("KLSTD", 1192),
            ("KLSTD", 1193),
            ("KLSTD", 1195),
            ("KLSTD", 1229),
            ("KLWAT", 1445),
            ("KLWAT", 1184),
            ("KLSTD", 1194),
            ("", 0),
            ("", 1184),
            ("NEW", 7),
        ] {
            assert_eq!(said(module, code), Certainty::Answered, "{module} {code}");
        }
        assert_eq!(Error::SessionLost.certainty(), Certainty::Answered);
        for status in [
            204, 303, 402, 408, 409, 410, 418, 425, 429, 451, 499, 500, 502, 503, 504,
        ] {
            let error = Error::Http { status };
            assert_eq!(error.certainty(), Certainty::Open, "{status}");
        }
        assert_eq!(Error::Http { status: 413 }.certainty(), Certainty::Answered);
    }

    #[test]
    fn whatever_befalls_a_login_the_call_itself_was_not_sent() {
        let lost_login = Error::Login {
            source: Box::new(Error::Timeout { sent: true }),
        };

        assert_eq!(lost_login.delivery(), Delivery::NotSent);
        assert_eq!(lost_login.kind(), Kind::Unavailable);
    }
}
