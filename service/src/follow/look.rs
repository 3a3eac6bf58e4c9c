//! One look at a task: its request, the KSC task that came of it, how that stands.
//!
//! A [`Case`] is what one look leaves for the next, so that a task that is watched costs KSC one or
//! two calls a look and not a dozen.

use ksc::{GetAllTasksOfHost, Incident, Kind, Lease};
use time::OffsetDateTime;

use super::correlate::{self, Asked, Found, Rivals, SKEW, Seen};
use super::response::{self, Response};
use super::sights::Sight;
use super::surroundings::Surroundings;
use super::view::View;
use super::{Follow, id, state};
use crate::api::host::HostSummary;
use crate::api::task::Task;

/// A request, and what is known of it from one look to the next.
pub(super) struct Case {
    pub(super) response: Response,
    pub(super) host: HostSummary,
    /// Its KSC task, when the task's name says so: nothing that comes later can change that.
    named: Option<Seen>,
    /// What came of weighing it against others, and between which tasks.
    weighed: Option<Weighed>,
}

struct Weighed {
    among: Vec<Seen>,
    at: OffsetDateTime,
    found: Found,
}

impl Weighed {
    /// Whether weighing the same tasks again would come to the same: requests that come later than all
    /// of them, by any clock, have made none of them.
    fn still_holds(&self, seen: &[Seen]) -> bool {
        let latest = seen.iter().map(|it| it.created).max();
        let settled = |it: OffsetDateTime| self.at > it.saturating_add(SKEW * 4);
        self.among == seen && latest.is_none_or(settled)
    }
}

impl Follow {
    /// The request of an incident, read by `read`; nothing when KSC has no such incident, or another
    /// kind of one.
    pub(super) async fn open(
        &self,
        incident: i64,
        read: fn(Incident) -> Option<Response>,
        request_id: &str,
    ) -> Result<Option<Case>, ksc::Error> {
        let mut lease = self.pool.lease().await?;
        let found = response::of_incident(&mut lease, incident, read, request_id).await?;
        let Some(response) = found else {
            return Ok(None);
        };
        let host = self
            .hosts
            .summary(&mut lease, &response.host_id, request_id)
            .await?;
        Ok(Some(Case {
            response,
            host,
            named: None,
            weighed: None,
        }))
    }

    /// How the task of a request stands now. An end that was seen stays.
    pub(super) async fn look(&self, case: &mut Case, request_id: &str) -> Result<View, ksc::Error> {
        self.look_under(case, request_id, ()).await
    }

    /// The same; `permit` is given back as soon as the task itself has been looked at.
    pub(super) async fn look_under<P: Send>(
        &self,
        case: &mut Case,
        request_id: &str,
        permit: P,
    ) -> Result<View, ksc::Error> {
        if let Some(end) = self.met.end_of(case.response.incident) {
            return Ok(end);
        }
        let mut lease = self.pool.lease().await?;
        let found = self.find(&mut lease, case, request_id).await?;
        // Given back first: whoever counts needs a session too.
        drop((lease, permit));
        match found {
            Some(view) => Ok(view),
            None => Ok(Surroundings::new(self, request_id)
                .explain(&case.response)
                .await),
        }
    }

    /// The KSC task of a request, and how it stands; nothing when there is none.
    async fn find(
        &self,
        lease: &mut Lease,
        case: &mut Case,
        request_id: &str,
    ) -> Result<Option<View>, ksc::Error> {
        if let Some(task) = &case.named
            && let Some(view) = self.sight(lease, &case.response, task, request_id).await?
        {
            return Ok(Some(view));
        }
        let response = &case.response;
        let seen = self.tasks_like(lease, response, request_id).await?;
        case.named = correlate::by_number(response.asked(), &seen).cloned();
        let met = self.met_task(response.incident);
        if let Some(task) = met.filter(|task| !seen.iter().any(|it| it.id == task.id)) {
            // It may be missing from the list of the host's tasks, or its host from KSC: only the task
            // itself can say that it is gone. And if it is, no other task is this request's.
            return self.sight(lease, response, &task, request_id).await;
        }
        let found = if let Some(task) = &case.named {
            Found::One(task.clone())
        } else {
            self.weigh(lease, response, seen, &mut case.weighed, request_id)
                .await?
        };
        match found {
            Found::Many(tasks) => Ok(Some(View::ambiguous(response.incident, tasks))),
            Found::Unclear(tasks) => Ok(Some(View::unclear(response.incident, tasks))),
            Found::One(task) => self.sight(lease, response, &task, request_id).await,
            Found::None => Ok(None),
        }
    }

    /// The KSC task of a request that this replica has seen.
    pub(super) fn met_task(&self, incident: i64) -> Option<Seen> {
        self.met.of(incident)?.task.map(Seen::from)
    }

    /// Which of the tasks came of a request, when names do not say so.
    async fn weigh(
        &self,
        lease: &mut Lease,
        response: &Response,
        seen: Vec<Seen>,
        weighed: &mut Option<Weighed>,
        request_id: &str,
    ) -> Result<Found, ksc::Error> {
        if let Some(before) = weighed.as_ref().filter(|it| it.still_holds(&seen)) {
            return Ok(before.found.clone());
        }
        let own = (response, seen.as_slice());
        let mut rivals = response::rivals(lease, &[own], request_id).await?;
        let rivals = self.rivals(rivals.remove(&response.kind()), &seen);
        let found = correlate::among(response.asked(), &rivals, seen.clone());
        *weighed = Some(Weighed {
            among: seen,
            at: self.clock.now(),
            found: found.clone(),
        });
        Ok(found)
    }

    /// Requests of one kind, with what this replica knows of their tasks and of these.
    pub(super) fn rivals(&self, asked: Option<Vec<Asked>>, seen: &[Seen]) -> Rivals {
        let task_of = |it: &Asked| Some((it.incident, self.met.task_of(it.incident)?));
        let owner_of = |it: &Seen| Some((self.met.owner_of(&it.id)?, it.id.clone()));
        let by_request = asked.iter().flatten().filter_map(task_of);
        let known = by_request.chain(seen.iter().filter_map(owner_of)).collect();
        Rivals { asked, known }
    }

    /// How a task stands for the host of a request; nothing when KSC has it no longer.
    async fn sight(
        &self,
        lease: &mut Lease,
        response: &Response,
        task: &Seen,
        request_id: &str,
    ) -> Result<Option<View>, ksc::Error> {
        let now = self.clock.now();
        let sight = self.sights.look(lease, &task.id, now, request_id).await?;
        Ok(sight.map(|it| self.seen(response, task.clone(), &it)))
    }

    /// The state that a sight of its task means, which is remembered.
    pub(super) fn seen(&self, response: &Response, task: Seen, sight: &Sight) -> View {
        self.ended(response, View::with_task(&response.host_id, task, sight))
    }

    /// A state that this replica has seen for certain, and remembers; the end, if it has seen one.
    pub(super) fn ended(&self, response: &Response, view: View) -> View {
        let noted = self.met.note(response.incident, view);
        if noted.first_end {
            self.metrics
                .task_ended(response.body.task, noted.view.state);
        }
        noted.view
    }

    /// The KSC tasks of the host that could have come of the request.
    async fn tasks_like(
        &self,
        lease: &mut Lease,
        response: &Response,
        request_id: &str,
    ) -> Result<Vec<Seen>, ksc::Error> {
        let mut seen = self
            .tasks_of_host(lease, &response.host_id, request_id)
            .await?;
        let area = &response.body.response_event_incident_area;
        seen.retain(|it| correlate::is_named(&it.name, area, response.body.task));
        Ok(seen)
    }

    /// The KSC tasks of a host; none when KSC has the host no longer.
    pub(super) async fn tasks_of_host(
        &self,
        lease: &mut Lease,
        host_id: &str,
        request_id: &str,
    ) -> Result<Vec<Seen>, ksc::Error> {
        let call = GetAllTasksOfHost {
            host_id: host_id.to_owned(),
        };
        let ids = match lease.call(&call, request_id).await {
            Ok(ids) => ids,
            Err(error) if matches!(error.kind(), Kind::NotFound) => Vec::new(),
            Err(error) => return Err(error),
        };
        let mut seen = Vec::new();
        for id in ids {
            let info = self.infos.get(lease, &id, request_id).await?;
            seen.extend(info.map(|it| Seen::from(&*it)));
        }
        Ok(seen)
    }

    /// Whether a request should have its task by now.
    pub(super) fn is_overdue(&self, response: &Response) -> bool {
        self.clock.now() - response.added > self.settings.stalled_after
    }

    /// The task as the API shows it.
    pub(super) fn assemble(&self, response: &Response, host: HostSummary, view: View) -> Task {
        let age = self.clock.now() - response.added;
        let body = &response.body;
        Task {
            id: id::encode(response.incident),
            task: body.task,
            target_host: host,
            warnings: response.warnings.clone(),
            params: body.params.clone(),
            response_event_incident_area: body.response_event_incident_area.clone(),
            severity: response.severity,
            requested_at: response.added,
            state: view.state,
            terminal: view.state.is_terminal(),
            poll_after_seconds: state::poll_after(view.state, age),
            incident: crate::api::task::Incident {
                id: response.incident,
                handled: response.handled,
            },
            ksc_task: view.task,
            candidates: view.candidates,
            execution: view.execution,
            evidence: view.evidence,
        }
    }
}
