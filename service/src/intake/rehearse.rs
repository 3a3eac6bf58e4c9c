//! A dry run: everything but the incident.

use std::sync::Arc;
use vocabulary::rehearsal::Check;
use vocabulary::rehearsal::DryRun;

use super::Intake;
use super::console;
use super::known::ALONE;
use crate::audit;
use crate::backends::ksc::fault::Failure;
use crate::carry::Unfinished;
use crate::config::StorePolicy;
use crate::digest;
use crate::problem::Problem;
use crate::ticket::Ticket;

impl Intake {
    /// Everything but the incident. Whatever comes of it, but `draining`, has one line in the audit log,
    /// even when the caller has gone or was told that it takes too long.
    ///
    /// # Errors
    /// The problem that keeps the request from being judged at all: no such host, no KSC.
    pub async fn rehearse(self: &Arc<Self>, ticket: Ticket) -> Result<DryRun, Problem> {
        self.ending.admit()?;
        let ticket = Arc::new(ticket);
        let rehearsal = {
            let (this, ticket) = (Arc::clone(self), Arc::clone(&ticket));
            async move {
                let result = tokio::select! {
                    result = this.rehearsal(&ticket) => result,
                    // Gives the KSC session back, so that it can be ended.
                    () = this.ending.reached() => {
                        Err(Failure::Late.problem(ticket.request_id.as_str()))
                    }
                };
                let host = result.as_ref().map(|it| it.target_host.id.as_str());
                audit::rehearsed(&ticket, host);
                result
            }
        };
        let work = self.carrier.begin(rehearsal);
        let request_id = ticket.request_id.as_str();
        match work.within(self.request_timeout).await {
            Ok(result) => result,
            Err(Unfinished::BrokeOff) => {
                let problem = Failure::BrokeOff.problem(request_id);
                audit::rehearsed(&ticket, Err(&problem));
                Err(problem)
            }
            // The work goes on, up to its audit line.
            Err(Unfinished::Late) => Err(Failure::Late.problem(request_id)),
        }
    }

    async fn rehearsal(&self, ticket: &Ticket) -> Result<DryRun, Problem> {
        let request_id = ticket.request_id.as_str();
        let mut lease = self.lease(request_id).await?;
        let host = self
            .hosts
            .resolve(&mut lease, ticket.request().host(), request_id)
            .await?;
        let console = console::ask(&mut lease, request_id, &self.settings).await?;
        drop(lease);
        let (room, budget, pushes_out) = self.budget.rehearse(request_id).await;
        let store = self.look_at_store(&host.id).await;
        // What refuses a request decides here too, so that the two cannot disagree.
        let unprotected = self.authority.on_host(host.clone()).is_ok();
        let protection = if unprotected {
            "The host is not protected"
        } else {
            "The host is protected"
        };
        let mut checks = vec![
            Check::new("host", true, format!("KSC knows the host as {}", host.id)),
            Check::new("protection", unprotected, protection),
            Check::new(
                "serviceConsole",
                self.demand(console).is_ok(),
                console.finding(),
            ),
            Check::new("budget", room, budget),
        ];
        checks.extend(store.check);
        // In the order in which the request's own answer has them.
        let mut warnings = ticket.request().warnings().to_vec();
        let console = console.warning().filter(|_| self.demand(console).is_ok());
        let more = [console, pushes_out, store.warning];
        warnings.extend(more.into_iter().flatten().map(str::to_owned));
        let isolations = self.isolations_before_now(ticket, &host.id, &store.open);
        warnings.extend(isolations.await);
        let now = self.clock.now();
        let order = self.translator.translate(ticket.request(), &host.id, now);
        Ok(DryRun {
            dry_run: true,
            target_host: host.summary(),
            checks,
            warnings,
            p_data: order.p_data(),
        })
    }

    /// Whether the shared store would let the request go, and which isolations of the host it knows to be open.
    async fn look_at_store(&self, host_id: &str) -> StoreLook {
        let known_here = || self.isolations.of(host_id);
        let Some(shared) = &self.shared else {
            return StoreLook {
                check: None,
                warning: None,
                open: known_here(),
            };
        };
        let check = |ok, detail: &str| Some(Check::new("sharedStore", ok, detail));
        let name = digest::of_text(&host_id.to_lowercase());
        if let Ok(open) = shared.open_isolations(&name).await {
            return StoreLook {
                check: check(true, "The shared store can be asked"),
                warning: None,
                open,
            };
        }
        let goes_alone = self.store_policy == StorePolicy::Local;
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
