//! What is learnt about a request on its way, for its log line and its audit line.

use std::sync::Arc;

use crate::problem::Problem;
use vocabulary::code::Code;
use vocabulary::task_id::TaskId;

/// The notes on one request. Never a token, a body or a secret.
#[derive(Debug, Default)]
pub struct Trail {
    /// The route's template.
    pub route: String,
    /// Who asks.
    pub caller: Option<Arc<str>>,
    /// The task type or the id that it is about.
    pub task: Option<String>,
    /// The host as the caller named it.
    pub host: Option<String>,
    /// The host's id in KSC.
    pub host_id: Option<String>,
    /// The id of the task.
    pub task_id: Option<TaskId>,
    /// The problem that was answered.
    pub problem: Option<Code>,
    /// Why a token was refused, which the caller is not told.
    pub cause: Option<String>,
    /// Whether it was a dry run.
    pub dry_run: bool,
    /// Whether the audit line is written by someone who knows more.
    pub audited: bool,
}

impl Trail {
    /// Notes the problem that is answered.
    pub fn refuse(&mut self, problem: &Problem) {
        self.problem = Some(problem.code());
        if self.task_id.is_none() {
            self.task_id = problem.task().cloned();
        }
    }
}
