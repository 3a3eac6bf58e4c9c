//! The tasks: one program on one host each, by an id that its caller has chosen.

use serde_json::Value;
use time::OffsetDateTime;
use uuid::Uuid;

/// A task as the Central Node knows it.
#[derive(Debug, Clone)]
pub(crate) struct Task {
    /// Tells one task from another that had its id before.
    pub(crate) number: u64,
    pub(crate) sensor: Uuid,
    pub(crate) program: Program,
    pub(crate) state: TaskState,
    pub(crate) started: Option<OffsetDateTime>,
}

/// What to run.
#[derive(Debug, Clone)]
pub(crate) struct Program {
    pub(crate) start_now: bool,
    pub(crate) command: String,
    pub(crate) parameters: Option<String>,
    pub(crate) directory: Option<String>,
    /// As sent.
    pub(crate) value: Value,
}

/// How far a task is, as the Central Node has heard. Which words it has for that, nobody knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TaskState {
    Waiting,
    Running,
    Done,
    Failed,
    TimedOut,
}
