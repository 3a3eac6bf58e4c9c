//! What is certain when a back end has failed.

use crate::problem::Problem;

/// What a failure leaves certain of what was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Certainty {
    /// Nothing came of it.
    NothingDone,
    /// The back end has answered, with a no; and may have done something before it said so.
    Answered,
    /// Nobody knows.
    Open,
}

/// A failure of a back end.
pub trait Fault: std::error::Error + Send + Sync + 'static {
    /// What it leaves certain.
    fn certainty(&self) -> Certainty;

    /// Whether it is of this moment, and another session may do better.
    fn is_passing(&self) -> bool;

    /// Whether the back end has ended the session with it: the same session begins anew.
    fn has_ended_session(&self) -> bool;

    /// Whether certainly nothing was sent.
    fn has_not_left(&self) -> bool;

    /// What the caller is told, where certainly nothing came of it. The failure is logged here,
    /// once.
    fn problem(&self, request_id: &str) -> Problem;
}
