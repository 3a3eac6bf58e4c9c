//! What tells a request, and a KSC task, from every other one that ever had or will have its
//! number.

use time::OffsetDateTime;

use super::correlate::SeenTask;
use vocabulary::report::KscTask;

/// A request, and no other one that ever had or will have its number.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct RequestKey {
    pub(super) incident: i64,
    pub(super) added: Option<OffsetDateTime>,
    /// In lower case.
    pub(super) host_id: String,
}

/// A KSC task, and no other one that ever had or will have its id.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct TaskKey {
    id: String,
    created: Option<OffsetDateTime>,
}

impl From<&SeenTask> for TaskKey {
    fn from(task: &SeenTask) -> Self {
        Self {
            id: task.id.clone(),
            created: task.created,
        }
    }
}

impl From<&KscTask> for TaskKey {
    fn from(task: &KscTask) -> Self {
        Self {
            id: task.id.clone(),
            created: task.created_at,
        }
    }
}
