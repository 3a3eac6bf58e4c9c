//! What every call has.

use std::io::Read;

use super::request::{Dialect, Request};
use crate::answer::Answer;
use crate::verdict::Verdict;

/// The calls, for logs and metrics.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CallName {
    /// `GET sensors`.
    ListSensors,
    /// `GET settings`, of isolation.
    GetIsolation,
    /// `POST settings`, of isolation.
    PutIsolation,
    /// `DELETE settings`, of isolation.
    DeleteIsolation,
    /// `GET settings`, of prevention.
    GetPrevention,
    /// `POST settings`, of prevention.
    PutPrevention,
    /// `DELETE settings`, of prevention.
    DeletePrevention,
    /// `POST tasks/…`.
    CreateTask,
    /// `GET tasks/…`.
    GetTask,
    /// `DELETE tasks/…`.
    DeleteTask,
}

/// What a call does to the Central Node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Effect {
    /// Nothing.
    Read,
    /// It changes what the Central Node orders.
    Write,
}

impl CallName {
    /// Every call, for a metrics table.
    pub const ALL: [Self; 10] = [
        Self::ListSensors,
        Self::GetIsolation,
        Self::PutIsolation,
        Self::DeleteIsolation,
        Self::GetPrevention,
        Self::PutPrevention,
        Self::DeletePrevention,
        Self::CreateTask,
        Self::GetTask,
        Self::DeleteTask,
    ];

    /// The label.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ListSensors => "list_sensors",
            Self::GetIsolation => "get_isolation",
            Self::PutIsolation => "put_isolation",
            Self::DeleteIsolation => "delete_isolation",
            Self::GetPrevention => "get_prevention",
            Self::PutPrevention => "put_prevention",
            Self::DeletePrevention => "delete_prevention",
            Self::CreateTask => "create_task",
            Self::GetTask => "get_task",
            Self::DeleteTask => "delete_task",
        }
    }

    /// What it does.
    #[must_use]
    pub fn effect(self) -> Effect {
        match self {
            Self::ListSensors | Self::GetIsolation | Self::GetPrevention | Self::GetTask => {
                Effect::Read
            }
            Self::PutIsolation
            | Self::DeleteIsolation
            | Self::PutPrevention
            | Self::DeletePrevention
            | Self::CreateTask
            | Self::DeleteTask => Effect::Write,
        }
    }
}

/// What a look says about a call whose own answer says nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Evidence<T> {
    /// What was ordered stands.
    There(T),
    /// It certainly does not stand: it may be ordered again.
    NotThere,
    /// Something else stands in its place, which is not ours.
    Another,
    /// No telling.
    Unsure,
}

/// A call.
pub trait Call: Clone + Send + Sync + 'static {
    /// Which.
    const NAME: CallName;
    /// A longer answer is not read to its end.
    const LARGEST_ANSWER: usize = 1024 * 1024;
    /// Whether a success is read while it comes, since it may be too long to be kept.
    const STREAMED: bool = false;
    /// What its answer says.
    type Found: Send + 'static;
    /// The call that shows what this one did; a call that does nothing names itself.
    type Look: Call;

    /// The request.
    fn request(&self, dialect: &Dialect) -> Request;

    /// Reads an answer.
    fn read(&self, answer: &Answer) -> Verdict<Self::Found>;

    /// Reads the body of a success while it comes, where that is [`STREAMED`](Self::STREAMED).
    fn read_stream(&self, body: &mut dyn Read) -> Verdict<Self::Found> {
        let _ = body;
        Verdict::Unreadable
    }

    /// How to look what it did, where it does something.
    fn look(&self) -> Option<Self::Look> {
        None
    }

    /// What was seen means for this call.
    fn judge(&self, seen: <Self::Look as Call>::Found) -> Evidence<Self::Found> {
        drop(seen);
        Evidence::Unsure
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_call_has_a_label_of_its_own() {
        let labels: std::collections::HashSet<_> =
            CallName::ALL.into_iter().map(CallName::as_str).collect();

        assert_eq!(labels.len(), CallName::ALL.len());
    }
}
