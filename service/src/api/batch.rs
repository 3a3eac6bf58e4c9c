//! Many requests in one call, each with a result of its own.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::code::Code;
use super::problem::Problem;
use super::document_of_problem::ProblemDocument;
use super::requests::TaskRequest;
use super::task::Task;
use crate::task::Violation;

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

/// The requests in the body of a batch.
///
/// # Errors
/// 422 with everything that is wrong with the body itself; what is wrong with a request is its own
/// result.
pub fn open(body: Value) -> Result<Vec<Value>, Problem> {
    let Value::Object(mut members) = body else {
        return Err(invalid(vec![Violation::new(
            "",
            "type",
            "Must be an object.",
        )]));
    };
    let tasks = members.remove("tasks");
    let mut violations: Vec<Violation> = members
        .keys()
        .take(MOST)
        .map(|it| {
            let name = it.replace('~', "~0").replace('/', "~1");
            Violation::new(
                format!("/{name}"),
                "unknown_member",
                "Is not a member here.",
            )
        })
        .collect();
    let wrong = match tasks {
        None => ("required", "Is required.".to_owned()),
        Some(Value::Array(tasks)) if tasks.is_empty() => {
            ("too_few", "Must have at least 1 items.".to_owned())
        }
        Some(Value::Array(tasks)) if tasks.len() > MOST => {
            ("too_many", format!("Must have at most {MOST} items."))
        }
        Some(Value::Array(tasks)) if violations.is_empty() => return Ok(tasks),
        Some(Value::Array(_)) => return Err(invalid(violations)),
        Some(_) => ("type", "Must be of type array.".to_owned()),
    };
    violations.push(Violation::new("/tasks", wrong.0, wrong.1));
    Err(invalid(violations))
}

fn invalid(violations: Vec<Violation>) -> Problem {
    Problem::new(
        Code::ValidationFailed,
        "The body of the batch is wrong; nothing of it was looked at.",
    )
    .with_errors(violations)
}
