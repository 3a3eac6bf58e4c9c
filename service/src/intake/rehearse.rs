//! A dry run: everything but the incident.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::console;
use super::{Intake, Ticket};
use crate::api::host::HostSummary;
use crate::api::problem::{Code, Problem};
use crate::audit;
use crate::hosts;

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
    /// Everything but the incident.
    ///
    /// # Errors
    /// The problem that keeps the request from being judged at all: no such host, no KSC.
    pub async fn rehearse(self: &Arc<Self>, ticket: Ticket) -> Result<DryRun, Problem> {
        self.admit()?;
        let ticket = Arc::new(ticket);
        let rehearsal = {
            let (this, ticket) = (Arc::clone(self), Arc::clone(&ticket));
            async move { this.rehearsal(&ticket).await }
        };
        let work = self.tracker.spawn_on(rehearsal, &self.runtime);
        let Ok(Ok(result)) = tokio::time::timeout(self.request_timeout, work).await else {
            let late = Problem::new(Code::KscUnavailable, "KSC has not answered in time.");
            return Err(late.with_retry_after(5));
        };
        let dry_run = result?;
        audit::rehearsed(&ticket, &dry_run.target_host.id);
        Ok(dry_run)
    }

    async fn rehearsal(&self, ticket: &Ticket) -> Result<DryRun, Problem> {
        let request_id = ticket.request_id.as_str();
        let mut lease = self.lease(request_id).await?;
        let host = hosts::resolve(&mut lease, ticket.request.host(), request_id).await?;
        let console = console::ask(&mut lease, request_id, &self.settings).await?;
        drop(lease);
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
