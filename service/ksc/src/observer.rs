//! What the pool tells on its way: one method for each thing worth counting.
//!
//! A trait with empty methods instead of a metrics crate: the gateway decides how it counts, and
//! the labels are enums, so that no caller's data can become one.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use url::Url;

use crate::wire::PxgError;

/// One exchange with KSC that is about to begin.
#[derive(Debug, Clone, Copy)]
pub struct Exchange<'a> {
    /// `Class.Method`.
    pub method: &'static str,
    /// The server that is asked.
    pub endpoint: &'a Url,
    /// The id that goes along; empty when there is none.
    pub request_id: &'a str,
    /// How often the lease asks this in a row, this time included.
    pub attempt: u32,
    /// One step of many alike, over an iterator.
    pub step: bool,
}

/// What a user of the pool waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wait {
    /// One of the sessions, all of which are in use.
    Session,
    /// A login, be it its own or another one's.
    Login,
    /// The end of a walk over all tasks of the server.
    Walk,
}

/// Hears how an exchange ended. Dropped without a word when it was given up.
pub trait Hearer: Send + Sync {
    /// It is over, with this HTTP status when there was an answer, and this word of KSC's when it
    /// refused.
    fn ended(self: Box<Self>, outcome: CallOutcome, status: Option<u16>, error: Option<&PxgError>);
}

/// Work in a task of its own.
type Work = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Hears of every exchange, login and lease. Called on the way of a request: must not block.
pub trait Observer: Send + Sync + 'static {
    /// One exchange with KSC is over; `method` is e.g. `HostGroup.AddIncident`.
    fn call(&self, method: &'static str, outcome: CallOutcome, took: Duration) {
        let _ = (method, outcome, took);
    }

    /// A login is over.
    fn login(&self, outcome: LoginOutcome) {
        let _ = outcome;
    }

    /// An exchange begins; what is returned hears of its end.
    fn begins(&self, exchange: &Exchange<'_>) -> Option<Box<dyn Hearer>> {
        let _ = exchange;
        None
    }

    /// Somebody waits, until what is returned is dropped.
    fn waits(&self, wait: Wait) -> Option<Box<dyn Send + Sync>> {
        let _ = wait;
        None
    }

    /// Work that goes on in a task of its own, for whoever asks now.
    fn carry(&self, work: Work) -> Work {
        work
    }

    /// The number of leases has changed to `in_use`.
    fn leases(&self, in_use: usize) {
        let _ = in_use;
    }
}

/// Nobody listens.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoObserver;

impl Observer for NoObserver {}

/// How one exchange ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CallOutcome {
    /// Answered as asked.
    Ok,
    /// Answered with a `PxgError`.
    KscError,
    /// 401, 403 or KLWAT 1445: the session is over.
    SessionLost,
    /// Nothing of it reached KSC.
    NotSent,
    /// It may have reached KSC and no answer came.
    Unknown,
    /// An answer that is not KSC's protocol.
    Protocol,
    /// Another HTTP status than 200.
    HttpStatus,
}

impl CallOutcome {
    /// Every outcome, for a metrics table.
    pub const ALL: [Self; 7] = [
        Self::Ok,
        Self::KscError,
        Self::SessionLost,
        Self::NotSent,
        Self::Unknown,
        Self::Protocol,
        Self::HttpStatus,
    ];

    /// The label.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::KscError => "ksc_error",
            Self::SessionLost => "session_lost",
            Self::NotSent => "not_sent",
            Self::Unknown => "unknown",
            Self::Protocol => "protocol",
            Self::HttpStatus => "http_status",
        }
    }
}

/// How a login ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LoginOutcome {
    /// A session was opened.
    Accepted,
    /// KSC refused the credentials.
    Refused,
    /// KSC asked for a second factor.
    SecondFactor,
    /// KSC gave no judgement on the credentials: it could not be reached, or was out of order.
    Failed,
}

impl LoginOutcome {
    /// Every outcome, for a metrics table.
    pub const ALL: [Self; 4] = [
        Self::Accepted,
        Self::Refused,
        Self::SecondFactor,
        Self::Failed,
    ];

    /// The label.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Refused => "refused",
            Self::SecondFactor => "second_factor",
            Self::Failed => "failed",
        }
    }
}
