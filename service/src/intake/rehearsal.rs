//! A dry run: everything but the sending.

use std::sync::Arc;

use super::isolations::{action, told};
use super::means::Means;
use super::order::queue_name;
use super::progress::ALONE;
use crate::audit;
use crate::backends::seam::{Backend, Rehearsed};
use crate::carry::Unfinished;
use crate::config::StorePolicy;
use crate::problem::Problem;
use crate::ticket::Ticket;
use vocabulary::rehearsal::{Check, DryRun};
use vocabulary::task::isolate_host::IsolationAction;

/// Rehearses requests to one back end.
pub(super) struct Rehearsal<B> {
    means: Arc<Means>,
    backend: Arc<B>,
}

impl<B: Backend> Rehearsal<B> {
    pub(super) fn new(means: &Arc<Means>, backend: &Arc<B>) -> Self {
        Self {
            means: Arc::clone(means),
            backend: Arc::clone(backend),
        }
    }

    pub(super) async fn carry_out(self, ticket: Ticket) -> Result<DryRun, Problem> {
        let ticket = Arc::new(ticket);
        let words = self.backend.words();
        let means = Arc::clone(&self.means);
        let rehearsal = {
            let ticket = Arc::clone(&ticket);
            async move {
                let result = tokio::select! {
                    result = self.rehearse(&ticket) => result,
                    // Gives the session back, so that it can be ended.
                    () = self.means.ending.reached() => Err(words.late()),
                };
                let host = result.as_ref().map(|it| it.target_host.id.as_str());
                audit::rehearsed(&ticket, host);
                result
            }
        };
        let work = means.carrier.begin(rehearsal);
        match work.within(means.request_timeout).await {
            Ok(result) => result,
            Err(Unfinished::BrokeOff) => {
                let problem = words.broke_off(ticket.request_id.as_str());
                audit::rehearsed(&ticket, Err(&problem));
                Err(problem)
            }
            // The work goes on, up to its audit line.
            Err(Unfinished::Late) => Err(words.late()),
        }
    }

    async fn rehearse(&self, ticket: &Ticket) -> Result<DryRun, Problem> {
        let (request, request_id) = (ticket.request(), ticket.request_id.as_str());
        let name = self.backend.words().name;
        let host = self.backend.host(request.host(), request_id).await?;
        let rehearsed = self.backend.rehearse(request, &host, request_id).await?;
        let Rehearsed {
            checks: more,
            warnings: told_so,
            record,
        } = rehearsed;
        let store = self.look_at_store(&host.id).await;
        // What refuses a request decides here too, so that the two cannot disagree.
        let unprotected = self.means.authority.on_host(host.clone()).is_ok();
        let protection = if unprotected {
            "The host is not protected"
        } else {
            "The host is protected"
        };
        let found = format!("{name} knows the host as {}", host.id);
        let mut checks = vec![
            Check::new("host", true, found),
            Check::new("protection", unprotected, protection),
        ];
        checks.extend(more);
        checks.extend(store.check);
        // In the order in which the request's own answer has them.
        let mut warnings = request.warnings().to_vec();
        warnings.extend(told_so);
        warnings.extend(store.warning.map(str::to_owned));
        warnings.extend(self.isolations_before(ticket, &host.id, &store.open).await);
        Ok(DryRun {
            dry_run: true,
            backend: self.backend.alias().clone(),
            target_host: host.summary(),
            checks,
            warnings,
            p_data: record,
        })
    }

    /// What the caller of a release that would be sent now should know; nothing is settled by it.
    async fn isolations_before(
        &self,
        ticket: &Ticket,
        host_id: &str,
        open: &[String],
    ) -> Vec<String> {
        if action(ticket.request()) != Some(IsolationAction::Off) || open.is_empty() {
            return Vec::new();
        }
        let request_id = ticket.request_id.as_str();
        let found = self
            .backend
            .isolations_among(host_id, open, None, request_id);
        told(self.backend.words(), open, found.await)
    }

    /// Whether the shared store would let the request go, and which isolations of the host it knows
    /// to be open.
    async fn look_at_store(&self, host_id: &str) -> StoreLook {
        let backend = self.backend.alias();
        let known_here = || self.means.isolations.of(backend, host_id);
        let Some(shared) = &self.means.shared else {
            return StoreLook {
                check: None,
                warning: None,
                open: known_here(),
            };
        };
        let check = |ok, detail: &str| Some(Check::new("sharedStore", ok, detail));
        if let Ok(open) = shared.open_isolations(&queue_name(backend, host_id)).await {
            return StoreLook {
                check: check(true, "The shared store can be asked"),
                warning: None,
                open,
            };
        }
        let goes_alone = self.means.store_policy == StorePolicy::Local;
        StoreLook {
            check: check(goes_alone, "The shared store cannot be asked"),
            warning: goes_alone.then_some(ALONE),
            open: known_here(),
        }
    }
}

/// What a dry run finds of the shared store.
struct StoreLook {
    check: Option<Check>,
    warning: Option<&'static str>,
    open: Vec<String>,
}
