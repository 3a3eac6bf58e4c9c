//! Lists of the tasks of a case or of a caller: what no back end knows.
//!
//! The tasks of a case are known by their ids before a back end is asked, so that nothing is gone
//! through for them; those of a caller are picked from each page as it comes.

use super::front::Follow;
use crate::backends::seam::TaskFilter;
use crate::problem::Problem;
use crate::store::Away;
use vocabulary::code::Code;
use vocabulary::report::Task;

impl Follow {
    /// What back ends are asked for: the tasks of the case that is wanted, if one is, by their ids.
    ///
    /// # Errors
    /// 503 when the store that replicas share cannot be asked.
    pub(super) async fn of_case(&self, filter: &TaskFilter) -> Result<TaskFilter, Problem> {
        let mut wanted = filter.clone();
        if let Some(external_id) = &filter.external_id {
            let mut ids = self.register.of_case(external_id).await.map_err(away)?;
            if let Some(named) = &filter.ids {
                ids.retain(|it| named.contains(it));
            }
            wanted.ids = Some(ids);
        }
        Ok(wanted)
    }

    /// Shows who asked for each of these tasks, and leaves out what somebody else has asked for than
    /// is wanted.
    ///
    /// # Errors
    /// 503 when that is wanted and the store that replicas share cannot be asked.
    pub(super) async fn show_askers(
        &self,
        tasks: &mut Vec<Task>,
        filter: &TaskFilter,
    ) -> Result<(), Problem> {
        let TaskFilter {
            external_id,
            caller,
            ..
        } = filter;
        if external_id.is_none() && caller.is_none() {
            self.register.show_in(tasks).await;
            return Ok(());
        }
        self.register.show_all_in(tasks).await.map_err(away)?;
        let fits = |wanted: &Option<String>, is: &Option<String>| wanted.is_none() || wanted == is;
        tasks.retain(|it| fits(external_id, &it.external_id) && fits(caller, &it.caller));
        Ok(())
    }
}

/// That nothing is found proves nothing then.
#[expect(clippy::needless_pass_by_value, reason = "it maps an error")]
fn away(away: Away) -> Problem {
    tracing::warn!(
        error = &away as &dyn std::error::Error,
        "tasks cannot be listed by who asked for them: the shared store cannot be asked"
    );
    Problem::new(
        Code::StoreUnavailable,
        "Who asked for tasks is remembered in the store that the replicas share, and that cannot be asked. Without `externalId` and `caller` the tasks are listed.",
    )
    .with_retry_after(5)
}
