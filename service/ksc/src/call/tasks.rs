//! `Tasks.*`: KSC tasks as such: which there are, what they are, how they stand on the whole.
//!
//! Ids of tasks are texts of decimal digits.

use time::OffsetDateTime;

use super::method::{Call, Effect};
use crate::wire::{Arguments, Params, Reply, Unexpected};

/// What KSC tells of a task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaskInfo {
    /// `TASK_UNIQUE_ID`.
    pub id: String,
    /// `DisplayName`, at most 100 characters; at the top or in `TASK_INFO_PARAMS`, by method.
    pub display_name: Option<String>,
    /// `TASK_NAME`: the type.
    pub type_name: Option<String>,
    /// `PRTS_TASK_CREATION_DATE`, UTC.
    pub created: Option<OffsetDateTime>,
    /// `TASKID_PRODUCT_NAME`.
    pub product: Option<String>,
    /// `TASKID_VERSION`: the product's version.
    pub product_version: Option<String>,
}

impl TaskInfo {
    fn read(row: &Params, asked_for: Option<&str>) -> Result<Self, Unexpected> {
        let inner = row.params("TASK_INFO_PARAMS").unwrap_or_default();
        let text = |name: &str| {
            let found = row
                .str(name)
                .filter(|text| !text.is_empty())
                .or_else(|| inner.str(name));
            found.filter(|text| !text.is_empty()).map(str::to_owned)
        };
        let id = row
            .id("TASK_UNIQUE_ID")
            .or_else(|| inner.id("TASK_UNIQUE_ID"))
            .or_else(|| asked_for.map(str::to_owned))
            .ok_or(Unexpected::Without("TASK_UNIQUE_ID"))?;
        Ok(Self {
            id,
            display_name: text("DisplayName"),
            type_name: text("TASK_NAME"),
            created: row
                .datetime("PRTS_TASK_CREATION_DATE")
                .or_else(|| inner.datetime("PRTS_TASK_CREATION_DATE")),
            product: text("TASKID_PRODUCT_NAME"),
            product_version: text("TASKID_VERSION"),
        })
    }
}

/// `Tasks.GetAllTasksOfHost`: ids of the group and global tasks that cover a host.
pub struct GetAllTasksOfHost {
    /// KSC's own id of the device.
    pub host_id: String,
}

impl Call for GetAllTasksOfHost {
    const NAME: &'static str = "Tasks.GetAllTasksOfHost";
    const EFFECT: Effect = Effect::Read;
    type Reply = Vec<String>;

    fn arguments(&self) -> Arguments {
        Arguments::none()
            .text("strDomainName", "")
            .text("strHostName", &self.host_id)
    }

    fn reply(&self, reply: Reply) -> Result<Vec<String>, Unexpected> {
        reply.ids()
    }
}

/// `Tasks.GetTask`.
pub struct GetTask {
    /// The task's id.
    pub task: String,
}

impl Call for GetTask {
    const NAME: &'static str = "Tasks.GetTask";
    const EFFECT: Effect = Effect::Read;
    type Reply = TaskInfo;

    fn arguments(&self) -> Arguments {
        Arguments::none().text("strTask", &self.task)
    }

    fn reply(&self, reply: Reply) -> Result<TaskInfo, Unexpected> {
        TaskInfo::read(&reply.params()?, Some(&self.task))
    }
}

/// On how many devices a task stands how. The keys on the wire are the bits of a state code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TaskStatistics {
    /// 1: not yet delivered or started.
    pub pending: i64,
    /// 2.
    pub running: i64,
    /// 4: finished successfully.
    pub succeeded: i64,
    /// 8: finished with a warning.
    pub warning: i64,
    /// 16.
    pub failed: i64,
    /// 32.
    pub scheduled: i64,
    /// 64.
    pub paused: i64,
    /// 0 to 100.
    pub percent: Option<i64>,
    /// Devices that wait for a restart.
    pub waiting_for_restart: i64,
}

impl TaskStatistics {
    /// On how many devices the task is, as far as the counts say.
    #[must_use]
    pub fn devices(&self) -> i64 {
        [
            self.pending,
            self.running,
            self.succeeded,
            self.warning,
            self.failed,
            self.scheduled,
            self.paused,
        ]
        .into_iter()
        .fold(0, i64::saturating_add)
    }
}

/// `Tasks.GetTaskStatistics`: the cheap poll.
pub struct GetTaskStatistics {
    /// The task's id.
    pub task: String,
}

impl Call for GetTaskStatistics {
    const NAME: &'static str = "Tasks.GetTaskStatistics";
    const EFFECT: Effect = Effect::Read;
    type Reply = TaskStatistics;

    fn arguments(&self) -> Arguments {
        Arguments::none().text("strTask", &self.task)
    }

    fn reply(&self, reply: Reply) -> Result<TaskStatistics, Unexpected> {
        let counts = reply.params()?;
        // A count that is left out is a count of nobody.
        let count = |name: &str| counts.int(name).unwrap_or_default();
        Ok(TaskStatistics {
            pending: count("1"),
            running: count("2"),
            succeeded: count("4"),
            warning: count("8"),
            failed: count("16"),
            scheduled: count("32"),
            paused: count("64"),
            percent: counts.int("GNRL_COMPLETED_PERCENT"),
            waiting_for_restart: count("KLTSK_NEED_RBT_CNT"),
        })
    }
}

/// `Tasks.ResetTasksIterator`: begins a walk over tasks of every product and type.
pub struct ResetTasksIterator {
    /// The tasks of this administration group; `None` for tasks of any group and of none.
    pub group: Option<i64>,
    /// The tasks of the groups above it as well.
    pub include_supergroups: bool,
}

impl Call for ResetTasksIterator {
    const NAME: &'static str = "Tasks.ResetTasksIterator";
    const EFFECT: Effect = Effect::Read;
    type Reply = String;

    fn arguments(&self) -> Arguments {
        Arguments::none()
            .int("nGroupId", self.group.unwrap_or_default())
            .bool("bGroupIdSignificant", self.group.is_some())
            .unspecified("strProductName")
            .unspecified("strVersion")
            .unspecified("strComponentName")
            .unspecified("strInstanceId")
            .unspecified("strTaskName")
            .bool("bIncludeSupergroups", self.include_supergroups)
    }

    fn reply(&self, reply: Reply) -> Result<String, Unexpected> {
        reply.out_text("strTaskIteratorId")
    }
}

/// `Tasks.GetNextTask`: `None` at the end of the walk.
pub struct GetNextTask {
    /// From [`ResetTasksIterator`].
    pub iterator: String,
}

impl Call for GetNextTask {
    const NAME: &'static str = "Tasks.GetNextTask";
    // Asking twice skips a task.
    const EFFECT: Effect = Effect::Once;
    const BOUND_TO_SESSION: bool = true;
    type Reply = Option<TaskInfo>;

    fn arguments(&self) -> Arguments {
        Arguments::none().text("strTaskIteratorId", &self.iterator)
    }

    fn reply(&self, reply: Reply) -> Result<Option<TaskInfo>, Unexpected> {
        match reply.out().params("pTaskData") {
            Some(row) if !row.is_empty() => TaskInfo::read(&row, None).map(Some),
            Some(_) => Ok(None),
            // KSC leaves out what is empty; anything else in this place is not a task.
            None => match reply.out().get("pTaskData") {
                None | Some(serde_json::Value::Null) => Ok(None),
                Some(_) => Err(Unexpected::Without("pTaskData")),
            },
        }
    }
}

/// `Tasks.ReleaseTasksIterator`.
pub struct ReleaseTasksIterator {
    /// From [`ResetTasksIterator`].
    pub iterator: String,
}

impl Call for ReleaseTasksIterator {
    const NAME: &'static str = "Tasks.ReleaseTasksIterator";
    const EFFECT: Effect = Effect::Idempotent;
    const BOUND_TO_SESSION: bool = true;
    type Reply = ();

    fn arguments(&self) -> Arguments {
        Arguments::none().text("strTaskIteratorId", &self.iterator)
    }

    fn reply(&self, _: Reply) -> Result<(), Unexpected> {
        Ok(())
    }
}

/// `Tasks.CancelTask`: stops a task; it can be neither resumed nor taken back.
pub struct CancelTask {
    /// The task's id.
    pub task: String,
}

impl Call for CancelTask {
    const NAME: &'static str = "Tasks.CancelTask";
    const EFFECT: Effect = Effect::Idempotent;
    type Reply = ();

    fn arguments(&self) -> Arguments {
        Arguments::none().text("strTask", &self.task)
    }

    fn reply(&self, _: Reply) -> Result<(), Unexpected> {
        Ok(())
    }
}
