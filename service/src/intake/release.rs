//! What a release says of the isolations before it, and what becomes of those.

use super::errand::{Errand, Way};
use super::isolations::{action, told};
use crate::backends::seam::{Backend, Prepared as _};
use vocabulary::task::isolate_host::IsolationAction;
use vocabulary::task_id::TaskId;

impl<B: Backend> Way<B> {
    /// What became of the request at its turn is known: should it be an isolation, it is open no
    /// more.
    pub(super) fn isolation_settled(&self, errand: &Errand<'_, B>) {
        if action(self.ticket.request()) == Some(IsolationAction::On) {
            let attempt = &errand.prepared.mark().attempt;
            let host_id = &errand.on.host().id;
            self.means
                .isolations
                .settled(self.backend.alias(), host_id, attempt);
            // Told with the turn: the next one for the host must not find it open.
            if let Some(ticket) = errand.turn.ticket() {
                ticket.settles(attempt);
            }
        }
    }

    /// What the caller of a release, which is this task, should know of the isolations that were
    /// open before it.
    pub(super) async fn isolations_before(
        &self,
        errand: &Errand<'_, B>,
        release: &TaskId,
    ) -> Vec<String> {
        let open = errand.open.as_deref().unwrap_or_default();
        if open.is_empty() {
            return Vec::new();
        }
        let host_id = errand.on.host().id.as_str();
        let found = self
            .backend
            .isolations_among(host_id, open, Some(release), self.request_id())
            .await;
        for (attempt, _) in &found {
            self.means
                .isolation_found(self.backend.alias(), host_id, attempt);
        }
        told(self.backend.words(), open, found)
    }
}
