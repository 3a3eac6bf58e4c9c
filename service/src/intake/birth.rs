//! The task at its birth, and what a caller should know of how it was taken.

use super::confirm::Confirmation;
use super::console::Console;
use super::translate::KscCall;
use crate::follow::id;
use crate::hosts::Host;
use crate::ticket::Ticket;
use vocabulary::report::{Incident, State, Task};

/// What a caller should know of how the request was taken.
pub(super) fn warnings(console: Console, confirmation: Confirmation) -> Vec<&'static str> {
    let unconfirmed = match confirmation {
        Confirmation::Holds => None,
        Confirmation::Open => Some(
            "KSC has the incident but has not confirmed its update yet; the gateway repeats the update.",
        ),
        Confirmation::GivenUp => Some(
            "KSC has the incident but refuses its update. Whether a task comes of it all the same is not documented: watch its state.",
        ),
    };
    console.warning().into_iter().chain(unconfirmed).collect()
}

/// The task as it is at birth.
pub(super) fn task(
    ticket: &Ticket,
    host: &Host,
    order: &KscCall,
    incident: i64,
    more: &[&str],
) -> Task {
    let request = &ticket.request;
    let params = request.params().to_value();
    let mut warnings = request.warnings().to_vec();
    warnings.extend(more.iter().map(|it| (*it).to_owned()));
    Task {
        id: id::encode(incident),
        task: request.task(),
        target_host: host.summary(),
        params: Some(params),
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
        confirmation: None,
        evidence: format!("KSC stored incident {incident}; no KSC task has been looked for yet"),
        warnings,
    }
}
