//! From an incident to the KSC task that came of it, and from there to a state.
//!
//! Only an explicit success of KSC is success. Whatever is not recognised is `pending`, with the
//! raw code in the evidence; whatever could be two things is `ambiguous`, with both listed. Every
//! state says what it rests on.
//!
//! KSC documents no link from an incident to its task. [`correlate`] finds it by what both sides
//! do show: host, name, type, time and order.

mod correlate;
pub mod id;
mod infos;
mod met;
mod response;
mod state;
pub mod tag;
mod view;

use std::sync::Arc;
use std::time::Duration;

use ksc::{Filter, GetAllTasksOfHost, IsAnyServiceConsoleAvailable, Kind, Lease, Pool};
use tokio::runtime::Handle;

use crate::api::host::HostSummary;
use crate::api::problem::{Code, Problem};
use crate::api::task::{State, Task};
use crate::clock::Clock;
use crate::config;
use crate::edge::request_id::RequestId;
use crate::fault;
use crate::hosts;
use correlate::{Found, Seen};
use infos::Infos;
use met::Met;
use response::{Response, competitors};
use view::{View, with_task};

/// Reads tasks back from KSC.
pub struct Follow {
    pool: Arc<Pool>,
    infos: Infos,
    met: Met,
    clock: Clock,
    settings: config::Tasks,
    request_timeout: Duration,
    runtime: Handle,
}

/// KSC deletes a response task after so long (KUMA 3.4, article 300229).
const LIFE: time::Duration = time::Duration::days(30);

impl Follow {
    /// Reads over this pool, on this runtime.
    #[must_use]
    pub fn new(
        pool: Arc<Pool>,
        settings: config::Tasks,
        request_timeout: Duration,
        clock: Clock,
        runtime: Handle,
    ) -> Self {
        Self {
            pool,
            infos: Infos::default(),
            met: Met::default(),
            clock,
            settings,
            request_timeout,
            runtime,
        }
    }

    /// The task of this id, with its state and what that rests on.
    ///
    /// # Errors
    /// 404 when KSC has no such incident or it asks for no response task, or what went wrong
    /// with KSC.
    pub async fn task(self: &Arc<Self>, id: &str, request_id: &RequestId) -> Result<Task, Problem> {
        let unknown = || {
            Problem::new(
                Code::TaskNotFound,
                "KSC has no response task request of this id.",
            )
        };
        let incident = id::decode(id).ok_or_else(unknown)?;
        let this = Arc::clone(self);
        let id = request_id.clone();
        let work = self
            .runtime
            .spawn(async move { this.read(incident, id.as_str()).await });
        match tokio::time::timeout(self.request_timeout, work).await {
            Ok(Ok(Ok(task))) => task.ok_or_else(unknown),
            Ok(Ok(Err(error))) => Err(fault::problem(&error, request_id.as_str())),
            Ok(Err(failure)) => {
                tracing::error!(
                    error = &failure as &dyn std::error::Error,
                    "reading a task broke off"
                );
                Err(Problem::new(
                    Code::Internal,
                    "The gateway failed while it read the task.",
                ))
            }
            Err(_) => Err(
                Problem::new(Code::KscUnavailable, "KSC has not answered in time.")
                    .with_retry_after(5),
            ),
        }
    }

    async fn read(&self, incident: i64, request_id: &str) -> Result<Option<Task>, ksc::Error> {
        let mut lease = self.pool.lease().await?;
        let found = lease
            .incidents(Filter::number("KLINCDT_ID", incident), 1, request_id)
            .await?;
        let own = found
            .rows
            .into_iter()
            .find(|it| it.id == incident)
            .and_then(Response::read);
        let Some(response) = own else { return Ok(None) };
        let host = hosts::summary(&mut lease, &response.host_id, request_id).await?;
        let seen = self.tasks_like(&mut lease, &response, request_id).await?;
        let found = if let Some(task) = correlate::by_number(response.asked(), &seen) {
            Found::One(task.clone())
        } else {
            match competitors(&mut lease, &response, &seen, request_id).await? {
                Some(others) => correlate::by_window(response.asked(), others, seen),
                None => correlate::any_of(response.asked(), seen),
            }
        };
        let view = match found {
            Found::One(task) => {
                let seen = with_task(&mut lease, &response.host_id, task, request_id).await?;
                if let Some(view) = &seen {
                    self.met.note(incident, view);
                }
                seen
            }
            Found::Many(tasks) => Some(View::ambiguous(incident, tasks)),
            Found::None => None,
        };
        let view = match (view, self.met.of(incident)) {
            (Some(view), _) => view,
            (None, Some(last)) => last.gone(incident),
            (None, None) => self.without_task(&mut lease, &response, request_id).await?,
        };
        Ok(Some(self.assemble(response, host, view)))
    }

    /// The KSC tasks of the host that could have come of the request.
    async fn tasks_like(
        &self,
        lease: &mut Lease,
        response: &Response,
        request_id: &str,
    ) -> Result<Vec<Seen>, ksc::Error> {
        let host_id = response.host_id.clone();
        let ids = match lease.call(&GetAllTasksOfHost { host_id }, request_id).await {
            Ok(ids) => ids,
            // The host has been removed from KSC, and its tasks with it.
            Err(error) if matches!(error.kind(), Kind::NotFound) => Vec::new(),
            Err(error) => return Err(error),
        };
        let mut seen = Vec::new();
        for id in ids {
            let Some(info) = self.infos.get(lease, &id, request_id).await? else {
                continue;
            };
            let area = &response.body.response_event_incident_area;
            if correlate::is_like(&info, area, response.body.task) {
                seen.push(Seen::from(&*info));
            }
        }
        Ok(seen)
    }

    async fn without_task(
        &self,
        lease: &mut Lease,
        response: &Response,
        request_id: &str,
    ) -> Result<View, ksc::Error> {
        let incident = response.incident;
        let age = self.clock.now() - response.added;
        if age > LIFE {
            return Ok(View::bare(
                State::Lost,
                format!(
                    "Incident {incident} is older than the 30 days that KSC keeps a response task, and no task of it is left"
                ),
            ));
        }
        if age <= self.settings.stalled_after {
            let evidence = format!(
                "KSC stored incident {incident}; no KSC task of it is there: not made yet, or removed since"
            );
            return Ok(View::bare(State::Accepted, evidence));
        }
        let console = match lease.call(&IsAnyServiceConsoleAvailable, request_id).await {
            Ok(true) => "a service console is connected",
            Ok(false) => "no service console is connected, so none will appear until one is",
            Err(_) => "KSC does not say whether a service console is connected",
        };
        let minutes = age.whole_minutes();
        let evidence = format!(
            "{minutes} minutes after incident {incident} no KSC task of it is there: not made, or removed since; {console}"
        );
        Ok(View::bare(State::Stalled, evidence))
    }

    fn assemble(&self, response: Response, host: HostSummary, view: View) -> Task {
        let age = self.clock.now() - response.added;
        Task {
            id: id::encode(response.incident),
            task: response.body.task,
            target_host: host,
            warnings: crate::task::warnings(response.body.task, &response.body.params),
            params: response.body.params,
            response_event_incident_area: response.body.response_event_incident_area,
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
