//! Requests for response tasks, as KSC keeps them: the gateway's and everybody else's.

use std::collections::{BTreeMap, HashMap, HashSet};

use ksc::{Filter, Incident, Lease};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use time::OffsetDateTime;

use super::correlate::{AT_MOST_WRONG, RequestRef, SeenTask};
use super::keys::RequestKey;
use super::life::LIFE;
use crate::backends::ksc::hosts;
use vocabulary::task::TaskType;

/// `KLINCDT_BODY` as it is read: by the gateway or by anybody else who makes response tasks.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct IncidentBody {
    pub(super) task: TaskType,
    /// Nothing where they are left out for their size.
    #[serde(deserialize_with = "given")]
    pub(super) params: Option<Value>,
    pub(super) response_event_incident_area: String,
}

/// The member is required, and any value will do.
fn given<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(from).map(Some)
}

/// What of a body tells its kind. Parameters can be megabytes, and are passed over.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Heading {
    task: TaskType,
    response_event_incident_area: String,
}

/// Parameters in a longer body are left out of lists and events: an IOC archive is megabytes.
const LONG_BODY: usize = 8 * 1024;

/// An incident that asks for a response task.
#[derive(Debug, Clone)]
pub(super) struct ResponseRequest {
    pub(super) incident: i64,
    pub(super) handled: bool,
    pub(super) severity: i64,
    pub(super) added: OffsetDateTime,
    pub(super) host_id: String,
    pub(super) body: IncidentBody,
    /// What KSC will not say of such a task.
    pub(super) warnings: Vec<String>,
}

impl ResponseRequest {
    pub(super) fn read(incident: Incident) -> Option<Self> {
        let body: IncidentBody = serde_json::from_str(&incident.body?).ok()?;
        let params = body.params.as_ref().unwrap_or(&Value::Null);
        Some(Self {
            incident: incident.id,
            handled: incident.handled.unwrap_or_default(),
            severity: incident.severity.unwrap_or(2),
            added: incident.added?,
            host_id: incident.host_id?,
            warnings: vocabulary::task::warnings(body.task, params),
            body,
        })
    }

    /// The same, without parameters that are too long to be shown many times.
    pub(super) fn read_light(incident: Incident) -> Option<Self> {
        let long = incident
            .body
            .as_ref()
            .is_some_and(|it| it.len() > LONG_BODY);
        let mut response = Self::read(incident)?;
        if long {
            response.body.params = None;
        }
        Some(response)
    }

    /// What tells it from requests that could have made the same KSC tasks.
    pub(super) fn kind(&self) -> RequestKind {
        RequestKind {
            host_id: self.host_id.to_lowercase(),
            area: self.body.response_event_incident_area.to_lowercase(),
            task: self.body.task,
        }
    }

    pub(super) fn asked(&self) -> RequestRef {
        RequestRef {
            incident: self.incident,
            added: Some(self.added),
        }
    }

    /// What the census needs to know of it.
    pub(super) fn to_request(&self) -> WaitingRequest {
        WaitingRequest {
            incident: self.incident,
            added: self.added,
            kind: self.kind(),
        }
    }

    /// What tells it from every other request, also from one that will have its number.
    pub(super) fn identity(&self) -> RequestKey {
        self.kind().identity(self.asked())
    }
}

/// What KSC keeps under a number.
pub(super) enum StoredIncident {
    /// A request for a response task.
    Request(Box<ResponseRequest>),
    /// An incident that asks for none, or whose body cannot be read.
    Other {
        added: Option<OffsetDateTime>,
        host_id: Option<String>,
    },
    /// Nothing.
    Nothing,
}

/// What KSC keeps under this number; a request is read by `read`.
pub(super) async fn kept(
    lease: &mut Lease,
    incident: i64,
    read: fn(Incident) -> Option<ResponseRequest>,
    request_id: &str,
) -> Result<StoredIncident, ksc::Error> {
    let filter = Filter::number("KLINCDT_ID", incident);
    let found = lease
        .select_incidents(filter, 1, request_id, |it| {
            (it.id == incident).then(|| {
                let (added, host_id) = (it.added, it.host_id.clone());
                read(it).map_or(StoredIncident::Other { added, host_id }, |it| {
                    StoredIncident::Request(Box::new(it))
                })
            })
        })
        .await?;
    Ok(found
        .rows
        .into_iter()
        .next()
        .unwrap_or(StoredIncident::Nothing))
}

/// Requests of one kind make KSC tasks that only time and order tell apart.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(super) struct RequestKind {
    pub(super) host_id: String,
    pub(super) area: String,
    pub(super) task: TaskType,
}

impl RequestKind {
    /// A request of this kind.
    pub(super) fn identity(&self, asked: RequestRef) -> RequestKey {
        RequestKey {
            incident: asked.incident,
            added: asked.added,
            host_id: self.host_id.clone(),
        }
    }
}

/// A request that waits for its KSC task, as far as a count is concerned.
#[derive(Debug, Clone)]
pub(super) struct WaitingRequest {
    pub(super) incident: i64,
    pub(super) added: OffsetDateTime,
    pub(super) kind: RequestKind,
}

/// A request that may compete with others for a KSC task.
struct Rival {
    /// In lower case.
    host_id: String,
    /// Its area in lower case, and its task; nothing where KSC does not show its body, so that it
    /// may be of any kind.
    heading: Option<(String, TaskType)>,
    asked: RequestRef,
}

impl Rival {
    /// Nothing when it is no request for a response task, or nobody can say of which host.
    fn read(incident: Incident) -> Option<Self> {
        let heading = match &incident.body {
            Some(body) => {
                let heading: Heading = serde_json::from_str(body).ok()?;
                let area = heading.response_event_incident_area.to_lowercase();
                Some((area, heading.task))
            }
            None => None,
        };
        Some(Self {
            host_id: incident.host_id?.to_lowercase(),
            heading,
            asked: RequestRef {
                incident: incident.id,
                added: incident.added,
            },
        })
    }

    fn may_be(&self, kind: &RequestKind) -> bool {
        let heading = self.heading.as_ref();
        let is = |(area, task): &(String, TaskType)| *area == kind.area && *task == kind.task;
        self.host_id == kind.host_id && heading.is_none_or(is)
    }
}

/// Most requests that are weighed against each other.
const MOST_RIVALS: usize = 1000;

/// As many hosts are asked about in one search.
const HOSTS_AT_A_TIME: usize = 8;

/// The requests of the same kinds as these that the KSC tasks beside them could have come of: as
/// old as a response task can be, by any sender's clock; with the moment since when they were asked
/// for. A kind that is missing has too many.
pub(super) async fn rivals(
    lease: &mut Lease,
    requests: &[(&ResponseRequest, &[SeenTask])],
    request_id: &str,
) -> Result<HashMap<RequestKind, (Vec<RequestRef>, OffsetDateTime)>, ksc::Error> {
    // By lower case; KSC is asked for them as it writes them.
    let hosts: BTreeMap<String, &str> = requests
        .iter()
        .map(|(it, _)| (it.host_id.to_lowercase(), it.host_id.as_str()))
        .collect();
    let hosts: Vec<(String, &str)> = hosts.into_iter().collect();
    let mut rivals = HashMap::new();
    for hosts in hosts.chunks(HOSTS_AT_A_TIME) {
        if rivals_of(lease, requests, hosts, &mut rivals, request_id).await? {
            continue;
        }
        // One busy host must not make the others unclear.
        for host in hosts.chunks(1).filter(|_| hosts.len() > 1) {
            rivals_of(lease, requests, host, &mut rivals, request_id).await?;
        }
    }
    Ok(rivals)
}

/// The same for these hosts; whether all of it could be read.
async fn rivals_of(
    lease: &mut Lease,
    requests: &[(&ResponseRequest, &[SeenTask])],
    hosts: &[(String, &str)],
    rivals: &mut HashMap<RequestKind, (Vec<RequestRef>, OffsetDateTime)>,
    request_id: &str,
) -> Result<bool, ksc::Error> {
    let here = |(it, _): &&(&ResponseRequest, &[SeenTask])| {
        let id = it.host_id.to_lowercase();
        hosts.iter().any(|(host, _)| *host == id)
    };
    let requests: Vec<_> = requests.iter().filter(here).collect();
    let first = requests.iter().map(|(it, _)| it.added).min();
    let Some(first) = first.filter(|_| requests.iter().any(|(_, seen)| !seen.is_empty())) else {
        return Ok(true);
    };
    let kinds: HashSet<RequestKind> = requests.iter().map(|(it, _)| it.kind()).collect();
    let ids: Vec<&str> = hosts.iter().map(|(_, id)| *id).collect();
    let since = first.saturating_sub(LIFE + AT_MOST_WRONG);
    let filter = hosts::incidents_since(&ids, since);
    let found = lease
        .select_incidents(filter, MOST_RIVALS, request_id, |it| {
            let rival = Rival::read(it)?;
            let competes = kinds.iter().any(|it| rival.may_be(it));
            competes.then_some(rival)
        })
        .await?;
    if !found.is_whole() {
        return Ok(false);
    }
    for kind in kinds {
        let of_kind = found.rows.iter().filter(|it| it.may_be(&kind));
        let asked = of_kind.map(|it| it.asked).collect();
        rivals.insert(kind, (asked, since));
    }
    Ok(true)
}
