//! KSC tasks: those that the console makes of incidents, and everybody else's.
//!
//! Response tasks are kept to a number and to an age; the oldest goes first, finished or not. That is the loss that
//! callers must be told about, so it is done without mercy here as well.

use super::World;
use super::agenda::Event;
use super::edr_body::EdrBody;
use crate::record::datetime;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use time::{Duration, OffsetDateTime};

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

impl World {
    pub(crate) fn task(&self, id: &str) -> Option<&Task> {
        // Ids are decimal digits and nothing else: "0195" or "+195" name no task.
        self.tasks.iter().find(|task| task.id.to_string() == id)
    }

    pub(crate) fn run_mut(&mut self, task: i64, host: &str) -> Option<&mut Run> {
        let task = self.tasks.iter_mut().find(|known| known.id == task)?;
        task.runs
            .iter_mut()
            .find(|run| run.host.eq_ignore_ascii_case(host))
    }

    /// Stores a task; a response task may push out the oldest ones and dies after its days.
    pub(crate) fn add_task(&mut self, task: Task) {
        let id = task.id;
        let response = task.response;
        let dies = task
            .created
            .saturating_add(Duration::days(i64::from(self.knobs.task_life_days)));
        let hosts: Vec<String> = task.runs.iter().map(|run| run.host.clone()).collect();
        self.tasks.push(task);
        if response {
            self.agenda.enter(dies, Event::TaskExpires { task: id });
            self.rotate();
        }
        for host in hosts {
            self.next_step(id, &host);
        }
        self.journal.touch();
    }

    fn rotate(&mut self) {
        while self.tasks.iter().filter(|task| task.response).count() > self.knobs.rotation {
            let oldest = self
                .tasks
                .iter()
                .filter(|task| task.response)
                .min_by_key(|task| task.created);
            let Some(id) = oldest.map(|task| task.id) else {
                return;
            };
            self.remove_task(id);
        }
    }

    pub(crate) fn remove_task(&mut self, id: i64) {
        self.tasks.retain(|task| task.id != id);
        self.journal.touch();
    }

    /// A backup is restored in which this is the id of the next task: those from there on are gone, and their ids
    /// are given out again.
    pub(crate) fn restore_tasks(&mut self, next: i64) {
        self.tasks.retain(|it| it.id < next);
        self.next_task = next;
        self.journal.touch();
    }

    pub(crate) fn take_task_id(&mut self) -> i64 {
        let id = self.next_task;
        self.next_task += 1;
        id
    }

    /// Puts somebody else's task into the server and gives its id.
    pub(crate) fn add_foreign_task(&mut self, foreign: ForeignTask) -> String {
        let id = self.take_task_id();
        let created = self.now - Duration::seconds(i64::from(foreign.age_seconds));
        let runs = foreign.hosts.iter().map(|host| Run {
            state: foreign.state,
            started: (foreign.state != RunState::Pending).then_some(created),
            finished: foreign.state.is_final().then_some(created),
            ..Run::new(host)
        });
        self.add_task(Task {
            id,
            // What Kaspersky Sandbox makes by itself counts, too (sandbox 190511).
            response: ["[Response]", "IOC Scan"]
                .iter()
                .any(|it| foreign.display_name.starts_with(it)),
            display_name: foreign.display_name,
            type_name: foreign
                .type_name
                .unwrap_or_else(|| "EdrResponse".to_owned()),
            product: "KES".to_owned(),
            version: "12.9.0.0".to_owned(),
            created,
            group: None,
            body: None,
            runs: runs.collect(),
        });
        id.to_string()
    }

    /// The two group tasks that every site has.
    pub(crate) fn add_everyday_tasks(&mut self) {
        let hosts: Vec<String> = self.hosts.iter().map(|host| host.spec.id.clone()).collect();
        let created = self.now - Duration::days(200);
        for (id, name, type_name) in [
            (12, "Update databases and modules", "Updater"),
            (17, "Malware Scan", "Scan_Objects"),
        ] {
            let done = |host: &String| Run {
                state: RunState::Success,
                started: Some(self.now - Duration::hours(3)),
                finished: Some(self.now - Duration::hours(2)),
                ..Run::new(host)
            };
            self.tasks.push(Task {
                id,
                display_name: name.to_owned(),
                type_name: type_name.to_owned(),
                product: "KES".to_owned(),
                version: "12.9.0.0".to_owned(),
                created,
                group: Some(0),
                response: false,
                body: None,
                runs: hosts.iter().map(done).collect(),
            });
        }
    }
}
