//! The way of one request into KSC, and every turn that it can take.

use std::sync::Arc;
use std::time::{Duration, Instant};

use ksc::{Delivery, Kind, Lease, UpdateIncident};
use tokio::time::timeout_at;

use super::order::{Place, Turn};
use super::translate::Order;
use super::{Intake, Ticket, console};
use crate::api::problem::{Code, Problem};
use crate::api::task::{Incident, State, Task};
use crate::audit;
use crate::fault;
use crate::follow::id;
use crate::hosts::{self, Host};
use crate::metrics::TaskOutcome;

/// How long an answer waits for `UpdateIncident` to hold. The incident stands by then, so the
/// caller is not kept longer; the repeating goes on behind the answer.
const CONFIRM_WITHIN: Duration = Duration::from_secs(5);

/// How long it goes on. KSC that is away for longer has lost its sessions and its console too.
const CONFIRM_AT_MOST: Duration = Duration::from_mins(10);

/// How often a call that provably never left is tried again.
const TRIES: usize = 3;

impl Intake {
    /// Delivers, and writes the audit line.
    pub(super) async fn deliver(
        self: &Arc<Self>,
        ticket: &Ticket,
        place: Place,
        deadline: Instant,
    ) -> Result<Task, Problem> {
        let mut host = None;
        let mut area = None;
        let result = self
            .way(ticket, place, deadline, &mut host, &mut area)
            .await;
        audit::decided(
            ticket,
            &audit::Outcome {
                host_id: host.as_ref().map(|it: &Host| it.id.as_str()),
                result: result.as_ref().map(|it| it.incident.id),
                area: area.as_deref(),
            },
        );
        result
    }

    async fn way(
        self: &Arc<Self>,
        ticket: &Ticket,
        place: Place,
        deadline: Instant,
        known_host: &mut Option<Host>,
        known_area: &mut Option<String>,
    ) -> Result<Task, Problem> {
        let request_id = ticket.request_id.as_str();
        let named_turn = in_time(deadline, place.turn()).await?;
        let mut lease = self.lease().await?;
        let host = hosts::resolve(&mut lease, ticket.request.host(), request_id).await?;
        *known_host = Some(host.clone());
        self.protect(&host)?;
        let console = console(&mut lease, request_id).await?;
        self.demand(console)?;
        // A session must not wait with its holder for a turn that another session has to end.
        drop(lease);
        let place = self.order.queue(&format!("id {}", host.id)).await;
        drop(named_turn);
        let turn = in_time(deadline, place.turn()).await?;

        let order = self
            .translator
            .translate(&ticket.request, &host.id, self.clock.now());
        *known_area = Some(order.area.clone());
        let incident = self.add(ticket, &order, deadline).await?;
        self.answered().remember(incident);
        let confirmed = self.confirm(incident, &host, request_id, turn).await;
        Ok(task(ticket, &host, &order, incident, confirmed))
    }

    /// Creates the incident: once, or with certainty not at all, or unknown.
    async fn add(&self, ticket: &Ticket, order: &Order, deadline: Instant) -> Result<i64, Problem> {
        let request_id = ticket.request_id.as_str();
        let mut tries = 0;
        loop {
            tries += 1;
            let error = match self.try_add(order, deadline, request_id).await {
                Ok(Ok(incident)) => {
                    self.count(ticket, TaskOutcome::Accepted);
                    return Ok(incident);
                }
                Ok(Err(error)) => error,
                Err(late) => {
                    self.count(ticket, TaskOutcome::NotSent);
                    return Err(late);
                }
            };
            match error.delivery() {
                Delivery::NotSent if tries < TRIES && matches!(error.kind(), Kind::Unavailable) => {
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
                Delivery::NotSent => {
                    self.count(ticket, TaskOutcome::NotSent);
                    return Err(fault::problem(&error));
                }
                Delivery::Refused => {
                    self.count(ticket, TaskOutcome::Refused);
                    return Err(fault::problem(&error));
                }
                Delivery::Unknown => {
                    tracing::warn!(
                        request.id = request_id,
                        error = &error as &dyn std::error::Error,
                        "the answer to a new incident was lost; looking it up"
                    );
                    return self.settle(ticket, order).await;
                }
            }
        }
    }

    /// The outer result says whether it was still in time to send anything.
    async fn try_add(
        &self,
        order: &Order,
        deadline: Instant,
        request_id: &str,
    ) -> Result<Result<i64, ksc::Error>, Problem> {
        let mut lease = match self.pool.lease().await {
            Ok(lease) => lease,
            Err(error) => return Ok(Err(error)),
        };
        // Beyond this point the request counts as sent. A caller that has been given up on, and
        // may have tried elsewhere, must not be surprised by a late isolation.
        if Instant::now() >= deadline {
            return Err(too_late());
        }
        Ok(lease.call(&order.call, request_id).await)
    }

    async fn settle(&self, ticket: &Ticket, order: &Order) -> Result<i64, Problem> {
        if let Some(incident) = self.look_up(&order.call, ticket.request_id.as_str()).await {
            self.count(ticket, TaskOutcome::Found);
            return Ok(incident);
        }
        self.count(ticket, TaskOutcome::Unknown);
        Err(Problem::new(
            Code::OutcomeUnknown,
            "The request may have reached KSC, but its answer was lost and no incident of it was found. Look for it in the KSC console before you send it again.",
        ))
    }

    /// `UpdateIncident` until it holds: for a while before the answer, then behind it. The host's
    /// turn is kept until then, so the next request for the host stays behind this one.
    async fn confirm(
        self: &Arc<Self>,
        incident: i64,
        host: &Host,
        request_id: &str,
        turn: Turn,
    ) -> bool {
        let this = Arc::clone(self);
        let host_id = host.id.clone();
        let request_id = request_id.to_owned();
        let confirming = self.tracker.spawn(async move {
            let confirmed = this
                .update_until_it_holds(incident, &host_id, &request_id)
                .await;
            drop(turn);
            confirmed
        });
        matches!(
            tokio::time::timeout(CONFIRM_WITHIN, confirming).await,
            Ok(Ok(true))
        )
    }

    async fn update_until_it_holds(&self, incident: i64, host_id: &str, request_id: &str) -> bool {
        let update = UpdateIncident {
            id: incident,
            handled: false,
            host_id: host_id.to_owned(),
        };
        let until = Instant::now() + CONFIRM_AT_MOST;
        let mut pause = Duration::from_millis(100);
        loop {
            let mut lease: Result<Lease, ksc::Error> = self.pool.lease().await;
            let outcome = match &mut lease {
                Ok(lease) => lease.call(&update, request_id).await,
                Err(error) => Err(error.clone()),
            };
            drop(lease);
            let Err(error) = outcome else { return true };
            let over = match error.kind() {
                // The console has taken the incident and removed it: nothing is left to mark.
                Kind::NotFound => return true,
                Kind::Unavailable
                | Kind::Protocol
                | Kind::CredentialsRefused
                | Kind::SecondFactor => Instant::now() >= until,
                // A refusal does not change by repeating.
                Kind::AccessDenied | Kind::Refused | Kind::NoSuchCall => true,
            };
            tracing::warn!(
                incident.id = incident,
                request.id = request_id,
                error = &error as &dyn std::error::Error,
                given_up = over,
                "UpdateIncident does not hold yet"
            );
            if over {
                return false;
            }
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(Duration::from_secs(10));
        }
    }
}

/// Waits for a turn, but not beyond the time that the caller waits.
async fn in_time(deadline: Instant, turn: impl Future<Output = Turn>) -> Result<Turn, Problem> {
    timeout_at(deadline.into(), turn)
        .await
        .map_err(|_| too_late())
}

fn too_late() -> Problem {
    Problem::new(
        Code::KscUnavailable,
        "The request waited too long for KSC or for earlier requests for this host. Nothing was sent.",
    )
    .with_retry_after(5)
}

/// The task as it is at birth.
fn task(ticket: &Ticket, host: &Host, order: &Order, incident: i64, confirmed: bool) -> Task {
    let request = &ticket.request;
    let params = request.params().to_value();
    let mut warnings = crate::task::warnings(request.task(), &params);
    if !confirmed {
        warnings.push(
            "KSC has the incident but has not confirmed its update yet; the gateway repeats the update."
                .to_owned(),
        );
    }
    Task {
        id: id::encode(incident),
        task: request.task(),
        target_host: host.summary(),
        params,
        response_event_incident_area: order.area.clone(),
        severity: request.severity().number(),
        requested_at: order.call.added,
        state: State::Accepted,
        terminal: false,
        poll_after_seconds: 5,
        incident: Incident {
            id: incident,
            handled: false,
        },
        ksc_task: None,
        candidates: Vec::new(),
        execution: None,
        evidence: format!("KSC stored incident {incident}; no KSC task has been looked for yet"),
        warnings,
    }
}
