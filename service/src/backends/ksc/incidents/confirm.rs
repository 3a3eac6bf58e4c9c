//! `UpdateIncident` until it holds, and never over an analyst's head.
//!
//! The vendor's scripts follow `AddIncident` with `UpdateIncident(handled = false)`; whether the
//! console needs it is not documented. Sent once, right after the incident was made, it changes
//! nothing that anybody did. A repeat may come minutes later: an analyst has handled the incident
//! by then, or the console has made its task and would make another of an incident that is
//! unhandled once more. So before a repeat, and before the first one for an incident that was
//! looked up, the incident's row is read. Handled, or gone, or with its KSC task there, it holds.

use std::borrow::Cow;
use std::collections::HashSet;
use std::pin::Pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use ksc::{Delivery, Filter, Incident, Kind, Lease, Pool, UpdateIncident};
use tokio::time::timeout_at;

use super::evidence::number_of;
use super::host_tasks::{host_task, task_ids};
use super::mark::IncidentMark;
use super::wish::Likeness;
use crate::backends::ksc::tasks::is_named;
use crate::carry::Carrier;
use crate::digest;
use crate::request_id::RequestId;
use crate::telemetry::Verdict;
use crate::telemetry::trace;

/// How long an answer waits for `UpdateIncident` to hold. The incident stands by then, so the
/// caller is not kept longer; the repeating goes on behind the answer.
const CONFIRM_WITHIN: Duration = Duration::from_secs(5);

/// How long it goes on. KSC that is away for longer has lost its sessions and its console too.
const CONFIRM_AT_MOST: Duration = Duration::from_mins(10);

/// What is known about the confirming `UpdateIncident`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Confirmation {
    /// It holds.
    Holds,
    /// It does not hold yet, and is repeated.
    Open,
    /// KSC refuses it, which repeating does not change, or the incident is not the one that was
    /// made any more.
    GivenUp,
}

impl Verdict for Confirmation {
    fn failure(&self) -> Option<Cow<'static, str>> {
        match self {
            Self::Holds | Self::Open => None,
            Self::GivenUp => Some("given_up".into()),
        }
    }
}

/// An incident that is to be confirmed.
pub(super) struct Unconfirmed {
    update: UpdateIncident,
    /// The digest of its text.
    body: String,
    likeness: Option<Likeness>,
    /// Whether anybody may have had it in hand since it was made.
    is_old: bool,
    request_id: RequestId,
}

/// What an incident's row says of a repeat.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum RowStanding {
    /// Nobody has done anything with it.
    Unhandled,
    /// It is handled, or gone, or its task is there.
    Done,
    /// It is not the incident that was made: edited, or another one of this number.
    Changed,
}

impl Unconfirmed {
    /// The incident of a request that can be found by this; `is_old` when it was not made in this
    /// moment.
    pub(super) fn new(
        incident: i64,
        mark: &IncidentMark,
        is_old: bool,
        request_id: &RequestId,
    ) -> Self {
        Self {
            update: UpdateIncident {
                id: incident,
                handled: false,
                host_id: mark.host_id.clone(),
            },
            body: mark.body.clone(),
            likeness: mark.wish.as_ref().map(|it| it.likeness.clone()),
            is_old,
            request_id: request_id.clone(),
        }
    }

    /// What the row says by itself.
    fn standing(&self, row: &Incident) -> RowStanding {
        let host = row.host_id.as_deref();
        let same_host = host.is_none_or(|it| it.eq_ignore_ascii_case(&self.update.host_id));
        let body = row.body.as_deref();
        let same_text = body.is_some_and(|it| digest::of_text(it) == self.body);
        match row.handled {
            _ if !same_host || !same_text => RowStanding::Changed,
            Some(true) => RowStanding::Done,
            Some(false) | None => RowStanding::Unhandled,
        }
    }
}

/// Confirms incidents.
pub(super) struct Confirmer {
    pool: Arc<Pool>,
    carrier: Carrier,
}

impl Confirmer {
    pub(super) fn new(pool: Arc<Pool>, carrier: Carrier) -> Self {
        Self { pool, carrier }
    }

    /// `UpdateIncident` until it holds: for a while before the answer, then behind it, and behind it
    /// too when nobody waits for the answer any more. A KSC that does not take updates must not keep
    /// a release waiting.
    pub(super) async fn confirm(
        self: &Arc<Self>,
        unconfirmed: Unconfirmed,
        deadline: Instant,
    ) -> Confirmation {
        let this = Arc::clone(self);
        let mut work = GoesOn::new(self.carrier.clone(), async move {
            let confirmation = this.update_until_it_holds(&unconfirmed);
            trace::stage("confirm_incident", confirmation).await
        });
        let until = deadline.min(Instant::now() + CONFIRM_WITHIN);
        let in_time = timeout_at(until.into(), work.done()).await;
        in_time.unwrap_or(Confirmation::Open)
    }

    /// Does what the first sending could not come to.
    pub(super) fn confirm_later(self: &Arc<Self>, unconfirmed: Unconfirmed) {
        let this = Arc::clone(self);
        let work = async move {
            let confirmation = this.update_until_it_holds(&unconfirmed);
            let _confirmation = trace::stage("confirm_incident", confirmation).await;
        };
        self.carrier.aside(work);
    }

    async fn update_until_it_holds(&self, unconfirmed: &Unconfirmed) -> Confirmation {
        let Unconfirmed {
            update, request_id, ..
        } = unconfirmed;
        let request_id = request_id.as_str();
        let until = Instant::now() + CONFIRM_AT_MOST;
        let mut pause = Duration::from_millis(100);
        let mut read_first = unconfirmed.is_old;
        let mut seen = HashSet::new();
        loop {
            let mut asked = false;
            let step = async {
                let mut lease = self.pool.lease().await?;
                if read_first {
                    let standing = Box::pin(unconfirmed.read(&mut lease, &mut seen)).await?;
                    match standing {
                        Some(RowStanding::Unhandled) => {}
                        Some(RowStanding::Done) => return Ok(Some(Confirmation::Holds)),
                        Some(RowStanding::Changed) => return Ok(Some(Confirmation::GivenUp)),
                        // KSC did not show it; it may the next time.
                        None => return Ok(None),
                    }
                }
                // From here on it may have been done.
                read_first = true;
                lease.ready().await?;
                asked = true;
                // Not repeated by the lease: the row comes first.
                lease.call_once(update, request_id).await?;
                Ok(Some(Confirmation::Holds))
            };
            let error: Option<ksc::Error> = match step.await {
                Ok(Some(confirmation)) => return confirmation,
                Ok(None) => None,
                Err(error) => Some(error),
            };
            // The console has taken the incident and removed it: nothing is left to mark.
            let kind = error.as_ref().map(ksc::Error::kind);
            if asked && kind == Some(Kind::NotFound) {
                return Confirmation::Holds;
            }
            // A row that KSC will not show is no refusal of the update.
            let refused = asked
                && error
                    .as_ref()
                    .is_some_and(|it| matches!(it.delivery(), Delivery::Refused))
                && kind != Some(Kind::Unavailable);
            let over = refused || Instant::now() >= until;
            tracing::warn!(
                {
                    incident.id = update.id,
                    request.id = request_id,
                    error = error.as_ref().map(|it| it as &dyn std::error::Error),
                    given_up = over
                },
                "UpdateIncident does not hold yet"
            );
            if over {
                return Confirmation::GivenUp;
            }
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(Duration::from_secs(10));
        }
    }
}

/// Work that is done where it was begun for as long as somebody waits for it, and goes on elsewhere
/// then.
struct GoesOn {
    work: Option<Pin<Box<dyn Future<Output = Confirmation> + Send>>>,
    carrier: Carrier,
}

impl GoesOn {
    fn new(carrier: Carrier, work: impl Future<Output = Confirmation> + Send + 'static) -> Self {
        Self {
            work: Some(Box::pin(work)),
            carrier,
        }
    }

    async fn done(&mut self) -> Confirmation {
        let Some(work) = &mut self.work else {
            return Confirmation::Open;
        };
        let confirmation = work.await;
        self.work = None;
        confirmation
    }
}

impl Drop for GoesOn {
    fn drop(&mut self) {
        if let Some(work) = self.work.take() {
            self.carrier.aside(work);
        }
    }
}

impl Unconfirmed {
    /// How the incident stands in KSC; nothing when KSC does not say. `seen` are KSC tasks that are
    /// not its own.
    async fn read(
        &self,
        lease: &mut Lease,
        seen: &mut HashSet<String>,
    ) -> Result<Option<RowStanding>, ksc::Error> {
        let request_id = self.request_id.as_str();
        let id = self.update.id;
        let filter = Filter::number("KLINCDT_ID", id);
        let found = lease
            .select_incidents(filter, 1, request_id, |it| (it.id == id).then_some(it))
            .await?;
        let Some(row) = found.rows.first() else {
            return Ok((found.total == 0).then_some(RowStanding::Done));
        };
        let standing = self.standing(row);
        if standing == RowStanding::Unhandled && self.has_task(lease, seen).await? {
            return Ok(Some(RowStanding::Done));
        }
        Ok(Some(standing))
    }

    /// Whether a KSC task of the host is named after the incident.
    async fn has_task(
        &self,
        lease: &mut Lease,
        seen: &mut HashSet<String>,
    ) -> Result<bool, ksc::Error> {
        let request_id = self.request_id.as_str();
        let Some(likeness) = &self.likeness else {
            return Ok(false);
        };
        let ids = task_ids(lease, &self.update.host_id, request_id).await?;
        for id in ids.into_iter().flatten() {
            if seen.contains(&id) {
                continue;
            }
            let task = host_task(lease, &id, request_id).await?;
            let name = task.name.as_deref().unwrap_or_default();
            if is_named(name, &likeness.area, likeness.task)
                && number_of(&task) == Some(self.update.id)
            {
                return Ok(true);
            }
            seen.insert(id);
        }
        Ok(false)
    }
}
