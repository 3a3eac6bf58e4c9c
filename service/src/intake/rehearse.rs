//! A dry run: everything but the incident.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::console;
use super::{Intake, Ticket};
use crate::admission::held;
use crate::api::host::HostSummary;
use crate::api::problem::Problem;
use crate::audit;
use crate::fault::Failure;

/// What a dry run answers.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DryRun {
    /// Always true.
    pub dry_run: bool,
    /// The host that the name means.
    pub target_host: HostSummary,
    /// What was checked, and with what result. A check that is not `ok` would refuse the request.
    pub checks: Vec<Check>,
    /// The record that `HostGroup.AddIncident` would be called with.
    #[schema(value_type = Object)]
    pub p_data: serde_json::Value,
}

/// One check of a dry run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Check {
    /// Which check.
    pub name: String,
    /// Whether the request would pass it.
    pub ok: bool,
    /// What was found.
    pub detail: String,
}

impl Check {
    fn new(name: &str, ok: bool, detail: impl Into<String>) -> Self {
        Self {
            name: name.to_owned(),
            ok,
            detail: detail.into(),
        }
    }
}

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
        let work = self.tracker.spawn_on(held(rehearsal), &self.runtime);
        let request_id = ticket.request_id.as_str();
        match tokio::time::timeout(self.request_timeout, work).await {
            Ok(Ok(result)) => result,
            Ok(Err(_)) => {
                let problem = Failure::BrokeOff.problem(request_id);
                audit::rehearsed(&ticket, Err(&problem));
                Err(problem)
            }
            // The work goes on, up to its audit line.
            Err(_) => Err(Failure::Late.problem(request_id)),
        }
    }

    async fn rehearsal(&self, ticket: &Ticket) -> Result<DryRun, Problem> {
        let request_id = ticket.request_id.as_str();
        let mut lease = self.lease(request_id).await?;
        let host = self
            .hosts
            .resolve(&mut lease, ticket.request.host(), request_id)
            .await?;
        let console = console::ask(&mut lease, request_id, &self.settings).await?;
        drop(lease);
        let (room, budget) = self.budget.rehearse(request_id).await;
        // What refuses a request decides here too, so that the two cannot disagree.
        let unprotected = self.protect(&host).is_ok();
        let protection = if unprotected {
            "The host is not protected"
        } else {
            "The host is protected"
        };
        let checks = vec![
            Check::new("host", true, format!("KSC knows the host as {}", host.id)),
            Check::new("protection", unprotected, protection),
            Check::new(
                "serviceConsole",
                self.demand(console).is_ok(),
                console.finding(),
            ),
            Check::new("budget", room, budget),
        ];
        let now = self.clock.now();
        let order = self.translator.translate(&ticket.request, &host.id, now);
        Ok(DryRun {
            dry_run: true,
            target_host: host.summary(),
            checks,
            p_data: order.p_data(),
        })
    }
}
