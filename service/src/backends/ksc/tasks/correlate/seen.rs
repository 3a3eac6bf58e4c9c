//! What is weighed: requests, the KSC tasks that could have come of them, and what makes a pair of
//! two.

use ksc::TaskInfo;
use time::OffsetDateTime;

use vocabulary::report::KscTask;

/// Clocks of the gateway, which dates incidents, and of KSC, which dates tasks, may differ by so
/// much before a request goes without its task.
pub(crate) const SKEW: time::Duration = time::Duration::seconds(5);

/// No sender's clock is wrong by more. The vendor's scripts write local time as if it were UTC,
/// which is up to 14 hours.
pub(in crate::backends::ksc::tasks) const AT_MOST_WRONG: time::Duration = time::Duration::hours(24);

/// A request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::backends::ksc::tasks) struct RequestRef {
    pub(in crate::backends::ksc::tasks) incident: i64,
    /// What the sender's clock said; nothing where KSC does not tell.
    pub(in crate::backends::ksc::tasks) added: Option<OffsetDateTime>,
}

/// A KSC task that could have come of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::backends::ksc::tasks) struct SeenTask {
    pub(in crate::backends::ksc::tasks) id: String,
    pub(in crate::backends::ksc::tasks) name: String,
    /// By KSC's clock; nothing where it does not tell.
    pub(in crate::backends::ksc::tasks) created: Option<OffsetDateTime>,
}

impl SeenTask {
    /// KSC counts its tasks: by this they stand in the order in which they were made.
    pub(in crate::backends::ksc::tasks) fn age(&self) -> (usize, &str) {
        (self.id.len(), &self.id)
    }
}

impl From<KscTask> for SeenTask {
    fn from(task: KscTask) -> Self {
        Self {
            id: task.id,
            name: task.name,
            created: task.created_at,
        }
    }
}

impl From<&TaskInfo> for SeenTask {
    fn from(info: &TaskInfo) -> Self {
        Self {
            id: info.id.clone(),
            name: info.display_name.clone().unwrap_or_default(),
            created: info.created,
        }
    }
}

/// What makes a pair of a request and a task one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::backends::ksc::tasks) enum Proof {
    /// The task's name says so.
    Name,
    /// Every other pairing leaves something unexplained. One more task, or one that an
    /// administrator made by hand, can change that.
    Order,
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::backends::ksc::tasks) enum Match {
    /// No task yet.
    None,
    /// This one and no other.
    One(SeenTask, Proof),
    /// Any of these.
    Many(Vec<SeenTask>),
    /// One of these perhaps: there are too many requests to tell whose they are.
    Unclear(Vec<SeenTask>),
}
