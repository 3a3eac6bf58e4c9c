//! What is certain when a back end has failed.

use std::borrow::Cow;
use std::sync::Arc;

use crate::problem::Problem;
use crate::telemetry::Verdict;

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

/// Why a look at a task came to nothing. Many may have waited for it, and each of them says so in
/// the log, by its own request.
#[derive(Debug, Clone)]
pub struct MissedLook {
    problem: Problem,
    why: Arc<dyn std::error::Error + Send + Sync>,
}

impl MissedLook {
    /// What those who waited are told, and why.
    pub fn new(problem: Problem, why: impl std::error::Error + Send + Sync + 'static) -> Self {
        Self {
            problem,
            why: Arc::new(why),
        }
    }

    /// What the caller is told. The failure is logged here, once for each caller.
    #[must_use]
    pub fn problem(&self, request_id: &str) -> Problem {
        tracing::warn!(
            {
                request.id = request_id,
                error = &*self.why as &dyn std::error::Error,
                problem.code = self.problem.code().name()
            },
            "a task that is watched could not be looked at"
        );
        self.problem.clone()
    }
}

impl<T> Verdict for Result<T, MissedLook> {
    fn failure(&self) -> Option<Cow<'static, str>> {
        let missed = self.as_ref().err()?;
        Some(missed.problem.code().name().into())
    }
}
