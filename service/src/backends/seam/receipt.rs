//! A request as it was sent: all that the task of it needs to be shown, but for the parameters.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use super::prepared::Prepared;
use crate::host::Host;
use vocabulary::host::HostSummary;
use vocabulary::report::{State, Task};
use vocabulary::task::{Request, Severity, TaskType};
use vocabulary::task_id::{Alias, TaskId};

/// A request as it was sent. Replicas of neighbouring versions read each other's: members that are
/// not known are passed over, and those that may be missing have a value to go by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// What was asked for.
    pub task: TaskType,
    /// On which host.
    pub host: TargetHost,
    /// As whom.
    #[serde(default)]
    pub area: String,
    /// How severe it is called.
    #[serde(default = "usual_severity")]
    pub severity: i64,
    /// When it was sent.
    #[serde(with = "time::serde::rfc3339")]
    pub requested_at: OffsetDateTime,
    /// What its caller was warned of.
    #[serde(default)]
    pub warnings: Vec<String>,
    /// The id of the request that was sent, whatever those are called that come with its key later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<Box<str>>,
}

/// The host of a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TargetHost {
    /// The back end's own id of it.
    pub id: String,
    /// What it is called; its id, where that is not known.
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    fqdn: Option<String>,
}

impl Receipt {
    /// Of a request that is about to leave under this id.
    #[must_use]
    pub fn new(request: &Request, request_id: &str, host: &Host, prepared: &impl Prepared) -> Self {
        Self {
            task: request.task(),
            host: host.summary().into(),
            area: prepared.area().to_owned(),
            severity: request.severity().number(),
            requested_at: prepared.requested_at(),
            warnings: prepared.warnings().to_vec(),
            request_id: Some(request_id.into()),
        }
    }

    /// The task of it at its birth, of which nobody has asked anything yet; with the parameters that
    /// its caller has sent. Who that is the register shows, in the answer alone: a version before
    /// would not read a task with members that it does not know.
    #[must_use]
    pub fn born(&self, id: TaskId, alias: &Alias, request: &Request, evidence: String) -> Task {
        Task {
            id,
            backend: alias.clone(),
            task: self.task,
            target_host: (&self.host).into(),
            params: Some(request.params().to_value()),
            response_event_incident_area: self.area.clone(),
            severity: self.severity,
            requested_at: self.requested_at,
            caller: None,
            comment: None,
            external_id: None,
            request_id: None,
            state: State::Accepted,
            terminal: false,
            poll_after_seconds: 5,
            incident: None,
            ksc_task: None,
            candidates: Vec::new(),
            execution: None,
            confirmation: None,
            evidence,
            warnings: self.warnings.clone(),
        }
    }
}

impl From<HostSummary> for TargetHost {
    fn from(host: HostSummary) -> Self {
        let HostSummary { id, name, fqdn } = host;
        Self {
            name: Some(name).filter(|it| *it != id),
            id,
            fqdn,
        }
    }
}

impl From<&TargetHost> for HostSummary {
    fn from(host: &TargetHost) -> Self {
        Self {
            id: host.id.clone(),
            name: host.name.as_ref().unwrap_or(&host.id).clone(),
            fqdn: host.fqdn.clone(),
        }
    }
}

fn usual_severity() -> i64 {
    Severity::WARNING.number()
}
