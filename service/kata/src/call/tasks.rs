//! `tasks/<id>`: run a program, ask after it, take the task away.

use serde_json::{Map, Value, json};

use super::method::{Call, CallName, Evidence};
use super::request::{Dialect, Method, Request};
use crate::answer::Answer;
use crate::excerpt::Excerpt;
use crate::moment::Moment;
use crate::sensor_id::SensorId;
use crate::task_id::TaskId;
use crate::verdict::{Removed, Verdict};

/// A program to be run. It must be on the host already, and runs with the system's rights.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Program {
    /// `execCommand`.
    pub command: String,
    /// `cmdLineParameters`.
    pub parameters: Option<String>,
    /// `workingDirectory`.
    pub working_directory: Option<String>,
}

/// Orders that a program be run on a host, at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreateTask {
    /// Chosen by whoever orders: the same id cannot run twice.
    pub id: TaskId,
    /// The host.
    pub host: SensorId,
    /// What is to be run.
    pub program: Program,
}

/// Asks after a task.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GetTask {
    /// Which.
    pub id: TaskId,
    /// Whether the order itself is told as well.
    pub with_settings: bool,
}

/// Takes a task away. Whether that stops a program that runs, is documented nowhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DeleteTask {
    /// Which.
    pub id: TaskId,
}

/// What is known of a task.
#[derive(Debug, Clone, PartialEq)]
pub enum Task {
    /// It is there.
    Known(TaskReport),
    /// It is not.
    NotFound,
    /// An answer of a form that is not known.
    Unknown(Excerpt),
}

/// A task, as it was told.
#[derive(Debug, Clone, PartialEq)]
pub struct TaskReport {
    /// `state`, as it stands there: no page lists its values.
    pub state: Option<String>,
    /// `latestStartDateTime`.
    pub latest_start: Moment,
    /// `task`: the order.
    pub task: Option<Map<String, Value>>,
    /// Members that nobody has documented.
    pub others: Map<String, Value>,
}

impl Program {
    /// Whether a task that is told runs this program, and says so.
    #[must_use]
    pub fn is_told_by(&self, report: &TaskReport) -> bool {
        let Some(task) = &report.task else {
            return false;
        };
        let text = |member: &str| task.get(member).and_then(Value::as_str).unwrap_or_default();
        text("execCommand") == self.command
            && text("cmdLineParameters") == self.parameters.as_deref().unwrap_or_default()
            && text("workingDirectory") == self.working_directory.as_deref().unwrap_or_default()
    }
}

impl Task {
    fn read(answer: &Answer) -> Self {
        let known = answer.json().and_then(TaskReport::of);
        known.map_or_else(|| Self::Unknown(answer.excerpt()), Self::Known)
    }
}

impl TaskReport {
    fn of(value: Value) -> Option<Self> {
        let Value::Object(mut members) = value else {
            return None;
        };
        let state = members.remove("state");
        let start = members.remove("latestStartDateTime");
        let task = members.remove("task");
        if state.is_none() && start.is_none() && task.is_none() {
            return None;
        }
        let state = match state {
            None | Some(Value::Null) => None,
            Some(Value::String(text)) => Some(text),
            // A number, or whatever it is: its text is a state like any other.
            Some(other) => Some(other.to_string()),
        };
        let task = match task {
            None | Some(Value::Null) => None,
            Some(Value::Object(task)) => Some(task),
            Some(_) => return None,
        };
        Some(Self {
            state,
            latest_start: Moment::read(start.as_ref()),
            task,
            others: members,
        })
    }

    /// `execCommand` of the order, where it is told.
    #[must_use]
    pub fn command(&self) -> Option<&str> {
        self.task.as_ref()?.get("execCommand")?.as_str()
    }
}

impl Call for CreateTask {
    const NAME: CallName = CallName::CreateTask;
    /// The task as the server repeats it, where it does.
    type Found = Option<TaskReport>;
    type Look = GetTask;

    fn request(&self, _: &Dialect) -> Request {
        // What starts it otherwise, is documented nowhere.
        let mut task = json!({
            "schedule": {"startNow": true},
            "execCommand": self.program.command,
        });
        if let Some(parameters) = &self.program.parameters {
            task["cmdLineParameters"] = parameters.as_str().into();
        }
        if let Some(directory) = &self.program.working_directory {
            task["workingDirectory"] = directory.as_str().into();
        }
        Request::new(Method::Post, format!("tasks/{}", self.id))
            .with("sensor_id", self.host.as_str())
            .with("task_type", "run_process")
            .carrying(json!({"task": task}))
    }

    fn read(&self, answer: &Answer) -> Verdict<Self::Found> {
        match answer.status {
            // "It exists already", with which of the two the pages do not agree: our own order
            // from before, as a look will show.
            404 | 409 => Verdict::Doubtful,
            _ if answer.is_taken() => Verdict::Found(match Task::read(answer) {
                Task::Known(report) => Some(report),
                Task::NotFound | Task::Unknown(_) => None,
            }),
            _ => answer.usual(),
        }
    }

    fn look(&self) -> Option<GetTask> {
        Some(GetTask {
            id: self.id,
            with_settings: true,
        })
    }

    fn judge(&self, seen: Task) -> Evidence<Self::Found> {
        match seen {
            Task::Known(report) => match report.command() {
                Some(other) if other != self.program.command => Evidence::Another,
                Some(_) | None => Evidence::There(Some(report)),
            },
            Task::NotFound => Evidence::NotThere,
            Task::Unknown(_) => Evidence::Unsure,
        }
    }
}

impl Call for GetTask {
    const NAME: CallName = CallName::GetTask;
    type Found = Task;
    type Look = Self;

    fn request(&self, _: &Dialect) -> Request {
        let settings = if self.with_settings { "true" } else { "false" };
        Request::new(Method::Get, format!("tasks/{}", self.id)).with("settings", settings)
    }

    fn read(&self, answer: &Answer) -> Verdict<Task> {
        match answer.status {
            200 => Verdict::Found(Task::read(answer)),
            404 if answer.says_not_found() => Verdict::Found(Task::NotFound),
            404 => Verdict::Found(Task::Unknown(answer.excerpt())),
            _ => answer.usual(),
        }
    }
}

impl Call for DeleteTask {
    const NAME: CallName = CallName::DeleteTask;
    type Found = Removed;
    type Look = GetTask;

    fn request(&self, _: &Dialect) -> Request {
        Request::new(Method::Delete, format!("tasks/{}", self.id))
    }

    fn read(&self, answer: &Answer) -> Verdict<Removed> {
        match answer.status {
            404 => Verdict::Found(Removed::NoRuleOrHost),
            _ if answer.is_taken() => Verdict::Found(Removed::Done),
            _ => answer.usual(),
        }
    }

    fn look(&self) -> Option<GetTask> {
        Some(GetTask {
            id: self.id,
            with_settings: false,
        })
    }

    fn judge(&self, seen: Task) -> Evidence<Removed> {
        match seen {
            Task::NotFound => Evidence::There(Removed::NoRuleOrHost),
            Task::Known(_) => Evidence::NotThere,
            Task::Unknown(_) => Evidence::Unsure,
        }
    }
}
