//! A task, as the API shows it: what was asked, and what is known about it by what evidence.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use utoipa::ToSchema;

use crate::backend::UnavailableBackend;
use crate::host::HostSummary;
use crate::task::TaskType;
use crate::task_id::{Alias, TaskId};

/// How far a task has come. Only an explicit success, or the device's own word, is `succeeded`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// The incident is stored; no KSC task has been seen yet.
    Accepted,
    /// No KSC task has appeared for longer than it should take.
    Stalled,
    /// The KSC task exists and has not begun on the device.
    Pending,
    /// The device is at it.
    Running,
    /// The KSC task is paused.
    Paused,
    /// KSC reports success for this device.
    Succeeded,
    /// KSC reports completion with a warning.
    Warning,
    /// KSC reports failure.
    Failed,
    /// The KSC task is gone without an end that was seen: rotated out, deleted, or older than KSC
    /// keeps any. Nobody has said so: if KSC shows it again, its state is back.
    Lost,
    /// A KSC task is there that could be this one's or another request's, or several are.
    Ambiguous,
    /// The back end holds the order and offers no way to learn whether the device has carried it
    /// out.
    Unconfirmed,
}

impl State {
    /// Whether it can still change.
    #[must_use]
    pub const fn is_terminal(self) -> bool {
        match self {
            Self::Succeeded | Self::Warning | Self::Failed | Self::Lost | Self::Unconfirmed => true,
            Self::Accepted
            | Self::Stalled
            | Self::Pending
            | Self::Running
            | Self::Paused
            | Self::Ambiguous => false,
        }
    }

    /// Every state.
    pub const ALL: [Self; 11] = [
        Self::Accepted,
        Self::Stalled,
        Self::Pending,
        Self::Running,
        Self::Paused,
        Self::Succeeded,
        Self::Warning,
        Self::Failed,
        Self::Lost,
        Self::Ambiguous,
        Self::Unconfirmed,
    ];

    /// The state of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.name() == name)
    }

    /// The wire form.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Stalled => "stalled",
            Self::Pending => "pending",
            Self::Running => "running",
            Self::Paused => "paused",
            Self::Succeeded => "succeeded",
            Self::Warning => "warning",
            Self::Failed => "failed",
            Self::Lost => "lost",
            Self::Ambiguous => "ambiguous",
            Self::Unconfirmed => "unconfirmed",
        }
    }
}

/// A task and what is known about it.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Task {
    /// The task's id: opaque, and good at every replica.
    #[schema(value_type = String)]
    pub id: TaskId,
    /// The alias of the back end that has it.
    #[schema(value_type = String)]
    pub backend: Alias,
    /// What was asked for.
    pub task: TaskType,
    /// On which host.
    pub target_host: HostSummary,
    /// With which parameters. In lists and events they are left out when they are longer than 8
    /// KiB; reading the task shows them.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Value, required = false)]
    pub params: Option<serde_json::Value>,
    /// The requesting application, as KSC was told.
    pub response_event_incident_area: String,
    /// 1 information, 2 warning, 3 critical.
    pub severity: i64,
    /// When the incident was created.
    #[serde(with = "time::serde::rfc3339")]
    pub requested_at: OffsetDateTime,
    /// Who asked for it, as `GET /v1/whoami` names callers. This and what follows is remembered by
    /// the gateway for 30 days, and absent where nobody remembers it: of tasks that were made at the
    /// console, from before a restart without a shared store, and of what that store has lost or
    /// cannot be asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false)]
    pub caller: Option<String>,
    /// Why, in the caller's words. Absent where there are none, or nobody remembers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false)]
    pub comment: Option<String>,
    /// For which case: the caller's own reference. Absent where there is none, or nobody remembers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false)]
    pub external_id: Option<String>,
    /// The id of the request that asked first, as the audit log has it. Absent where nobody
    /// remembers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false)]
    pub request_id: Option<String>,
    /// How far it has come.
    pub state: State,
    /// Whether the state can still change.
    pub terminal: bool,
    /// When to ask again, in seconds; 0 when the state cannot change any more.
    pub poll_after_seconds: u32,
    /// The incident in KSC, when KSC has the task.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Incident, required = false)]
    pub incident: Option<Incident>,
    /// The KSC task that came of it, when exactly one is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = KscTask, required = false)]
    pub ksc_task: Option<KscTask>,
    /// The KSC tasks that it could be, when the state is `ambiguous`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub candidates: Vec<KscTask>,
    /// What the device reports.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Execution, required = false)]
    pub execution: Option<Execution>,
    /// What the device itself says of an `isolateHost` that is over, beside what KSC says in
    /// `state`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = DeviceConfirmation, required = false)]
    pub confirmation: Option<DeviceConfirmation>,
    /// What the state rests on.
    pub evidence: String,
    /// What KSC will not say.
    pub warnings: Vec<String>,
}

impl Task {
    /// Takes over how the task stands from a later sight of it; what its request was stays.
    pub fn take_over(&mut self, later: &Self) {
        self.state = later.state;
        self.terminal = later.terminal;
        self.poll_after_seconds = later.poll_after_seconds;
        self.ksc_task.clone_from(&later.ksc_task);
        self.candidates.clone_from(&later.candidates);
        self.execution.clone_from(&later.execution);
        self.confirmation.clone_from(&later.confirmation);
        self.evidence.clone_from(&later.evidence);
    }
}

/// What the device itself says of an isolation or a release.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DeviceConfirmation {
    /// How it says so: `device tag`, the tag that Kaspersky's agents give a device that they have
    /// isolated.
    pub by: String,
    /// Whether that is what KSC says.
    pub state: ConfirmationState,
    /// What that rests on.
    pub evidence: String,
}

impl DeviceConfirmation {
    /// By its tag.
    pub const BY_TAG: &str = "device tag";
}

/// Whether the device says what KSC says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum ConfirmationState {
    /// It does.
    Confirmed,
    /// It says the opposite, and has had the time to say otherwise.
    Contradicted,
    /// It does not say, or not yet, or what it says may be of something else.
    Unknown,
}

/// Some tasks, the newest first.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TaskList {
    /// The tasks, the newest first.
    pub tasks: Vec<Task>,
    /// Where the next page begins: send it as `cursor`, with the same filters. Absent on the last
    /// page.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false)]
    pub next_cursor: Option<String>,
    /// Ids that were asked for and that no task has. Those that only may have none are not among them:
    /// where other filters are given or a back end could not be asked, nobody can say.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub unknown_ids: Vec<String>,
    /// The back ends of which no tasks are listed, because they could not be asked.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub unavailable: Vec<UnavailableBackend>,
}

/// The KSC record that carries the request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Incident {
    /// Its number.
    pub id: i64,
    /// Whether somebody marked it as handled. It says nothing about the task.
    pub handled: bool,
}

/// The task that KSC's Web Console service made from the incident.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct KscTask {
    /// KSC's id of the task.
    pub id: String,
    /// The name that the KSC console shows.
    pub name: String,
    /// When KSC created it.
    #[serde(
        with = "time::serde::rfc3339::option",
        skip_serializing_if = "Option::is_none",
        default
    )]
    #[schema(value_type = String, format = DateTime, required = false)]
    pub created_at: Option<OffsetDateTime>,
}

/// What KSC knows of the task's run on the device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Execution {
    /// 0 to 100, when KSC says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = i64, required = false)]
    pub percent: Option<i64>,
    /// The device's own text, above all when it failed.
    pub description: String,
    /// When the device began.
    #[serde(
        with = "time::serde::rfc3339::option",
        skip_serializing_if = "Option::is_none",
        default
    )]
    #[schema(value_type = String, format = DateTime, required = false)]
    pub started_at: Option<OffsetDateTime>,
    /// When it was done.
    #[serde(
        with = "time::serde::rfc3339::option",
        skip_serializing_if = "Option::is_none",
        default
    )]
    #[schema(value_type = String, format = DateTime, required = false)]
    pub finished_at: Option<OffsetDateTime>,
}
