//! Requests for response tasks, as KSC keeps them: the gateway's and everybody else's.

use ksc::{Incident, Lease};
use serde::Deserialize;
use serde_json::Value;
use time::OffsetDateTime;

use super::LIFE;
use super::correlate::{Asked, Seen};
use crate::hosts;
use crate::task::TaskType;

/// `KLINCDT_BODY` as it is read: by the gateway or by anybody else who makes response tasks.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Body {
    pub(super) task: TaskType,
    pub(super) params: Value,
    pub(super) response_event_incident_area: String,
}

/// An incident that asks for a response task.
pub(super) struct Response {
    pub(super) incident: i64,
    pub(super) handled: bool,
    pub(super) severity: i64,
    pub(super) added: OffsetDateTime,
    pub(super) host_id: String,
    pub(super) body: Body,
}

impl Response {
    pub(super) fn read(incident: Incident) -> Option<Self> {
        Some(Self {
            incident: incident.id,
            handled: incident.handled.unwrap_or_default(),
            severity: incident.severity.unwrap_or(2),
            added: incident.added?,
            host_id: incident.host_id?,
            body: serde_json::from_str(&incident.body?).ok()?,
        })
    }

    pub(super) fn asked(&self) -> Asked {
        Asked {
            incident: self.incident,
            added: self.added,
        }
    }
}

/// Most requests for one host that are weighed against each other.
const MOST_COMPETITORS: usize = 1000;

/// The other requests that one of these KSC tasks could have come of: same host, task and area,
/// as old as a response task can be and no younger than the youngest task. Nothing when there are
/// too many to be told apart.
pub(super) async fn competitors(
    lease: &mut Lease,
    response: &Response,
    seen: &[Seen],
    request_id: &str,
) -> Result<Option<Vec<Asked>>, ksc::Error> {
    let Some(latest) = seen.iter().map(|it| it.created).max() else {
        return Ok(Some(Vec::new()));
    };
    let filter = hosts::incidents_of(
        &response.host_id,
        response.added.saturating_sub(LIFE),
        latest.saturating_add(time::Duration::minutes(1)),
    );
    let area = response.body.response_event_incident_area.to_lowercase();
    let (own, task) = (response.incident, response.body.task);
    let host_id = response.host_id.clone();
    let found = lease
        .select_incidents(filter, MOST_COMPETITORS, request_id, move |incident| {
            let other = Response::read(incident)?;
            let competes = other.incident != own
                && other.host_id.eq_ignore_ascii_case(&host_id)
                && other.body.task == task
                && other.body.response_event_incident_area.to_lowercase() == area;
            competes.then(|| other.asked())
        })
        .await?;
    Ok((found.total <= MOST_COMPETITORS).then_some(found.rows))
}
