//! One task: as it stands now, and again and again for those who watch.

use super::look::Case;
use super::response::ResponseRequest;
use super::state;
use crate::backends::ksc::fault::Failure;
use crate::problem::Problem;
use crate::request_id::RequestId;
use std::sync::Arc;
use std::time::Duration;
use vocabulary::report::Task;

use super::front::TaskReader;

impl TaskReader {
    /// The task of this incident, with its state and what that rests on; nothing when KSC has no
    /// such incident or it asks for no response task.
    ///
    /// # Errors
    /// What went wrong with KSC.
    pub async fn task(
        self: &Arc<Self>,
        incident: i64,
        request_id: &RequestId,
    ) -> Result<Option<Arc<Task>>, Problem> {
        let work = || {
            let (this, request_id) = (Arc::clone(self), request_id.clone());
            async move { this.read(incident, request_id.as_str()).await }
        };
        let read = tokio::time::timeout(self.request_timeout, self.reads.share(incident, work));
        let failed = |it: Failure| it.problem(request_id.as_str());
        let read = read.await.map_err(|_| failed(Failure::Late))?;
        let read = read.map_err(|it| failed(it.into()))?;
        read.map_err(|it| failed(it.into()))
    }

    async fn read(&self, incident: i64, request_id: &str) -> Result<Option<Arc<Task>>, ksc::Error> {
        let case = self
            .open(incident, ResponseRequest::read, request_id)
            .await?;
        let Some(mut case) = case else {
            return Ok(None);
        };
        let view = self.look(&mut case, request_id).await?;
        Ok(Some(Arc::new(self.confirmed_task_of(&case, view).await)))
    }

    /// One look of many at the task of an incident. `permit` is given back as soon as the task
    /// itself has been looked at.
    ///
    /// # Errors
    /// What went wrong with KSC.
    pub async fn look_once_more<P: Send>(
        &self,
        incident: i64,
        case: &mut Option<Case>,
        permit: P,
        request_id: &str,
    ) -> Result<Option<Arc<Task>>, ksc::Error> {
        if case.is_none() {
            *case = self
                .open(incident, ResponseRequest::read_light, request_id)
                .await?;
        }
        let Some(case) = case else { return Ok(None) };
        let view = self.look_under(case, request_id, permit).await?;
        Ok(Some(Arc::new(self.confirmed_task_of(case, view).await)))
    }

    /// When a task that stands so is looked at next.
    #[must_use]
    pub fn pace(&self, task: &Task) -> Duration {
        state::look_again(task.state, self.clock.now() - task.requested_at)
    }
}
