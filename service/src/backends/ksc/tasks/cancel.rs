//! Cancelling: KSC is told to stop the task, and asked what became of it.
//!
//! KSC answers a cancellation before the device has heard of it, so its answer is no state.

use std::sync::Arc;

use ksc::{CancelTask, Delivery, Kind};

use super::correlate::{Proof, SeenTask};
use super::front::TaskReader;
use super::response::ResponseRequest;
use super::view::View;
use crate::audit;
use crate::backends::ksc::fault;
use crate::backends::ksc::words::WORDS;
use crate::backends::seam::CancelProgress;
use crate::problem::Problem;
use crate::ticket::Cancellation;
use vocabulary::code::Code;
use vocabulary::report::{KscTask, State, Task};

impl TaskReader {
    /// Cancels the task of an incident, and gives it as it stands then; nothing when there is none.
    ///
    /// # Errors
    /// 409 when it has no KSC task or is over, 403 when its host is protected, or what went wrong with KSC.
    pub async fn cancel(
        &self,
        incident: i64,
        cancellation: &Cancellation,
        progress: &CancelProgress,
    ) -> Result<Option<Arc<Task>>, Problem> {
        let request_id = cancellation.request_id.as_str();
        let failed = |it: ksc::Error| fault::problem(&it, request_id);
        let case = self.open(incident, ResponseRequest::read, request_id).await;
        let Some(mut case) = case.map_err(failed)? else {
            return Ok(None);
        };
        let host_id = case.response.host_id.clone();
        progress.host(&host_id);
        self.demand_unprotected(&host_id, request_id).await?;
        let view = self.look(&mut case, request_id).await.map_err(failed)?;
        let task = SeenTask::from(cancellable(&view)?.clone());

        let mut lease = self.pool.lease().await.map_err(failed)?;
        let call = CancelTask {
            task: task.id.clone(),
        };
        progress.native_task(&call.task);
        audit::cancelling(cancellation, &host_id, &call.task).await?;
        progress.sent(true);
        if let Err(error) = lease.call(&call, request_id).await {
            progress.sent(false);
            return Err(refused(&error, request_id));
        }
        drop(lease);
        progress.taken();

        // What was seen before says nothing of what is now.
        self.sights.forget(&task);
        let view = self.look(&mut case, request_id).await.map_err(|error| {
            let problem = fault::problem(&error, request_id);
            problem.with_detail("KSC took the cancellation, but how the task stands now could not be read. Read the task.")
        })?;
        Ok(Some(Arc::new(self.task_of(&case, view))))
    }

    /// A host that no caller may touch keeps its tasks too.
    async fn demand_unprotected(&self, host_id: &str, request_id: &str) -> Result<(), Problem> {
        if !self.authority.protects_any() {
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

/// The KSC task to cancel. Only one whose name says that it is the request's: what order alone
/// makes so may be a task that an administrator has made by hand.
fn cancellable(view: &View) -> Result<&KscTask, Problem> {
    let why = match view.state {
        State::Accepted | State::Stalled => "There is no KSC task to cancel",
        State::Ambiguous => "Which KSC task to cancel is not certain",
        State::Succeeded | State::Warning | State::Failed | State::Lost | State::Unconfirmed => {
            "The task is over"
        }
        State::Pending | State::Running | State::Paused => match (&view.task, view.proof) {
            (Some(task), Some(Proof::Name)) => return Ok(task),
            (Some(_), _) => {
                "Only their order, and no name, makes the KSC task that of this request, so it is not cancelled: cancel it in the KSC console, or have correlation = \"tag\" name the tasks of later requests"
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
        Delivery::Unknown => CancelProgress::may_be_taken(WORDS),
        Delivery::NotSent | Delivery::Refused => problem,
    }
}
