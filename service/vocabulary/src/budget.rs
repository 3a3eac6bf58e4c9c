//! The room that KSC has for response tasks, as the API shows it.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use utoipa::ToSchema;

use crate::report::KscTask;
use crate::task_id::Alias;

/// How much room there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BudgetRoom {
    /// How many response tasks KSC keeps.
    pub limit: usize,
    /// How many it holds, whoever made them.
    pub live: usize,
    /// How many more are on their way.
    pub waiting: usize,
    /// How many more it can take without rotating any out.
    pub free: usize,
}

/// The budget of response tasks. It is KSC's and shared by everybody who makes such tasks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct BudgetReport {
    /// The alias of the back end that it is of.
    #[schema(value_type = String)]
    pub backend: Alias,
    /// How many response tasks KSC keeps (`budget`).
    pub limit: usize,
    /// How many it holds, whoever made them, finished or not.
    pub live: usize,
    /// Requests of the last minutes whose KSC task has not been made yet.
    pub waiting: usize,
    /// How many more it can take without rotating any out.
    pub free: usize,
    /// What the gateway does when a task would push out one that has not finished.
    pub policy: BudgetPolicy,
    /// Whether the next task would push out one that has not finished.
    pub exhausted: bool,
    /// The task that goes first.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = OldestTask, required = false)]
    pub oldest: Option<OldestTask>,
    /// When the tasks were counted.
    #[serde(with = "time::serde::rfc3339")]
    pub counted_at: OffsetDateTime,
}

/// The response task that KSC rotates out first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OldestTask {
    /// The task.
    pub ksc_task: KscTask,
    /// Whether every device is through with it, so that nothing is lost when it goes.
    pub finished: bool,
}

/// What is done when a new task would push out one that has not finished.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum BudgetPolicy {
    /// It is refused.
    Refuse,
    /// It is taken, with a warning.
    Warn,
    /// It is taken, and nothing is counted.
    Off,
}
