//! Cancelling: KSC is told to stop the task, and asked what became of it.
//!
//! KSC answers a cancellation before the device has heard of it, so its answer is no state. Once the
//! call may have left, the work belongs to the gateway: its audit line is written whoever hangs up.

use crate::ticket::Cancellation;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use ksc::{CancelTask, Delivery, Kind};

use super::super::task_id;
use super::correlate::{Proof, SeenTask};
use super::response::ResponseRequest;
use super::view::View;
use super::{Follow, unknown};
use crate::audit;
use crate::backends::ksc::fault::{self, Failure};
use crate::problem::Problem;
use vocabulary::code::Code;
use vocabulary::report::{KscTask, State, Task};

/// What has become known of a cancellation on its way, for those who cannot wait for its end.
#[derive(Default)]
struct CancelProgress {
    host_id: OnceLock<String>,
    ksc_task: OnceLock<String>,
    sent: AtomicBool,
    /// KSC has confirmed it.
    taken: AtomicBool,
}

impl CancelProgress {
    /// The problem of a cancellation whose end is not known.
    fn broken_off(&self, failure: &Failure, request_id: &str) -> Problem {
        if self.sent.load(Ordering::SeqCst) {
            return Problem::new(Code::OutcomeUnknown, MAYBE);
        }
        failure.problem(request_id)
    }
}

const MAYBE: &str =
    "KSC may or may not have taken the cancellation. Read the task; to cancel again does no harm.";

impl Follow {
    /// Cancels a task, and gives it as it stands then. The cancelling has begun when this returns,
    /// and is finished and audited whether its outcome is awaited or not.
    ///
    /// # Errors
    /// 404 when there can be no such task, 503 when the gateway is stopping; when awaited, 404 when there
    /// is none, 409 when it has no KSC task or is over, 403 when its host is protected, or what went
    /// wrong with KSC.
    pub fn cancel(
        self: &Arc<Self>,
        cancellation: Cancellation,
    ) -> Result<impl Future<Output = Result<Arc<Task>, Problem>> + use<>, Problem> {
        self.ending.admit()?;
        let incident = task_id::decode(&cancellation.task).ok_or_else(unknown)?;
        let known = Arc::new(CancelProgress::default());
        let cancellation = Arc::new(cancellation);
        let work = {
            let (this, known) = (Arc::clone(self), Arc::clone(&known));
            let cancellation = Arc::clone(&cancellation);
            async move { this.cancel_task(incident, &known, &cancellation).await }
        };
        let work = self.carrier.aside(work);
        let request_id = cancellation.request_id.clone();
        // The audit line is written here, whatever becomes of the work and of its caller.
        let audited = {
            let (this, known) = (Arc::clone(self), Arc::clone(&known));
            async move {
                let request_id = cancellation.request_id.as_str();
                let result = work.until(&this.ending).await;
                let result = result.unwrap_or_else(|unfinished| {
                    Err(known.broken_off(&unfinished.into(), request_id))
                });
                let about = audit::Cancelled {
                    incident,
                    host_id: known.host_id.get().map(String::as_str),
                    ksc_task: known.ksc_task.get().map(String::as_str),
                    taken: known.taken.load(Ordering::SeqCst),
                };
                audit::cancelled(&cancellation, &about, result.as_ref().err());
                result
            }
        };
        let audited = self.carrier.begin(audited);
        let patience = self.request_timeout;
        Ok(async move {
            let result = audited.within(patience).await;
            result.unwrap_or_else(|unfinished| {
                Err(known.broken_off(&unfinished.into(), request_id.as_str()))
            })
        })
    }

    async fn cancel_task(
        &self,
        incident: i64,
        known: &CancelProgress,
        cancellation: &Cancellation,
    ) -> Result<Arc<Task>, Problem> {
        let request_id = cancellation.request_id.as_str();
        let failed = |it: ksc::Error| fault::problem(&it, request_id);
        let case = self.open(incident, ResponseRequest::read, request_id).await;
        let mut case = case.map_err(failed)?.ok_or_else(unknown)?;
        let host_id = case.response.host_id.clone();
        let host_id = known.host_id.get_or_init(|| host_id);
        self.demand_unprotected(host_id, request_id).await?;
        let view = self.look(&mut case, request_id).await.map_err(failed)?;
        let task = SeenTask::from(cancellable(&view)?.clone());

        let mut lease = self.pool.lease().await.map_err(failed)?;
        let call = CancelTask {
            task: known.ksc_task.get_or_init(|| task.id.clone()).clone(),
        };
        audit::cancelling(cancellation, incident, host_id, &call.task).await?;
        known.sent.store(true, Ordering::SeqCst);
        if let Err(error) = lease.call(&call, request_id).await {
            known.sent.store(false, Ordering::SeqCst);
            return Err(refused(&error, request_id));
        }
        drop(lease);
        known.taken.store(true, Ordering::SeqCst);

        // What was seen before says nothing of what is now.
        self.sights.forget(&task);
        let view = self.look(&mut case, request_id).await.map_err(|error| {
            let problem = fault::problem(&error, request_id);
            problem.with_detail("KSC took the cancellation, but how the task stands now could not be read. Read the task.")
        })?;
        Ok(Arc::new(self.task_of(&case, view)))
    }

    /// A host that no caller may touch keeps its tasks too.
    async fn demand_unprotected(&self, host_id: &str, request_id: &str) -> Result<(), Problem> {
        if self.settings.protected_hosts.is_empty() {
            return Ok(());
        }
        let failed = |it: ksc::Error| fault::problem(&it, request_id);
        let mut lease = self.pool.lease().await.map_err(failed)?;
        match self.hosts.by_id(&mut lease, host_id, request_id).await? {
            Some(host) => self.authority.on_host(host).map(drop),
            // Its task is there, and may be a protected host's.
            None => Err(Problem::new(
                Code::HostProtected,
                "KSC does not find the task's host, so nothing shows that it is not a protected one.",
            )),
        }
    }
}

/// The KSC task to cancel. Only one whose name says that it is the request's: what order alone makes so may
/// be a task that an administrator has made by hand.
fn cancellable(view: &View) -> Result<&KscTask, Problem> {
    let why = match view.state {
        State::Accepted | State::Stalled => "There is no KSC task to cancel",
        State::Ambiguous => "Which KSC task to cancel is not certain",
        State::Succeeded | State::Warning | State::Failed | State::Lost => "The task is over",
        State::Pending | State::Running | State::Paused => match (&view.task, view.proof) {
            (Some(task), Some(Proof::Name)) => return Ok(task),
            (Some(_), _) => {
                "Only their order, and no name, makes the KSC task that of this request, so it is not cancelled: cancel it in the KSC console, or have tasks.correlation = \"tag\" name the tasks of later requests"
            }
            (None, _) => "There is no KSC task to cancel",
        },
    };
    Err(Problem::new(
        Code::TaskNotCancellable,
        format!("{why}. {}.", view.evidence),
    ))
}

/// What is known when KSC did not confirm the cancellation.
fn refused(error: &ksc::Error, request_id: &str) -> Problem {
    if matches!(error.kind(), Kind::NotFound) {
        return Problem::new(
            Code::TaskNotCancellable,
            "The KSC task was removed before it could be cancelled.",
        );
    }
    let problem = fault::problem(error, request_id);
    match error.delivery() {
        Delivery::Unknown => Problem::new(Code::OutcomeUnknown, MAYBE),
        Delivery::NotSent | Delivery::Refused => problem,
    }
}
