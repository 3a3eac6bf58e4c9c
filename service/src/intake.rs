//! THE STORY of a request for a task, from admission to answer.
//!
//! admit → resolve the host → wait for the host's turn → translate → deliver → confirm → answer
//!
//! # The rules
//!
//! * One request makes at most one `AddIncident` whose fate is open. What KSC may have executed is
//!   looked up and never sent again.
//! * Once bytes may have left, the work belongs to the gateway and not to the caller's connection:
//!   it runs in a task of its own, tracked until shutdown, and its audit line is written whoever
//!   hangs up meanwhile.
//! * Requests for one host leave in the order in which they came, one at a time, the confirming
//!   `UpdateIncident` included: a release must not overtake the isolation before it.
//!
//! # Rationale
//!
//! Handlers run on the HTTP server's threads, KSC calls on the runtime that `main` owns. actix
//! drops a handler with its connection and ends its threads early at shutdown; both would take a
//! half-made incident with them.

mod deliver;
mod order;
mod outcome;
mod translate;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use ksc::{IsAnyServiceConsoleAvailable, Kind, Lease, Pool};
use serde::{Deserialize, Serialize};
use tokio::runtime::Handle;
use tokio_util::task::TaskTracker;
use utoipa::ToSchema;

use crate::api::host::HostSummary;
use crate::api::problem::{Code, Problem};
use crate::api::task::Task;
use crate::audit;
use crate::clock::Clock;
use crate::config;
use crate::edge::request_id::RequestId;
use crate::fault;
use crate::hosts::{self, Host};
use crate::metrics::{Metrics, TaskOutcome};
use crate::task::Request;
use order::Order;
use outcome::Answered;
use translate::Translator;

/// A valid request, and who asks.
#[derive(Debug)]
pub struct Ticket {
    /// The caller's id.
    pub caller: Arc<str>,
    /// What is asked for.
    pub request: Request,
    /// The request's id.
    pub request_id: RequestId,
}

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

/// Takes requests in and delivers them.
pub struct Intake {
    pool: Arc<Pool>,
    order: Order,
    translator: Translator,
    answered: Mutex<Answered>,
    clock: Clock,
    metrics: Arc<Metrics>,
    settings: config::Tasks,
    request_timeout: Duration,
    runtime: Handle,
    tracker: TaskTracker,
    draining: AtomicBool,
}

/// Whether a service console is there to make a KSC task of an incident.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Console {
    Connected,
    Missing,
    /// This server cannot say.
    Unknown,
}

impl Intake {
    /// An intake that delivers over this pool, on this runtime.
    #[must_use]
    pub fn new(
        pool: Arc<Pool>,
        settings: config::Tasks,
        request_timeout: Duration,
        clock: Clock,
        metrics: Arc<Metrics>,
        runtime: Handle,
    ) -> Self {
        Self {
            pool,
            order: Order::default(),
            translator: Translator::new(&settings),
            answered: Mutex::default(),
            clock,
            metrics,
            settings,
            request_timeout,
            runtime,
            tracker: TaskTracker::new(),
            draining: AtomicBool::new(false),
        }
    }

    /// Creates the task, and answers when KSC has its incident or cannot have it.
    ///
    /// # Errors
    /// The problem to answer with. After 504 the work may still go on.
    pub async fn submit(self: &Arc<Self>, ticket: Ticket) -> Result<Task, Problem> {
        self.admit()?;
        let deadline = Instant::now() + self.request_timeout;
        // The place in the queue is taken before anything is awaited that could change the order.
        let place = self.order.queue(ticket.request.host().as_str()).await;
        let this = Arc::clone(self);
        let work = self.tracker.spawn_on(
            async move { this.deliver(&ticket, place, deadline).await },
            &self.runtime,
        );
        // A little more than the work itself is given: its own answer is the better one.
        let patience = self.request_timeout + Duration::from_millis(250);
        match tokio::time::timeout(patience, work).await {
            Ok(Ok(result)) => result,
            Ok(Err(failure)) => {
                tracing::error!(
                    error = &failure as &dyn std::error::Error,
                    "a delivery broke off"
                );
                Err(Problem::new(
                    Code::OutcomeUnknown,
                    "The gateway failed while the request was on its way to KSC.",
                ))
            }
            Err(_) => Err(Problem::new(
                Code::OutcomeUnknown,
                "KSC has not answered in time. The gateway goes on; its audit log will tell the outcome under this request's id.",
            )),
        }
    }

    /// Everything but the incident.
    ///
    /// # Errors
    /// The problem that keeps the request from being judged at all: no such host, no KSC.
    pub async fn rehearse(self: &Arc<Self>, ticket: Ticket) -> Result<DryRun, Problem> {
        self.admit()?;
        let this = Arc::clone(self);
        let work = self
            .tracker
            .spawn_on(async move { this.rehearsal(&ticket).await }, &self.runtime);
        let patience = tokio::time::timeout(self.request_timeout, work);
        patience.await.ok().and_then(Result::ok).unwrap_or_else(|| {
            Err(
                Problem::new(Code::KscUnavailable, "KSC has not answered in time.")
                    .with_retry_after(5),
            )
        })
    }

    async fn rehearsal(&self, ticket: &Ticket) -> Result<DryRun, Problem> {
        let request_id = ticket.request_id.as_str();
        let mut lease = self.lease().await?;
        let host = hosts::resolve(&mut lease, ticket.request.host(), request_id).await?;
        let console = console(&mut lease, request_id).await?;
        drop(lease);
        let protected = host.is_among(&self.settings.protected_hosts);
        let checks = vec![
            Check {
                name: "host".to_owned(),
                ok: true,
                detail: format!("KSC knows the host as {}", host.id),
            },
            Check {
                name: "protection".to_owned(),
                ok: !protected,
                detail: if protected {
                    "The host is protected"
                } else {
                    "The host is not protected"
                }
                .to_owned(),
            },
            Check {
                name: "serviceConsole".to_owned(),
                ok: console != Console::Missing || !self.settings.require_service_console,
                detail: match console {
                    Console::Connected => "A service console is connected to KSC",
                    Console::Missing => "No service console is connected to KSC",
                    Console::Unknown => {
                        "This KSC server cannot say whether a service console is connected"
                    }
                }
                .to_owned(),
            },
        ];
        let order = self
            .translator
            .translate(&ticket.request, &host.id, self.clock.now());
        audit::rehearsed(ticket, Some(&host.id));
        Ok(DryRun {
            dry_run: true,
            target_host: host.summary(),
            checks,
            p_data: order.p_data(),
        })
    }

    /// Refuses new work from now on.
    pub fn close(&self) {
        self.draining.store(true, Ordering::SeqCst);
        self.tracker.close();
    }

    /// Waits until all work in hand is done, but no longer than this.
    pub async fn finish(&self, patience: Duration) {
        if tokio::time::timeout(patience, self.tracker.wait())
            .await
            .is_err()
        {
            tracing::error!(
                deliveries = self.tracker.len(),
                "deliveries are still open at the end of the grace period"
            );
        }
    }

    fn admit(&self) -> Result<(), Problem> {
        if self.draining.load(Ordering::SeqCst) {
            return Err(Problem::new(
                Code::Draining,
                "This replica is shutting down; another one will answer.",
            )
            .with_retry_after(1));
        }
        Ok(())
    }

    async fn lease(&self) -> Result<Lease, Problem> {
        self.pool
            .lease()
            .await
            .map_err(|error| fault::problem(&error))
    }

    fn protect(&self, host: &Host) -> Result<(), Problem> {
        if host.is_among(&self.settings.protected_hosts) {
            return Err(Problem::new(
                Code::HostProtected,
                "The gateway's operator has excluded this host from response tasks.",
            ));
        }
        Ok(())
    }

    /// Refuses when nobody is there to act on an incident. An incident written all the same would
    /// wait, and fire when the console comes back, long after the caller has given up.
    fn demand(&self, console: Console) -> Result<(), Problem> {
        if console == Console::Missing && self.settings.require_service_console {
            return Err(Problem::new(
                Code::ServiceConsoleUnavailable,
                "No service console is connected to KSC, so no task would come of the request: check the background connection between the Administration Server and the Web Console.",
            )
            .with_retry_after(60));
        }
        Ok(())
    }

    fn answered(&self) -> std::sync::MutexGuard<'_, Answered> {
        self.answered.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn count(&self, ticket: &Ticket, outcome: TaskOutcome) {
        self.metrics.task(ticket.request.task(), outcome);
    }
}

/// Asks whether a service console is connected. An older server that does not know the call
/// cannot say, and that alone is no reason to refuse.
async fn console(lease: &mut Lease, request_id: &str) -> Result<Console, Problem> {
    match lease.call(&IsAnyServiceConsoleAvailable, request_id).await {
        Ok(true) => Ok(Console::Connected),
        Ok(false) => Ok(Console::Missing),
        Err(error) if matches!(error.kind(), Kind::NoSuchCall) => Ok(Console::Unknown),
        Err(error) => Err(fault::problem(&error)),
    }
}
