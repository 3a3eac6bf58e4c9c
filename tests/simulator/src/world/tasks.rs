//! KSC tasks: those that the console makes of incidents, and everybody else's.

use crate::record::datetime;
use crate::world::edr_body::EdrBody;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use time::OffsetDateTime;

/// A task and its progress on each of its devices.
#[derive(Debug, Clone)]
pub(crate) struct Task {
    pub(crate) id: i64,
    pub(crate) display_name: String,
    pub(crate) type_name: String,
    pub(crate) product: String,
    pub(crate) version: String,
    pub(crate) created: OffsetDateTime,
    /// Administration group; absent for a task for chosen devices.
    pub(crate) group: Option<i64>,
    /// Counts against the limit of response tasks.
    pub(crate) response: bool,
    /// What the devices are to do, for a task that the console made.
    pub(crate) body: Option<EdrBody>,
    pub(crate) runs: Vec<Run>,
}

/// A task on one device.
#[derive(Debug, Clone)]
pub(crate) struct Run {
    pub(crate) host: String,
    pub(crate) state: RunState,
    /// A `state_code` that no page documents, reported instead of the state's own.
    pub(crate) odd_code: Option<i64>,
    pub(crate) text: String,
    pub(crate) started: Option<OffsetDateTime>,
    pub(crate) finished: Option<OffsetDateTime>,
}

impl Run {
    pub(crate) fn new(host: &str) -> Self {
        Self {
            host: host.to_owned(),
            state: RunState::Pending,
            odd_code: None,
            text: String::new(),
            started: None,
            finished: None,
        }
    }
}

/// State of a task on a device: KSC's bits (KSCAPI 16 a00181.html).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunState {
    /// 1: not yet delivered or started.
    Pending,
    /// 2: running.
    Running,
    /// 4: finished successfully.
    Success,
    /// 8: finished with a warning.
    Warning,
    /// 16: failed.
    Failed,
    /// 32: scheduled.
    Scheduled,
    /// 64: paused.
    Paused,
}

impl RunState {
    /// All states, in the order of their bits.
    pub const ALL: [Self; 7] = [
        Self::Pending,
        Self::Running,
        Self::Success,
        Self::Warning,
        Self::Failed,
        Self::Scheduled,
        Self::Paused,
    ];

    /// `state_code`, and the bit of `nHostStateMask`.
    #[must_use]
    pub fn bit(self) -> i64 {
        match self {
            Self::Pending => 1,
            Self::Running => 2,
            Self::Success => 4,
            Self::Warning => 8,
            Self::Failed => 16,
            Self::Scheduled => 32,
            Self::Paused => 64,
        }
    }

    /// Whether nothing more comes.
    #[must_use]
    pub fn is_final(self) -> bool {
        match self {
            Self::Success | Self::Warning | Self::Failed => true,
            Self::Pending | Self::Running | Self::Scheduled | Self::Paused => false,
        }
    }
}

/// A task of somebody else, put into the server by a test or over the control listener.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ForeignTask {
    /// `DisplayName`, such as `[Response][KUMA] getFile - 01/02/2026 03:04:05 - 41`.
    pub display_name: String,
    /// Host ids.
    pub hosts: Vec<String>,
    /// State on all of them.
    #[serde(default = "pending")]
    pub state: RunState,
    /// `TASK_NAME`; `EdrResponse` when absent.
    #[serde(default)]
    pub type_name: Option<String>,
    /// Seconds before now at which it was created.
    #[serde(default)]
    pub age_seconds: u32,
}

fn pending() -> RunState {
    RunState::Pending
}

/// A task as tests and people see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TaskSummary {
    /// `TASK_UNIQUE_ID`.
    pub id: String,
    /// `DisplayName`.
    pub display_name: String,
    /// `PRTS_TASK_CREATION_DATE`.
    #[serde(with = "time::serde::rfc3339")]
    pub created: OffsetDateTime,
    /// Whether it counts against the limit of response tasks.
    pub response: bool,
    /// Host id, state and the device's text.
    pub runs: Vec<(String, RunState, String)>,
}

impl Task {
    /// What `GetTask` returns.
    pub(crate) fn json(&self) -> Value {
        json!({
            "TASK_NAME": self.type_name,
            "DisplayName": self.display_name,
            "TASK_UNIQUE_ID": self.id.to_string(),
            "PRTS_TASK_CREATION_DATE": datetime(self.created),
            "TASKID_PRODUCT_NAME": self.product,
            "TASKID_VERSION": self.version,
        })
    }

    /// What `GetTaskData` returns: what both of the others do, and how it is scheduled (by hand).
    pub(crate) fn data(&self) -> Value {
        let mut data = self.json();
        data["TASK_INFO_PARAMS"] = self.iterator_row()["TASK_INFO_PARAMS"].take();
        data["TASKSCH_TYPE"] = json!(0);
        data
    }

    /// What `GetNextTask` returns: the display name lies deeper there.
    pub(crate) fn iterator_row(&self) -> Value {
        let mut info = Map::new();
        info.insert("DisplayName".to_owned(), json!(self.display_name));
        info.insert("PRTS_TASK_CREATION_DATE".to_owned(), datetime(self.created));
        if let Some(group) = self.group {
            info.insert("PRTS_TASK_GROUPID".to_owned(), json!(group));
        }
        json!({
            "TASK_NAME": self.type_name,
            "TASK_UNIQUE_ID": self.id.to_string(),
            "TASKID_PRODUCT_NAME": self.product,
            "TASKID_VERSION": self.version,
            "TASK_INFO_PARAMS": {"type": "params", "value": info},
        })
    }

    /// How many runs count under a bit in the statistics; a code that is no bit counts nowhere.
    pub(crate) fn count(&self, state: RunState) -> usize {
        let counts = |run: &&Run| run.state == state && run.odd_code.is_none();
        self.runs.iter().filter(counts).count()
    }

    pub(crate) fn run(&self, host: &str) -> Option<&Run> {
        self.runs
            .iter()
            .find(|run| run.host.eq_ignore_ascii_case(host))
    }

    pub(crate) fn summary(&self) -> TaskSummary {
        TaskSummary {
            id: self.id.to_string(),
            display_name: self.display_name.clone(),
            created: self.created,
            response: self.response,
            runs: self
                .runs
                .iter()
                .map(|run| (run.host.clone(), run.state, run.text.clone()))
                .collect(),
        }
    }
}
