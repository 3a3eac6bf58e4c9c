//! The register: what was asked for, remembered beside KSC.
//!
//! An incident is a record that analysts work with: they edit and delete it, and its task goes on.
//! What the gateway has been asked for is remembered here, so that it is answered and followed for
//! as long as a task of it can be there; by every replica, where there is a store that they share.
//!
//! KSC's own word comes first: a record of the same number, but of another time or host, is another
//! request's, made after KSC was restored from a backup.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use ksc::Incident;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use time::OffsetDateTime;
use tokio::runtime::Handle;

use super::bygone::Bygone;
use super::life::LIFE;
use super::memory::BoundedMap;
use super::response::{IncidentBody, ResponseRequest};
use super::task_infos::TaskInfos;
use crate::backends::ksc::task_id::TaskIds;
use crate::store::{Knowledge, Store, TaskNote};
use crate::telemetry::place;
use vocabulary::host::HostSummary;
use vocabulary::report::Task;
use vocabulary::task::TaskType;

/// Most requests that a replica remembers by itself.
const MOST: usize = 10_000;

/// Longer parameters are not remembered: an IOC archive is megabytes.
const LONG_PARAMETERS: usize = 8 * 1024;

/// Remembers what was asked for.
pub struct Register {
    ids: TaskIds,
    known: Mutex<BoundedMap<i64, RegisterEntry>>,
    bygone: Bygone,
    infos: Arc<TaskInfos>,
    shared: Option<Arc<Store>>,
    runtime: Handle,
}

/// A request that was stored in KSC.
#[derive(Debug, Clone)]
pub(super) struct RegisterEntry {
    pub(super) response: ResponseRequest,
    pub(super) host: HostSummary,
}

/// What the replicas share of it: no parameters, which can hold what is nobody's business in a
/// store. Members that are not known are passed over: replicas of two versions read each other's.
#[derive(Serialize, Deserialize)]
struct RegisterRecord {
    incident: i64,
    #[serde(with = "time::serde::rfc3339")]
    added: OffsetDateTime,
    host_id: String,
    host_name: String,
    host_fqdn: Option<String>,
    task: TaskType,
    area: String,
    severity: i64,
    warnings: Vec<String>,
}

impl Register {
    /// One that shares what it remembers there, on the runtime that this is called on.
    ///
    /// # Panics
    /// Outside a runtime.
    #[must_use]
    pub(super) fn new(ids: TaskIds, shared: Option<Arc<Store>>, infos: Arc<TaskInfos>) -> Self {
        Self {
            known: Mutex::new(BoundedMap::of(MOST)),
            bygone: Bygone::new(ids.alias().clone(), shared.clone()),
            ids,
            infos,
            shared,
            runtime: Handle::current(),
        }
    }

    /// Remembers a task that was created. Whoever waits for an answer does not wait for this.
    pub fn note(&self, task: &Task) {
        let Some(incident) = self.ids.decode(&task.id) else {
            return;
        };
        let record = RegisterRecord::of(incident, task);
        let mut entry = RegisterEntry::from(&record);
        let short = |it: &&Value| it.to_string().len() <= LONG_PARAMETERS;
        let (kind, asked) = (entry.response.kind(), entry.response.asked());
        entry.response.body.params = task.params.as_ref().filter(short).cloned();
        {
            let mut known = self.known();
            let before = known.get(&record.incident);
            let before = before.map(|it| it.response.identity());
            if before.as_ref() == Some(&entry.response.identity()) {
                // An answer that is given again.
                return;
            }
            if before.is_some() {
                tracing::warn!(
                    incident.id = record.incident,
                    "KSC gives out the numbers of its incidents again: it was restored from a backup"
                );
                self.infos.forget();
            }
            known.note(record.incident, entry);
        }
        let among = self.bygone.made(kind, asked);
        if let Some(shared) = self.shared.clone() {
            let (incident, id) = (record.incident, self.ids.encode(record.incident));
            let note = TaskNote {
                text: serde_json::to_string(&record).expect("a record is plain data"),
                // KSC itself knows how a task goes on.
                knows: Knowledge::There,
                life: Duration::try_from(LIFE).unwrap_or_default(),
            };
            self.runtime.spawn(place::carried(async move {
                if let Err(away) = shared.remember(&id, note, among).await {
                    tracing::warn!(
                        {
                            incident.id = incident,
                            error = &away as &dyn std::error::Error
                        },
                        "the shared store does not remember what was asked for"
                    );
                }
            }));
        }
    }

    /// Whether an incident, as KSC shows it, was the answer to a request of this replica's.
    #[must_use]
    pub fn has_answered(&self, incident: &Incident) -> bool {
        let known = self.known();
        let entry = known.get(&incident.id);
        entry.is_some_and(|it| {
            let host = incident.host_id.as_deref().unwrap_or_default();
            incident.added == Some(it.response.added)
                && host.eq_ignore_ascii_case(&it.response.host_id)
        })
    }

    /// What is remembered of the requests of each kind.
    pub(super) const fn bygone(&self) -> &Bygone {
        &self.bygone
    }

    /// What is remembered of a number.
    pub(super) async fn recall(&self, incident: i64) -> Option<RegisterEntry> {
        if let Some(entry) = self.known().get(&incident) {
            return Some(entry.clone());
        }
        let shared = self.shared.as_ref()?;
        let text = shared.recall(&self.ids.encode(incident)).await.ok()??;
        let record: RegisterRecord = serde_json::from_str(&text).ok()?;
        (record.incident == incident).then(|| RegisterEntry::from(&record))
    }

    fn known(&self) -> MutexGuard<'_, BoundedMap<i64, RegisterEntry>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl RegisterRecord {
    fn of(incident: i64, task: &Task) -> Self {
        Self {
            incident,
            added: task.requested_at,
            host_id: task.target_host.id.clone(),
            host_name: task.target_host.name.clone(),
            host_fqdn: task.target_host.fqdn.clone(),
            task: task.task,
            area: task.response_event_incident_area.clone(),
            severity: task.severity,
            warnings: task.warnings.clone(),
        }
    }
}

impl From<&RegisterRecord> for RegisterEntry {
    fn from(record: &RegisterRecord) -> Self {
        Self {
            host: HostSummary {
                id: record.host_id.clone(),
                name: record.host_name.clone(),
                fqdn: record.host_fqdn.clone(),
            },
            response: ResponseRequest {
                incident: record.incident,
                handled: false,
                severity: record.severity,
                added: record.added,
                host_id: record.host_id.clone(),
                body: IncidentBody {
                    task: record.task,
                    params: None,
                    response_event_incident_area: record.area.clone(),
                },
                warnings: record.warnings.clone(),
            },
        }
    }
}
