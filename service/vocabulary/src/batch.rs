//! Many requests in one call, each with a result of its own.

use serde::{Deserialize, Serialize};
use utoipa::openapi::schema::{ObjectBuilder, Schema, SchemaType, Type};
use utoipa::openapi::{Ref, RefOr};
use utoipa::{PartialSchema, ToSchema};

use crate::names::HostName;
use crate::problem::ProblemDocument;
use crate::report::Task;
use crate::task::Action;

/// Most requests of a batch.
pub const MOST: usize = 100;

/// Many requests: a list of them, or one request and the hosts that it is for.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[expect(
    dead_code,
    reason = "it describes a body that is taken apart request by request"
)]
pub struct TaskBatchRequest {
    /// The requests. Those for one host leave in this order.
    #[serde(default)]
    #[schema(required = false, min_items = 1, max_items = 100)]
    tasks: Vec<TaskBatchItem>,
    /// The hosts that `request` is for, each with a result of its own.
    #[serde(default)]
    #[schema(required = false, min_items = 1, max_items = 100)]
    target_hosts: Vec<HostName>,
    /// One request for all `targetHosts`, without a host of its own.
    #[schema(value_type = TaskBatchItem, required = false)]
    request: Option<TaskBatchItem>,
}

/// A request of a batch, for the document alone.
///
/// With `params` it is in the vendor's own form, without them in the flat form of the action that
/// `task` names, which has its members here at the top. Each is checked as if it had come alone.
#[derive(Debug, Deserialize)]
pub struct TaskBatchItem;

impl PartialSchema for TaskBatchItem {
    fn schema() -> RefOr<Schema> {
        let name = ObjectBuilder::new()
            .schema_type(SchemaType::new(Type::String))
            .description(Some("The task, or the action, that is asked for."))
            .enum_values(Some(Action::ALL.map(Action::name)));
        let object = ObjectBuilder::new()
            .description(Some(
                "A request: with `params` in the form of `POST /v1/tasks`, without them in that of `POST /v1/tasks/{task}`, with the members of that one here.",
            ))
            .property("task", name)
            .required("task")
            .property("targetHost", Ref::from_schema_name(HostName::name()));
        RefOr::T(Schema::Object(object.build()))
    }
}

impl ToSchema for TaskBatchItem {
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push((HostName::name().into_owned(), HostName::schema()));
    }
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
