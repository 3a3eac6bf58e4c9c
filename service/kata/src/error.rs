//! Failures by stage, each with an honest word on delivery.
//!
//! A variant stands for how far a call came and what came back. The questions of a user of the
//! crate are matches without a wildcard, so that a new variant cannot be forgotten: may it have
//! been carried out ([`Error::delivery`]), whom does it concern ([`Error::kind`]), when to ask
//! again ([`Error::retry_after`]). No text of an error holds anything the server has said: that is
//! in the fields, for whoever asked.

use std::error::Error as StdError;
use std::sync::Arc;
use std::time::Duration;

use crate::excerpt::Excerpt;
use crate::registrant::Registrant;
use crate::verdict::CrossScope;

/// A cause from below.
pub type Cause = Arc<dyn StdError + Send + Sync>;

/// What is known of a failed call's effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Delivery {
    /// Nothing of it can have been carried out.
    NotSent,
    /// The server said no.
    Refused,
    /// It may have been carried out, or be carried out yet.
    Unknown,
}

/// Whom a failure concerns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// The Central Node, or the way to it, cannot be had at the moment.
    Unavailable,
    /// An administrator has to accept the external system.
    NotAccepted,
    /// Too much is asked.
    Throttled,
    /// There is no such host.
    NotFound,
    /// The file is forbidden in the other scope.
    Conflict,
    /// The server refuses for another reason.
    Refused,
    /// The other end does not speak the protocol as far as it is known.
    Protocol,
}

/// The external system is not accepted, or not any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotAccepted {
    /// What an administrator looks for in the list of external systems.
    pub registrant: Registrant,
    /// Until it is tried again.
    pub retry_after: Duration,
    /// Whether the server has said so to this very call.
    pub asked: bool,
}

/// Why a call has no result.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Error {
    /// 401, now or within the last minute.
    #[error("KATA has not accepted {}", .0.registrant)]
    NotAccepted(Box<NotAccepted>),
    /// 429, now or a moment ago.
    #[error("KATA asks for fewer requests; the next may go in {retry_after:?}")]
    Throttled {
        /// Until it is tried again.
        retry_after: Duration,
        /// Whether the server has said so to this very call.
        asked: bool,
    },
    /// So many requests wait for their turn that this one would wait too long.
    #[error("too many requests wait for KATA; this one would wait {wait:?}")]
    Busy {
        /// What it would have waited.
        wait: Duration,
    },
    /// No connection.
    #[error("KATA at {endpoint} cannot be reached")]
    Connect {
        /// Host and port.
        endpoint: String,
        /// The network's word.
        source: Cause,
    },
    /// A connection, but not to a server that may be trusted.
    #[error("the certificate of KATA at {endpoint} is not accepted")]
    Untrusted {
        /// Host and port.
        endpoint: String,
        /// What the verifier found.
        source: Cause,
    },
    /// The server ended the handshake over our certificate.
    #[error("KATA at {endpoint} does not take the gateway's certificate in the TLS handshake")]
    IdentityRefused {
        /// Host and port.
        endpoint: String,
        /// TLS's word.
        source: Cause,
    },
    /// The time was up.
    #[error("KATA did not answer in time")]
    Timeout,
    /// The connection ended before the answer was whole.
    #[error("the connection to KATA was lost before the answer was whole")]
    Lost {
        /// The network's word.
        source: Cause,
    },
    /// The answer was longer than allowed and was not read to its end.
    #[error("the answer of KATA is longer than allowed ({limit} bytes)")]
    TooLarge {
        /// The cap.
        limit: usize,
    },
    /// 502, 503 or 504.
    #[error("KATA is out of service (HTTP status {status})")]
    OutOfService {
        /// The status.
        status: u16,
        /// `Retry-After`.
        retry_after: Option<Duration>,
    },
    /// Another status of the 500s.
    #[error("KATA has failed (HTTP status {status})")]
    Failed {
        /// The status.
        status: u16,
        /// The server's words.
        body: Excerpt,
    },
    /// 404 to an order: there is no such host.
    #[error("KATA knows no such host")]
    Missing {
        /// The server's words.
        body: Excerpt,
    },
    /// A task with this id exists, and it runs something else.
    #[error("KATA has another task with this id")]
    TaskIdTaken,
    /// The same file is forbidden in the other scope.
    #[error("KATA has a prevention rule for this file in the other scope")]
    Conflict(Box<CrossScope>),
    /// The server refuses for another reason.
    #[error("KATA refused the call (HTTP status {status})")]
    Refused {
        /// The status.
        status: u16,
        /// The server's words.
        body: Excerpt,
    },
    /// An answer that nobody has documented: another status, or a body that cannot be read.
    #[error("the answer of KATA cannot be understood (HTTP status {status})")]
    Unreadable {
        /// The status.
        status: u16,
        /// The server's words.
        body: Excerpt,
    },
    /// An order whose answer was lost, and reading back did not tell what became of it.
    #[error("what KATA made of the order is unknown, and reading back did not tell")]
    Unconfirmed {
        /// What happened to the order.
        #[source]
        order: Box<Error>,
        /// What happened afterwards; nothing where something was read that proves neither.
        after: Option<Box<Error>>,
    },
}

impl Error {
    /// What is known of the call's effect.
    #[must_use]
    pub fn delivery(&self) -> Delivery {
        match self {
            Self::NotAccepted(it) if !it.asked => Delivery::NotSent,
            Self::Throttled { asked: false, .. }
            | Self::Busy { .. }
            | Self::Connect { .. }
            | Self::Untrusted { .. }
            | Self::IdentityRefused { .. } => Delivery::NotSent,
            Self::NotAccepted(_)
            | Self::Throttled { asked: true, .. }
            | Self::Missing { .. }
            | Self::TaskIdTaken
            | Self::Conflict(_)
            | Self::Refused { .. } => Delivery::Refused,
            Self::Timeout
            | Self::Lost { .. }
            | Self::TooLarge { .. }
            // Said by somebody in between, as likely as not, who does not know what KATA is doing.
            | Self::OutOfService { .. }
            | Self::Failed { .. }
            | Self::Unreadable { .. }
            | Self::Unconfirmed { .. } => Delivery::Unknown,
        }
    }

    /// Whom it concerns.
    #[must_use]
    pub fn kind(&self) -> Kind {
        match self {
            Self::NotAccepted(_) => Kind::NotAccepted,
            Self::Throttled { .. } | Self::Busy { .. } => Kind::Throttled,
            Self::Connect { .. }
            | Self::Untrusted { .. }
            | Self::IdentityRefused { .. }
            | Self::Timeout
            | Self::Lost { .. }
            | Self::OutOfService { .. }
            | Self::Failed { .. } => Kind::Unavailable,
            Self::Missing { .. } => Kind::NotFound,
            Self::Conflict(_) => Kind::Conflict,
            Self::TaskIdTaken | Self::Refused { .. } => Kind::Refused,
            Self::TooLarge { .. } | Self::Unreadable { .. } => Kind::Protocol,
            Self::Unconfirmed { order, .. } => order.kind(),
        }
    }

    /// When it makes sense to ask again, where that is known.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::NotAccepted(it) => Some(it.retry_after),
            Self::Throttled { retry_after, .. } => Some(*retry_after),
            Self::Busy { wait } => Some(*wait),
            Self::OutOfService { retry_after, .. } => *retry_after,
            Self::Unconfirmed { order, .. } => order.retry_after(),
            Self::Connect { .. }
            | Self::Untrusted { .. }
            | Self::IdentityRefused { .. }
            | Self::Timeout
            | Self::Lost { .. }
            | Self::TooLarge { .. }
            | Self::Failed { .. }
            | Self::Missing { .. }
            | Self::TaskIdTaken
            | Self::Conflict(_)
            | Self::Refused { .. }
            | Self::Unreadable { .. } => None,
        }
    }

    /// Whether it is the server's judgement on the very request, and would have been the same on
    /// the same request before.
    #[must_use]
    pub fn judges(&self) -> bool {
        match self {
            Self::Missing { .. } | Self::TaskIdTaken | Self::Conflict(_) | Self::Refused { .. } => {
                true
            }
            Self::NotAccepted(_)
            | Self::Throttled { .. }
            | Self::Busy { .. }
            | Self::Connect { .. }
            | Self::Untrusted { .. }
            | Self::IdentityRefused { .. }
            | Self::Timeout
            | Self::Lost { .. }
            | Self::TooLarge { .. }
            | Self::OutOfService { .. }
            | Self::Failed { .. }
            | Self::Unreadable { .. }
            | Self::Unconfirmed { .. } => false,
        }
    }

    /// Whether another endpoint may do better.
    #[must_use]
    pub fn moves_on(&self) -> bool {
        match self {
            Self::Connect { .. }
            | Self::Untrusted { .. }
            | Self::IdentityRefused { .. }
            | Self::Timeout
            | Self::Lost { .. }
            | Self::OutOfService { .. } => true,
            Self::NotAccepted(_)
            | Self::Throttled { .. }
            | Self::Busy { .. }
            | Self::TooLarge { .. }
            | Self::Failed { .. }
            | Self::Missing { .. }
            | Self::TaskIdTaken
            | Self::Conflict(_)
            | Self::Refused { .. }
            | Self::Unreadable { .. }
            | Self::Unconfirmed { .. } => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_that_proves_nothing_is_unknown() {
        let body = Excerpt::default;
        for unknown in [
            Error::Timeout,
            Error::TooLarge { limit: 1 },
            Error::OutOfService {
                status: 503,
                retry_after: None,
            },
            Error::Failed {
                status: 500,
                body: body(),
            },
            Error::Unreadable {
                status: 302,
                body: body(),
            },
        ] {
            assert_eq!(unknown.delivery(), Delivery::Unknown, "{unknown}");
        }
        let refused = Error::Refused {
            status: 400,
            body: body(),
        };
        assert_eq!(refused.delivery(), Delivery::Refused);
    }

    #[test]
    fn what_the_client_held_back_was_not_sent_and_what_the_server_refused_was() {
        for (asked, delivery) in [(false, Delivery::NotSent), (true, Delivery::Refused)] {
            let throttled = Error::Throttled {
                retry_after: Duration::ZERO,
                asked,
            };
            assert_eq!(throttled.delivery(), delivery);
        }
    }

    #[test]
    fn no_text_of_an_error_holds_what_the_server_said() {
        let error = Error::Refused {
            status: 400,
            body: Excerpt::of(b"foreign hash"),
        };

        assert!(!format!("{error} {error:?}").contains("foreign"));
    }
}
