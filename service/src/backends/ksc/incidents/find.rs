//! What became of an `AddIncident` whose answer was lost: looked up, never guessed.

use std::sync::Arc;

use ksc::{Filter, Lease};
use time::OffsetDateTime;

use super::evidence::{self, Incidents, ShownIncident};
use super::host_tasks::tasks_of;
use super::mark::IncidentMark;
use super::milestone::Latest;
use crate::backends::ksc::hosts;
use crate::backends::ksc::tasks::register::Register;
use crate::clock::Clock;
use crate::digest;

/// Most incidents of a host that are looked through: a hundred pages.
pub(super) const MOST_ROWS: usize = 20_000;

/// As many are named to a caller.
const MOST_NAMED: usize = 5;

/// What one look shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::backends::ksc) enum Sought {
    /// KSC has the incident.
    There(i64),
    /// Everything was read, and none of it can be of the request.
    Absent,
    /// Something may be, or was not shown.
    Open(Doubt),
}

/// Why nobody can say that KSC does not have a request.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::backends::ksc) struct Doubt {
    /// Incidents that may be the request's; nothing for one without a number.
    incidents: Vec<Option<i64>>,
    /// KSC tasks that may have come of it.
    tasks: Vec<String>,
}

/// Looks for incidents.
pub(super) struct Finder {
    register: Arc<Register>,
    latest: Arc<Latest>,
    clock: Clock,
}

impl Finder {
    pub(super) fn new(register: Arc<Register>, latest: Arc<Latest>, clock: Clock) -> Self {
        Self {
            register,
            latest,
            clock,
        }
    }

    /// One look at the incidents. It must hold the very text that was sent, whose spacing no other
    /// request has. Nothing less is taken: the caller is told "unknown" before being told of
    /// somebody else's incident.
    pub(super) async fn look(
        &self,
        lease: &mut Lease,
        mark: &IncidentMark,
        request_id: &str,
    ) -> Result<Sought, ksc::Error> {
        let (sight, _) = self.look_at_incidents(lease, mark, request_id).await?;
        Ok(sight)
    }

    /// One look at the incidents, and at the KSC tasks of the host: an incident that is gone may
    /// have left one. A KSC that does not show the last incident that it has told of, because it
    /// was restored or does not show everything for a moment, is not believed that there is
    /// nothing.
    pub(super) async fn look_whole(
        &self,
        lease: &mut Lease,
        mark: &IncidentMark,
        request_id: &str,
    ) -> Result<Sought, ksc::Error> {
        let (sight, incidents) = self.look_at_incidents(lease, mark, request_id).await?;
        if sight != Sought::Absent {
            return Ok(sight);
        }
        if let Some(latest) = self.latest.milestone()
            && !has_incident(lease, latest.incident, request_id).await?
        {
            tracing::warn!(
                { request.id = request_id, incident.id = latest.incident },
                "KSC does not show an incident that it has named: that it does not show another proves nothing"
            );
            return Ok(Sought::Open(Doubt::default()));
        }
        let Some(tasks) = tasks_of(lease, &mark.host_id, request_id).await? else {
            return Ok(Sought::Open(Doubt::default()));
        };
        // A clock that was ahead when the request left makes no task older than it, and a time that
        // nobody has kept makes none so.
        let asked = mark.added.unwrap_or(OffsetDateTime::UNIX_EPOCH);
        let asked = asked.min(self.clock.now());
        let tasks = incidents.unexplained(mark, asked, &tasks);
        if tasks.is_empty() {
            return Ok(Sought::Absent);
        }
        let doubt = Doubt {
            tasks,
            ..Doubt::default()
        };
        doubt.note(request_id);
        Ok(Sought::Open(doubt))
    }

    async fn look_at_incidents(
        &self,
        lease: &mut Lease,
        mark: &IncidentMark,
        request_id: &str,
    ) -> Result<(Sought, Incidents), ksc::Error> {
        let (sent, register) = (mark.clone(), Arc::clone(&self.register));
        let compare = move |row: Option<ksc::Incident>| {
            let answered = row.as_ref().is_some_and(|it| register.has_answered(it));
            match evidence::compare(&sent, row) {
                // KSC's answer has named it to another request: it is no other's.
                Some(ShownIncident::Doubtful(Some(id), Some(likeness))) if answered => {
                    Some(ShownIncident::Foreign(id, likeness))
                }
                shown => shown,
            }
        };
        let found = lease
            .scan_incidents(
                hosts::every_incident_of(&mark.host_id),
                MOST_ROWS,
                request_id,
                compare,
                |it| matches!(it, ShownIncident::Own(_)),
            )
            .await?;
        let whole = found.is_whole();
        let own = |it: &ShownIncident| match it {
            ShownIncident::Own(id) => Some(*id),
            ShownIncident::Foreign(..) | ShownIncident::Doubtful(..) => None,
        };
        if let Some(id) = found.rows.iter().filter_map(own).min() {
            return Ok((Sought::There(id), Incidents::default()));
        }
        if !whole {
            tracing::warn!(
                { request.id = request_id, read = found.read, total = found.total },
                "KSC did not show all incidents among which a lost one may be"
            );
            return Ok((Sought::Open(Doubt::default()), Incidents::default()));
        }
        let milestone_stands = evidence::needs_milestone(mark, &found.rows)
            && milestone_stands(lease, mark, request_id).await?;
        let incidents = Incidents::sort(mark, found.rows, milestone_stands);
        if incidents.doubtful.is_empty() {
            return Ok((Sought::Absent, incidents));
        }
        let doubt = Doubt {
            incidents: incidents.doubtful.clone(),
            ..Doubt::default()
        };
        doubt.note(request_id);
        Ok((Sought::Open(doubt), incidents))
    }
}

/// Whether KSC still has the incident that the request's mark is: then what has a lower number was
/// there before.
async fn milestone_stands(
    lease: &mut Lease,
    mark: &IncidentMark,
    request_id: &str,
) -> Result<bool, ksc::Error> {
    let Some(milestone) = &mark.milestone else {
        return Ok(false);
    };
    let (id, body) = (milestone.incident, milestone.body.clone());
    let filter = Filter::number("KLINCDT_ID", id);
    let found = lease
        .select_incidents(filter, 1, request_id, move |it| {
            (it.id == id && digest::of_text(&it.body?) == body).then_some(())
        })
        .await?;
    Ok(!found.rows.is_empty())
}

/// Whether KSC shows an incident of this number.
async fn has_incident(
    lease: &mut Lease,
    incident: i64,
    request_id: &str,
) -> Result<bool, ksc::Error> {
    let filter = Filter::number("KLINCDT_ID", incident);
    let found = lease
        .select_incidents(filter, 1, request_id, |it| {
            (it.id == incident).then_some(())
        })
        .await?;
    Ok(!found.rows.is_empty())
}

impl Doubt {
    /// What a caller may look at, in a sentence; nothing when KSC only did not show everything.
    pub(in crate::backends::ksc) fn sentence(&self) -> Option<String> {
        let numbers = self.incidents.iter().flatten();
        let numbers: Vec<String> = numbers.map(ToString::to_string).collect();
        let nameless = self.incidents.len() > numbers.len();
        let named = |what: &str, ids: &[String]| {
            let shown = ids[..ids.len().min(MOST_NAMED)].join(", ");
            let more = if ids.len() > MOST_NAMED {
                " and more"
            } else {
                ""
            };
            (!ids.is_empty()).then(|| format!("{what} {shown}{more}"))
        };
        let parts: Vec<String> = [
            named("incident", &numbers),
            nameless.then(|| "an incident without a number".to_owned()),
            named("KSC task", &self.tasks),
        ]
        .into_iter()
        .flatten()
        .collect();
        (!parts.is_empty()).then(|| {
            format!(
                "What KSC shows on the host may be of it: {}.",
                parts.join(", ")
            )
        })
    }

    fn note(&self, request_id: &str) {
        tracing::warn!(
            {
                request.id = request_id,
                incidents = self.incidents.len(),
                tasks = self.tasks.len()
            },
            "KSC shows what may be of a request with a lost answer"
        );
    }
}
