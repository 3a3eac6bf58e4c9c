//! Many requests in one call, each with a result of its own.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::problem::ProblemDocument;
use crate::report::Task;
use crate::requests::TaskRequest;

/// Most requests of a batch.
pub const MOST: usize = 100;

/// Requests for tasks, in the form of `POST /v1/tasks`.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[expect(
    dead_code,
    reason = "it describes a body that is taken apart request by request"
)]
pub struct TaskBatchRequest {
    /// The requests. Those for one host leave in this order.
    #[schema(value_type = Vec<TaskRequest>, min_items = 1, max_items = 100)]
    tasks: Vec<Value>,
}

/// The results, in the order of the requests.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TaskBatchResponse {
    /// One result for each request.
    pub results: Vec<TaskBatchResult>,
}

/// What became of one request of a batch: what it would have been answered on its own.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TaskBatchResult {
    /// The HTTP status: 202 with a task, any other with a problem.
    pub status: u16,
    /// The task that was created.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Task, required = false)]
    pub task: Option<Task>,
    /// True when the task was created before, by the batch that came first with this key.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[schema(required = false)]
    pub replayed: bool,
    /// Why there is none, or why that is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = ProblemDocument, required = false)]
    pub problem: Option<ProblemDocument>,
}

impl TaskBatchResult {
    /// Of a request that created this task, now or when it came before.
    #[must_use]
    pub fn created(task: Task, replayed: bool) -> Self {
        Self {
            status: 202,
            task: Some(task),
            replayed,
            problem: None,
        }
    }
}

impl From<ProblemDocument> for TaskBatchResult {
    fn from(problem: ProblemDocument) -> Self {
        Self {
            status: problem.status,
            task: None,
            replayed: false,
            problem: Some(problem),
        }
    }
}
