//! A dry run: everything but the sending.

use std::sync::Arc;
use std::time::Instant;

use super::isolations::{action, told};
use super::means::Means;
use super::order::{ArrivalPlaces, queue_name};
use super::progress::ALONE;
use super::search::Search;
use crate::audit;
use crate::backends::on_backend;
use crate::backends::seam::{Backend, Deadline, Rehearsed, SentRecord};
use crate::carry::Unfinished;
use crate::config::StorePolicy;
use crate::host::Host;
use crate::problem::Problem;
use crate::telemetry::place;
use crate::ticket::Ticket;
use vocabulary::rehearsal::{Check, DryRun};
use vocabulary::task::isolate_host::IsolationAction;

/// Rehearses requests.
pub(super) struct Rehearsal {
    means: Arc<Means>,
}

impl Rehearsal {
    pub(super) fn new(means: &Arc<Means>) -> Self {
        Self {
            means: Arc::clone(means),
        }
    }

    pub(super) async fn carry_out(self, ticket: Ticket) -> Result<DryRun, Problem> {
        let ticket = Arc::new(ticket);
        let words = self.means.backends.words();
        let means = Arc::clone(&self.means);
        let deadline = Deadline::new(Instant::now() + means.request_timeout, words);
        let rehearsal = {
            let ticket = Arc::clone(&ticket);
            async move {
                let result = tokio::select! {
                    result = self.find_and_rehearse(&ticket, deadline) => result,
                    // Gives the session back, so that it can be ended.
                    () = self.means.ending.reached() => Err(words.late()),
                };
                let host = result
                    .as_ref()
                    .map(|it| (&it.backend, it.target_host.id.as_str()));
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

    async fn find_and_rehearse(
        &self,
        ticket: &Ticket,
        deadline: Deadline,
    ) -> Result<DryRun, Problem> {
        // It takes no turn, so it has no places to give up.
        let mut arrival = ArrivalPlaces::default();
        let search = Search::new(&self.means, ticket);
        let found = search.find(&mut arrival, deadline).await?;
        let alias = found.backend.alias().clone();
        let rehearsed = on_backend!(found.backend, backend => {
            let stage = Stage { means: &self.means, backend };
            place::at(&alias, stage.rehearse(ticket, found.host, found.warnings)).await
        });
        rehearsed.map_err(|it| it.of(&alias))
    }
}

/// The rehearsal of requests at the back end that would act.
struct Stage<'a, B> {
    means: &'a Means,
    backend: Arc<B>,
}

impl<B: Backend> Stage<'_, B> {
    async fn rehearse(
        &self,
        ticket: &Ticket,
        host: Host,
        found: Vec<String>,
    ) -> Result<DryRun, Problem> {
        let (request, request_id) = (ticket.request(), ticket.request_id.as_str());
        let name = self.backend.words().name;
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
        let known = format!("{name} knows the host as {}", host.id);
        let mut checks = vec![
            Check::new("host", true, known),
            Check::new("protection", unprotected, protection),
        ];
        if self.means.authority.on_file(request).is_err() {
            checks.push(Check::new("file", false, "The file is protected"));
        }
        checks.extend(more);
        checks.extend(store.check);
        // In the order in which the request's own answer has them.
        let mut warnings = told_so;
        warnings.extend(store.warning.map(str::to_owned));
        warnings.extend(self.isolations_before(ticket, &host.id, &store.open).await);
        warnings.extend(found);
        let (p_data, request) = match record {
            SentRecord::Incident(record) => (Some(record), None),
            SentRecord::Request(request) => (None, Some(request)),
            SentRecord::Nothing => (None, None),
        };
        Ok(DryRun {
            dry_run: true,
            backend: self.backend.alias().clone(),
            target_host: host.summary(),
            checks,
            warnings,
            p_data,
            request,
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
