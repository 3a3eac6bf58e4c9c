//! One look at a task: its request, the KSC task that came of it, how that stands.
//!
//! A [`Case`] is what one look leaves for the next, so that a task that is watched costs KSC one or
//! two calls a look and not a dozen.

use std::sync::Arc;
use std::time::Duration;

use ksc::{GetAllTasksOfHost, Incident, Kind as ErrorKind, Lease};

use super::correlate::{self, Match, Proof, SeenTask};
use super::front::TaskReader;
use super::keys::TaskKey;
use super::response::{self, ResponseRequest, StoredIncident};
use super::sights::Sight;
use super::surroundings::Surroundings;
use super::view::View;
use super::weigh::Unweighed;
use super::{confirmation, state};
use vocabulary::host::HostSummary;
use vocabulary::report::{State, Task};

/// A request, and what is known of it from one look to the next.
pub struct Case {
    pub(super) response: ResponseRequest,
    pub(super) host: HostSummary,
    /// Its KSC task, when the task's name says so: nothing that comes later can change that.
    named: Option<SeenTask>,
    /// What became of its incident, where KSC does not show it as it was.
    incident: Option<&'static str>,
}

impl Case {
    fn new(response: ResponseRequest, host: HostSummary, incident: Option<&'static str>) -> Self {
        Self {
            response,
            host,
            named: None,
            incident,
        }
    }
}

/// A task that only its order makes a request's is no end of it while the request is so young: a
/// service console makes the task that is the request's within this time, as a rule.
const YOUNG: Duration = Duration::from_mins(1);

impl TaskReader {
    /// The request of an incident, read by `read`; nothing when KSC has no such incident, or
    /// another kind of one, and nothing is remembered of it.
    pub(super) async fn open(
        &self,
        incident: i64,
        read: fn(Incident) -> Option<ResponseRequest>,
        request_id: &str,
    ) -> Result<Option<Case>, ksc::Error> {
        let mut lease = self.pool.lease().await?;
        let kept = response::kept(&mut lease, incident, read, request_id).await?;
        let remembered = match kept {
            StoredIncident::Request(response) => {
                let host_id = &response.host_id;
                let host = self.hosts.summary(&mut lease, host_id, request_id).await?;
                return Ok(Some(Case::new(*response, host, None)));
            }
            StoredIncident::Other { .. } | StoredIncident::Nothing => {
                drop(lease);
                self.register.recall(incident).await
            }
        };
        let entry = remembered.filter(|it| match &kept {
            StoredIncident::Request(_) | StoredIncident::Nothing => true,
            // KSC that was restored from a backup gives the number to somebody else's incident.
            StoredIncident::Other { added, host_id } => {
                let same_host = |id: &String| id.eq_ignore_ascii_case(&it.response.host_id);
                *added == Some(it.response.added) && host_id.as_ref().is_some_and(same_host)
            }
        });
        let what = match kept {
            StoredIncident::Request(_) | StoredIncident::Nothing => {
                "its incident was removed from KSC"
            }
            StoredIncident::Other { .. } => "its incident was edited in KSC",
        };
        Ok(entry.map(|it| Case::new(it.response, it.host, Some(what))))
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
        if let Some(end) = self.last_seen.end_of(&case.response.identity()) {
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
        let response = &case.response;
        if let Some(task) = &case.named {
            let sight = self.sight(lease, response, task, Proof::Name, request_id);
            if let Some(view) = sight.await? {
                return Ok(Some(view));
            }
        }
        let (kind, identity) = (response.kind(), response.identity());
        if let Some((task, proof)) = self.last_seen.met(&identity) {
            // It may be missing from the list of the host's tasks, or its host from KSC: only the
            // task itself can say that it is gone. And if it is, no other task is this request's.
            return self.sight(lease, response, &task, proof, request_id).await;
        }
        let seen = self.tasks_like(lease, response, request_id).await?;
        let own = [Unweighed {
            response,
            kind: &kind,
            identity: &identity,
            mark: self.mark(&kind.host_id, &seen),
            seen,
        }];
        let found = self.weigh(lease, &own, request_id).await?;
        match found.into_iter().next().unwrap_or(Match::None) {
            Match::Many(tasks) => Ok(Some(View::ambiguous(response.incident, tasks))),
            Match::Unclear(tasks) => Ok(Some(View::unclear(response.incident, tasks))),
            Match::One(task, proof) => {
                if proof == Proof::Name {
                    case.named = Some(task.clone());
                }
                self.sight(lease, response, &task, proof, request_id).await
            }
            Match::None => Ok(None),
        }
    }

    /// How a task stands for the host of a request; nothing when KSC has it no longer, or it is not
    /// the request's.
    async fn sight(
        &self,
        lease: &mut Lease,
        response: &ResponseRequest,
        task: &SeenTask,
        proof: Proof,
        request_id: &str,
    ) -> Result<Option<View>, ksc::Error> {
        let now = self.clock.now();
        let host_id = Some(response.host_id.as_str());
        let look = self.sights.look(lease, task, host_id, now, request_id);
        let sight = look.await?;
        Ok(sight.and_then(|it| self.seen(response, task.clone(), proof, &it)))
    }

    /// The state that a sight of its task means, which is remembered; nothing when the task cannot
    /// be the request's: it was over before the request came.
    pub(super) fn seen(
        &self,
        response: &ResponseRequest,
        task: SeenTask,
        proof: Proof,
        sight: &Sight,
    ) -> Option<View> {
        let request = response.identity();
        let (first, since) = self.last_seen.first(&request, &task, self.clock.passed());
        if proof == Proof::Order && TaskKey::from(&first) != TaskKey::from(&task) {
            // That the first one is gone does not make this one the request's.
            return Some(View::ambiguous(response.incident, vec![first, task]));
        }
        let age = self.clock.now() - response.added;
        let seen_for = self.clock.passed().saturating_sub(since);
        let lasts = |least: Duration| age >= least || seen_for >= least;
        let mut view = View::with_task(&response.host_id, task, proof, sight);
        view.is_certain |= lasts(self.settings.stalled_after);
        let finished = view.execution.as_ref().and_then(|it| it.finished_at);
        let slack = match proof {
            Proof::Name => correlate::SKEW,
            Proof::Order => time::Duration::ZERO,
        };
        if !view.is_certain || proof == Proof::Name {
            let before = |it| it < response.added.saturating_sub(slack);
            if finished.is_some_and(before) {
                return None;
            }
        }
        let is_end = matches!(
            view.state,
            State::Succeeded | State::Warning | State::Failed
        );
        if is_end && !view.is_certain && !lasts(YOUNG) {
            return Some(view.unsettled(response.incident));
        }
        Some(self.ended(response, view))
    }

    /// A state that this replica has seen, and remembers; the end, if it has seen one that stays.
    pub(super) fn ended(&self, response: &ResponseRequest, view: View) -> View {
        let noted = self.last_seen.note(&response.identity(), view);
        self.confirmations
            .saw(response, &noted.view, noted.first_end);
        if noted.first_end {
            self.metrics
                .task_ended(self.ids.alias(), response.body.task, noted.view.state);
        }
        noted.view
    }

    /// The KSC tasks of the host that could have come of the request.
    async fn tasks_like(
        &self,
        lease: &mut Lease,
        response: &ResponseRequest,
        request_id: &str,
    ) -> Result<Arc<[SeenTask]>, ksc::Error> {
        let mut seen = self
            .tasks_of_host(lease, &response.host_id, request_id)
            .await?;
        let area = &response.body.response_event_incident_area;
        seen.retain(|it| correlate::is_named(&it.name, area, response.body.task));
        seen.sort_by(|a, b| a.age().cmp(&b.age()));
        Ok(seen.into())
    }

    /// The KSC tasks of a host; none when KSC has the host no longer.
    pub(super) async fn tasks_of_host(
        &self,
        lease: &mut Lease,
        host_id: &str,
        request_id: &str,
    ) -> Result<Vec<SeenTask>, ksc::Error> {
        let call = GetAllTasksOfHost {
            host_id: host_id.to_owned(),
        };
        let ids = match lease.call(&call, request_id).await {
            Ok(ids) => ids,
            Err(error) if matches!(error.kind(), ErrorKind::NotFound) => Vec::new(),
            Err(error) => return Err(error),
        };
        let mut seen = Vec::new();
        for id in ids {
            let info = self.infos.get(lease, &id, request_id).await?;
            seen.extend(info.map(|it| SeenTask::from(&*it)));
        }
        Ok(seen)
    }

    /// Whether a request should have its task by now.
    pub(super) fn is_overdue(&self, response: &ResponseRequest) -> bool {
        self.clock.now() - response.added > self.settings.stalled_after
    }

    /// The task of a case as the API shows it, with what the device itself says of it.
    pub(super) async fn confirmed_task_of(&self, case: &Case, view: View) -> Task {
        let said = self.confirmations.of(&case.response, &view).await;
        let mut task = self.task_of(case, view);
        confirmation::show(&mut task, said);
        task
    }

    /// The task of a case as the API shows it.
    pub(super) fn task_of(&self, case: &Case, view: View) -> Task {
        let mut task = self.assemble(&case.response, case.host.clone(), view);
        if let Some(what) = case.incident {
            task.evidence = format!("{}; {what}", task.evidence);
        }
        task
    }

    /// The task as the API shows it.
    pub(super) fn assemble(
        &self,
        response: &ResponseRequest,
        host: HostSummary,
        view: View,
    ) -> Task {
        let age = self.clock.now() - response.added;
        let body = &response.body;
        Task {
            id: self.ids.encode(response.incident),
            backend: self.ids.alias().clone(),
            task: body.task,
            target_host: host,
            warnings: response.warnings.clone(),
            params: body.params.clone(),
            response_event_incident_area: body.response_event_incident_area.clone(),
            severity: response.severity,
            requested_at: response.added,
            caller: None,
            comment: None,
            external_id: None,
            request_id: None,
            state: view.state,
            terminal: view.state.is_terminal(),
            poll_after_seconds: state::poll_after(view.state, age),
            incident: Some(vocabulary::report::Incident {
                id: response.incident,
                handled: response.handled,
            }),
            ksc_task: view.task,
            candidates: view.candidates,
            execution: view.execution,
            confirmation: None,
            evidence: view.evidence,
        }
    }
}
