//! What an answer says, in the words of whoever has to do something about it.

use crate::excerpt::Excerpt;
use crate::sensor_id::SensorId;

/// What an answer says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict<T> {
    /// What was asked for.
    Found(T),
    /// The external system is not accepted, or not any more.
    NotAccepted,
    /// Too many requests.
    Throttled,
    /// The server, or one in front of it, is out of service: another may not be.
    OutOfService,
    /// The server has failed.
    Failed,
    /// The thing asked for, or what it would belong to, is not there.
    Missing,
    /// What it means, only a look at what the server shows can tell.
    Doubtful,
    /// The same file is forbidden in the other scope.
    Conflict(CrossScope),
    /// No, for another reason.
    Refused,
    /// An answer that nobody has documented.
    Unreadable,
}

/// How a removal ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Removed {
    /// The server has removed it.
    Done,
    /// There is nothing to remove; or there is no such host, which only a look-up of the host can
    /// tell.
    NoRuleOrHost,
}

/// A prevention rule that is refused because the same file is forbidden in the other scope: for
/// every host while single ones have it, or the reverse.
///
/// The server names the first file of several only, so that dropping it and asking again would
/// uncover the next: what to do is for a person to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CrossScope {
    /// HTTP status; which one it is, is documented nowhere.
    pub status: u16,
    /// The server's words.
    pub body: Excerpt,
    /// The ids in them, which are those of the hosts with the rule as far as is documented.
    pub hosts: Vec<SensorId>,
}
