//! THE STORY of a request for a task, from admission to answer.
//!
//! admit → resolve the host → wait for the host's turn → console? → translate → deliver → confirm → answer
//!
//! # The rules
//!
//! * One request makes at most one `AddIncident` whose fate is open. What KSC may have executed is
//!   looked up and never sent again.
//! * Once bytes may have left, the work belongs to the gateway and not to the caller's connection:
//!   it runs in a task of its own, tracked until shutdown, and its audit line is written whoever
//!   hangs up meanwhile.
//! * Requests for one host leave in the order in which they came, one at a time: a release must
//!   not overtake the isolation before it.
//!
//! # Rationale
//!
//! Handlers run on the HTTP server's threads, KSC calls on the runtime that `main` owns. actix
//! drops a handler with its connection and ends its threads early at shutdown; both would take a
//! half-made incident with them.

mod console;
mod deliver;
mod known;
mod order;
mod outcome;
mod rehearse;
mod spacing;
mod translate;

use std::sync::Arc;
use std::time::{Duration, Instant};

use ksc::{Lease, Pool};
use tokio::runtime::Handle;
use tokio::sync::watch;
use tokio_util::task::TaskTracker;

use crate::api::problem::{Code, Problem};
use crate::api::task::Task;
use crate::audit;
use crate::clock::Clock;
use crate::config;
use crate::edge::request_id::RequestId;
use crate::fault;
use crate::hosts::Host;
use crate::metrics::{Metrics, TaskOutcome};
use crate::task::Request;
use console::Console;
use known::Known;
use order::Order;
pub use rehearse::{Check, DryRun};
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

/// Takes requests in and delivers them.
pub struct Intake {
    pool: Arc<Pool>,
    order: Order,
    translator: Translator,
    clock: Clock,
    metrics: Arc<Metrics>,
    settings: config::Tasks,
    request_timeout: Duration,
    runtime: Handle,
    tracker: TaskTracker,
    /// The moment at which a stopping gateway gives up waiting.
    end: watch::Sender<Option<Instant>>,
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
            clock,
            metrics,
            settings,
            request_timeout,
            runtime,
            tracker: TaskTracker::new(),
            end: watch::Sender::new(None),
        }
    }

    /// Creates the task, and answers when KSC has its incident or cannot have it.
    ///
    /// # Errors
    /// The problem to answer with. After 504 the work may still go on.
    pub async fn submit(self: &Arc<Self>, ticket: Ticket) -> Result<Task, Problem> {
        self.admit()?;
        let deadline = Instant::now() + self.request_timeout;
        // The place is taken before anything is awaited that could change the order.
        let arrival = self.order.arrive().await;
        let ticket = Arc::new(ticket);
        let known = Arc::new(Known::default());
        let way = {
            let (this, ticket, known) = (Arc::clone(self), Arc::clone(&ticket), Arc::clone(&known));
            async move { this.way(&ticket, arrival, deadline, &known).await }
        };
        let mut way = self.tracker.spawn_on(way, &self.runtime);
        // The audit line is written here, whatever becomes of the work and of its caller.
        let audited = {
            let (this, known) = (Arc::clone(self), Arc::clone(&known));
            async move {
                let result = tokio::select! {
                    done = &mut way => {
                        done.unwrap_or_else(|failure| Err(broken_off(&failure, &known)))
                    }
                    () = this.end() => {
                        // Gives the KSC session back, so that it can be ended.
                        way.abort();
                        Err(known.unknown(
                            "The gateway was stopped before KSC answered. Look for the request in the KSC console before you send it again.",
                        ))
                    }
                };
                audit::decided(&ticket, &known.outcome(&result));
                result
            }
        };
        let work = self.tracker.spawn_on(audited, &self.runtime);
        // A little more than the work itself is given: its own answer is the better one.
        let patience = self.request_timeout + Duration::from_millis(250);
        match tokio::time::timeout(patience, work).await {
            Ok(Ok(result)) => result,
            Ok(Err(failure)) => Err(broken_off(&failure, &known)),
            Err(_) => Err(known.unknown(
                "KSC has not answered in time. The gateway goes on; its audit log will tell the outcome under this request's id.",
            )),
        }
    }

    /// Refuses new work from now on. What is open at `end` is answered as unknown.
    pub fn close(&self, end: Instant) {
        self.end.send_replace(Some(end));
        self.tracker.close();
    }

    /// Waits until all work in hand is done, but not beyond this moment.
    pub async fn finish(&self, until: Instant) {
        let done = tokio::time::timeout_at(until.into(), self.tracker.wait()).await;
        if done.is_err() {
            tracing::error!(
                open = self.tracker.len(),
                "deliveries are still open at the end of the grace period"
            );
        }
    }

    /// Resolves when a stopping gateway gives up waiting.
    async fn end(&self) {
        let mut told = self.end.subscribe();
        let end = told.wait_for(Option::is_some).await.map(|it| *it);
        match end {
            Ok(Some(end)) => tokio::time::sleep_until(end.into()).await,
            Ok(None) | Err(_) => std::future::pending().await,
        }
    }

    fn admit(&self) -> Result<(), Problem> {
        if self.end.borrow().is_some() {
            return Err(Problem::new(
                Code::Draining,
                "This replica is shutting down; another one will answer.",
            )
            .with_retry_after(1));
        }
        Ok(())
    }

    async fn lease(&self, request_id: &str) -> Result<Lease, Problem> {
        let lease = self.pool.lease().await;
        lease.map_err(|error| fault::problem(&error, request_id))
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

    fn count(&self, ticket: &Ticket, outcome: TaskOutcome) {
        self.metrics.task(ticket.request.task(), outcome);
    }
}

/// What is said of work that ended by a mistake in the program.
fn broken_off(failure: &tokio::task::JoinError, known: &Known) -> Problem {
    tracing::error!(
        error = failure as &dyn std::error::Error,
        "a delivery broke off"
    );
    known.unknown("The gateway failed while the request was on its way to KSC.")
}
