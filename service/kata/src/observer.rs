//! What the client tells on its way: one method for each thing worth counting.
//!
//! A trait with empty methods instead of a metrics crate: the gateway decides how it counts. What
//! may become a label is an enum or a number out of a small range.

use std::time::Duration;

use url::Url;

use crate::call::CallName;

/// One exchange that is over.
#[derive(Debug, Clone, Copy)]
pub struct Exchange<'a> {
    /// Which endpoint was asked: its place in the settings.
    pub endpoint: usize,
    /// The call.
    pub call: CallName,
    /// How it ended.
    pub outcome: CallOutcome,
    /// HTTP status, when there was an answer.
    pub status: Option<u16>,
    /// What it took, without the time it waited for its turn.
    pub took: Duration,
    /// What it was for, as its user calls it. No label.
    pub action: &'a str,
}

/// One exchange that is about to begin.
#[derive(Debug, Clone, Copy)]
pub struct Beginning<'a> {
    /// Which endpoint is asked: its place in the settings.
    pub endpoint: usize,
    /// Where that is.
    pub at: &'a Url,
    /// The call.
    pub call: CallName,
    /// The HTTP method.
    pub method: &'static str,
    /// The path without the end of the external system's id, and without the query: that has names.
    pub path: &'a str,
    /// What it is for, as its user calls it.
    pub action: &'a str,
}

/// Hears how an exchange ended. Dropped without a word when it was given up.
pub trait Hearer: Send + Sync {
    /// It is over, with this HTTP status when there was an answer.
    fn ended(self: Box<Self>, outcome: CallOutcome, status: Option<u16>);
}

/// Hears of every exchange. Called on the way of a request: must not block.
pub trait Observer: Send + Sync + 'static {
    /// An exchange begins; what is returned hears of its end.
    fn begins(&self, beginning: &Beginning<'_>) -> Option<Box<dyn Hearer>> {
        let _ = beginning;
        None
    }

    /// One exchange is over.
    fn exchanged(&self, exchange: &Exchange<'_>) {
        let _ = exchange;
    }

    /// A call was held back and nothing was sent.
    fn held(&self, call: CallName, hold: Hold) {
        let _ = (call, hold);
    }

    /// Whether the external system is accepted has changed, or is known now.
    fn registration(&self, accepted: bool) {
        let _ = accepted;
    }
}

/// Nobody listens.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoObserver;

impl Observer for NoObserver {}

/// Why a call was held back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Hold {
    /// The external system is not accepted.
    NotAccepted,
    /// The server has asked for fewer requests.
    Throttled,
    /// Too many wait for their turn.
    Busy,
}

impl Hold {
    /// Every reason, for a metrics table.
    pub const ALL: [Self; 3] = [Self::NotAccepted, Self::Throttled, Self::Busy];

    /// The label.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NotAccepted => "not_accepted",
            Self::Throttled => "throttled",
            Self::Busy => "busy",
        }
    }
}

/// How one exchange ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CallOutcome {
    /// Answered as asked; "there is none" is such an answer.
    Ok,
    /// 401.
    NotAccepted,
    /// 429.
    Throttled,
    /// 502, 503, 504.
    OutOfService,
    /// Another status of the 500s.
    Failed,
    /// 404 to an order, or what the pages mean by it.
    Missing,
    /// The file is forbidden in the other scope.
    Conflict,
    /// Another refusal.
    Refused,
    /// An answer that is none of KATA's, as far as is known.
    Protocol,
    /// Nothing of it reached KATA.
    NotSent,
    /// It may have reached KATA and no whole answer came.
    Unknown,
}

impl CallOutcome {
    /// Every outcome, for a metrics table.
    pub const ALL: [Self; 11] = [
        Self::Ok,
        Self::NotAccepted,
        Self::Throttled,
        Self::OutOfService,
        Self::Failed,
        Self::Missing,
        Self::Conflict,
        Self::Refused,
        Self::Protocol,
        Self::NotSent,
        Self::Unknown,
    ];

    /// The label.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::NotAccepted => "not_accepted",
            Self::Throttled => "throttled",
            Self::OutOfService => "out_of_service",
            Self::Failed => "failed",
            Self::Missing => "missing",
            Self::Conflict => "conflict",
            Self::Refused => "refused",
            Self::Protocol => "protocol",
            Self::NotSent => "not_sent",
            Self::Unknown => "unknown",
        }
    }
}
