//! Requests for response tasks, as KSC keeps them: the gateway's and everybody else's.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::time::Duration;

use ksc::{Filter, Incident, Lease};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use time::OffsetDateTime;

use super::correlate::{AT_MOST_WRONG, NameWindow, RequestRef};
use super::keys::RequestKey;
use super::life::LIFE;
use super::weighings::Weighings;
use crate::backends::ksc::{hosts, warnings};
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
            warnings: warnings::of_params(body.task, params),
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

/// The requests of one kind that were found, and since when they were asked for.
type Found = HashMap<RequestKind, (Vec<RequestRef>, OffsetDateTime)>;

/// The requests of the same kinds as these that the KSC tasks of their hosts could have come of: as
/// old as a response task can be, by any sender's clock; with the moment since when they were asked
/// for. A kind that is missing has too many: of a host that has more than can be weighed none is
/// read.
pub(super) async fn rivals(
    lease: &mut Lease,
    requests: &[&ResponseRequest],
    (weighings, now): (&Weighings, Duration),
    request_id: &str,
) -> Result<Found, ksc::Error> {
    let mut rivals = HashMap::new();
    for requests in by_host(requests.iter().map(|it| (*it, None))) {
        read_some(
            lease,
            &requests,
            (weighings, now),
            request_id,
            |kind, found, since, _| {
                rivals.insert(kind, (found, since));
            },
        )
        .await?;
    }
    Ok(rivals)
}

/// The same, but of each kind only those that have a say in whether numbers in names are believed:
/// those in these windows; with the window that was read.
pub(super) async fn rivals_by_names(
    lease: &mut Lease,
    requests: &[(&ResponseRequest, NameWindow)],
    (weighings, now): (&Weighings, Duration),
    request_id: &str,
) -> Result<HashMap<RequestKind, (Vec<RequestRef>, OffsetDateTime, NameWindow)>, ksc::Error> {
    let mut rivals = HashMap::new();
    for requests in by_host(requests.iter().map(|(it, window)| (*it, Some(*window)))) {
        read_some(
            lease,
            &requests,
            (weighings, now),
            request_id,
            |kind, found, since, window| {
                rivals.extend(window.map(|it| (kind, (found, since, it))));
            },
        )
        .await?;
    }
    Ok(rivals)
}

/// Whether the host of a request is known to have more requests than can be weighed.
pub(super) fn has_too_many(
    request: &ResponseRequest,
    weighings: &Weighings,
    now: Duration,
) -> bool {
    let host = request.host_id.to_lowercase();
    weighings.is_crowded(&host, since(request), now)
}

/// Since when requests can have made the tasks that this one may have made.
fn since(request: &ResponseRequest) -> OffsetDateTime {
    request.added.saturating_sub(LIFE + AT_MOST_WRONG)
}

/// What is to be read of one host.
struct OfHost<'a> {
    /// In lower case.
    host: String,
    /// As KSC writes it.
    id: &'a str,
    kinds: HashSet<RequestKind>,
    since: OffsetDateTime,
    window: Option<NameWindow>,
}

/// The hosts of these requests, some at a time.
fn by_host<'a>(
    requests: impl Iterator<Item = (&'a ResponseRequest, Option<NameWindow>)>,
) -> Vec<Vec<OfHost<'a>>> {
    let mut hosts: BTreeMap<String, OfHost<'a>> = BTreeMap::new();
    for (request, window) in requests {
        let since = since(request);
        let host = request.host_id.to_lowercase();
        let of_host = hosts.entry(host.clone()).or_insert_with(|| OfHost {
            host,
            id: &request.host_id,
            kinds: HashSet::new(),
            since,
            window,
        });
        of_host.kinds.insert(request.kind());
        of_host.since = of_host.since.min(since);
        of_host.window = of_host
            .window
            .zip(window)
            .map(|(one, other)| one.with(other));
    }
    let mut groups: Vec<Vec<OfHost<'a>>> = Vec::new();
    for host in hosts.into_values() {
        match groups.last_mut().filter(|it| it.len() < HOSTS_AT_A_TIME) {
            Some(group) => group.push(host),
            None => groups.push(vec![host]),
        }
    }
    groups
}

/// Reads what is to be read of these hosts, together if that can be.
async fn read_some(
    lease: &mut Lease,
    hosts: &[OfHost<'_>],
    (weighings, now): (&Weighings, Duration),
    request_id: &str,
    mut found: impl FnMut(RequestKind, Vec<RequestRef>, OffsetDateTime, Option<NameWindow>),
) -> Result<(), ksc::Error> {
    if read_these(lease, hosts, request_id, &mut found).await? {
        return Ok(());
    }
    // One busy host must not make the others unclear.
    for host in hosts.chunks(1) {
        let alone = hosts.len() == 1;
        if alone || !read_these(lease, host, request_id, &mut found).await? {
            let host = &host[0];
            if host.window.is_none() {
                weighings.crowded(host.host.clone(), host.since, now);
            }
        }
    }
    Ok(())
}

/// The same together; whether there were not too many.
async fn read_these(
    lease: &mut Lease,
    hosts: &[OfHost<'_>],
    request_id: &str,
    found: &mut impl FnMut(RequestKind, Vec<RequestRef>, OffsetDateTime, Option<NameWindow>),
) -> Result<bool, ksc::Error> {
    let Some(since) = hosts.iter().map(|it| it.since).min() else {
        return Ok(true);
    };
    let windows = hosts.iter().map(|it| it.window);
    let window = windows.reduce(|one, other| one.zip(other).map(|(one, other)| one.with(other)));
    let window = window.flatten();
    let ids: Vec<&str> = hosts.iter().map(|it| it.id).collect();
    let mut filter = hosts::incidents_since(&ids, since);
    if let Some(window) = window {
        let from = Filter::above("KLINCDT_ID", window.least.saturating_sub(1));
        filter = filter.and(&from.or(&Filter::after("KLINCDT_ADDED", window.after)));
    }
    let rows = lease
        .whole_incidents(filter, MOST_RIVALS, request_id, |it| {
            let rival = Rival::read(it)?;
            let mut kinds = hosts.iter().flat_map(|it| &it.kinds);
            kinds.any(|it| rival.may_be(it)).then_some(rival)
        })
        .await?;
    let Some(rows) = rows else {
        return Ok(false);
    };
    for kind in hosts.iter().flat_map(|it| &it.kinds) {
        let of_kind = rows.iter().filter(|it| it.may_be(kind));
        let asked = of_kind.map(|it| it.asked).collect();
        found(kind.clone(), asked, since, window);
    }
    Ok(true)
}
