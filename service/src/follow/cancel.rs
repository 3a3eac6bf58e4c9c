//! Cancelling: once the back end may have been told, the work belongs to the gateway, and its audit
//! line is written whoever hangs up.

use std::sync::Arc;

use super::front::Follow;
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;

use crate::audit;
use crate::backends::on_backend;
use crate::backends::seam::{Backend, CancelProgress, Words};
use crate::carry::{self, Unfinished};
use crate::problem::Problem;
use crate::telemetry::place;
use crate::ticket::Cancellation;
use vocabulary::report::Task;

impl Follow {
    /// Cancels a task, and gives it as it stands then. The cancelling has begun when this returns,
    /// and is finished and audited whether its outcome is awaited or not.
    ///
    /// # Errors
    /// 404 when there can be no such task, 503 when the gateway is stopping; when awaited, 404 when there
    /// is none, 409 when it cannot be cancelled, 403 when its host is protected, or what went
    /// wrong with the back end.
    pub fn cancel(
        &self,
        cancellation: Cancellation,
    ) -> Result<BoxFuture<'static, Result<Arc<Task>, Problem>>, Problem> {
        self.ending.admit()?;
        let backend = self.that_has(&cancellation.task, cancellation.permit.reach())?;
        Ok(on_backend!(backend, it => self.begin(Arc::clone(it), cancellation).boxed()))
    }

    fn begin<B: Backend>(
        &self,
        backend: Arc<B>,
        cancellation: Cancellation,
    ) -> impl Future<Output = Result<Arc<Task>, Problem>> + use<B> {
        let (words, alias) = (backend.words(), backend.alias().clone());
        let progress = Arc::new(CancelProgress::default());
        let cancellation = Arc::new(cancellation);
        let work = {
            let (progress, cancellation) = (Arc::clone(&progress), Arc::clone(&cancellation));
            let cancel = async move { backend.cancel(&cancellation, &progress).await };
            place::at(&alias, cancel)
        };
        let request_id = cancellation.request_id.clone();
        // The audit line is written here, whatever becomes of the work and of its caller.
        let audited = {
            let (ending, progress) = (self.ending.clone(), Arc::clone(&progress));
            async move {
                let request_id = cancellation.request_id.as_str();
                let result = carry::until(&ending, work).await;
                let result =
                    result.unwrap_or_else(|it| Err(broken_off(&progress, words, it, request_id)));
                let result = result.map_err(|it| it.of(&alias));
                let about = audit::Cancelled {
                    host_id: progress.host_id(),
                    native_task: progress.native_task_id(),
                    taken: progress.is_taken(),
                };
                audit::cancelled(&cancellation, &about, result.as_ref().err());
                result
            }
        };
        let audited = self.carrier.begin(audited);
        let (patience, register) = (self.request_timeout, Arc::clone(&self.register));
        async move {
            let result = audited.within(patience).await;
            let result = result
                .unwrap_or_else(|it| Err(broken_off(&progress, words, it, request_id.as_str())));
            Ok(register.show_in_one(result?).await)
        }
    }
}

/// The problem of a cancellation whose end is not known.
fn broken_off(
    progress: &CancelProgress,
    words: Words,
    unfinished: Unfinished,
    request_id: &str,
) -> Problem {
    if progress.may_have_arrived() {
        return CancelProgress::may_be_taken(words);
    }
    words.unfinished(unfinished, request_id)
}
