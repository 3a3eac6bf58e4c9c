//! A walk over all tasks of the server, whatever product, type, group or device they are for.
//!
//! KSC gives them out one by one, and asking twice skips one. So a walk that loses an answer says
//! nothing about the rest and is begun anew, once.

use super::lease::Lease;
use super::rows::{Rows, note_release};
use crate::call::{GetNextTask, ReleaseTasksIterator, ResetTasksIterator, TaskInfo};
use crate::error::Error;
use crate::observer::Wait;

/// The most tasks that are walked over. A site has hundreds.
const MOST_TASKS: usize = 10_000;

impl Lease {
    /// What `keep` takes from the tasks of the server; `total` is how many there are.
    ///
    /// One call a task: whoever needs them often shares one walk.
    pub async fn walk_tasks<T: Send>(
        &mut self,
        request_id: &str,
        keep: impl Fn(TaskInfo) -> Option<T> + Send + Sync,
    ) -> Result<Rows<T>, Error> {
        match self.walk_once(request_id, &keep).await {
            Err(error) if again(&error) => self.walk_once(request_id, &keep).await,
            outcome => outcome,
        }
    }

    async fn walk_once<T: Send>(
        &mut self,
        request_id: &str,
        keep: &(impl Fn(TaskInfo) -> Option<T> + Send + Sync),
    ) -> Result<Rows<T>, Error> {
        // Without a group: response tasks are for chosen devices and belong to none.
        let reset = ResetTasksIterator {
            group: None,
            include_supergroups: false,
        };
        let iterator = self.call(&reset, request_id).await?;
        let outcome = self.walk(&iterator, request_id, keep).await;
        let release = ReleaseTasksIterator { iterator };
        note_release(self.call(&release, request_id).await);
        outcome
    }

    async fn walk<T: Send>(
        &mut self,
        iterator: &str,
        request_id: &str,
        keep: &(impl Fn(TaskInfo) -> Option<T> + Send + Sync),
    ) -> Result<Rows<T>, Error> {
        let _walking = self.waits(Wait::Walk);
        let next = GetNextTask {
            iterator: iterator.to_owned(),
        };
        let mut walked = Rows {
            rows: Vec::new(),
            total: 0,
            read: 0,
        };
        while let Some(task) = self.call(&next, request_id).await? {
            walked.total += 1;
            walked.read += 1;
            walked.rows.extend(keep(task));
            // A part must not pass for the whole.
            if walked.total > MOST_TASKS {
                return Err(Error::TooLarge { limit: MOST_TASKS });
            }
        }
        Ok(walked)
    }
}

/// Whether a walk that broke off may succeed when it is begun anew: its session or an answer was
/// lost on the way.
fn again(error: &Error) -> bool {
    matches!(error, Error::SessionLost | Error::Lost { .. })
}
