//! The task at its birth, and what a caller should know of how it was taken.

use super::confirm::Confirmation;
use super::console::Console;
use super::receipt::{AnsweredRequest, Receipt};
use super::translate::KscCall;
use crate::backends::ksc::task_id;
use crate::host::Host;
use crate::ticket::Ticket;
use vocabulary::report::{Incident, State, Task};
use vocabulary::task::Request;

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

/// What is kept of a request that is about to leave.
pub(super) fn receipt(ticket: &Ticket, host: &Host, order: &KscCall) -> Receipt {
    let request = ticket.request();
    Receipt {
        task: request.task(),
        host: host.summary().into(),
        area: order.area.clone(),
        severity: request.severity().number(),
        requested_at: order.call.added,
        warnings: request.warnings().to_vec(),
    }
}

/// The task as it is at birth, with the parameters that its caller has sent.
pub(super) fn task(answered: &AnsweredRequest, request: &Request) -> Task {
    let AnsweredRequest {
        incident, receipt, ..
    } = answered;
    Task {
        id: task_id::encode(*incident),
        task: receipt.task,
        target_host: (&receipt.host).into(),
        params: Some(request.params().to_value()),
        response_event_incident_area: receipt.area.clone(),
        severity: receipt.severity,
        requested_at: receipt.requested_at,
        state: State::Accepted,
        terminal: false,
        poll_after_seconds: 5,
        incident: Incident {
            id: *incident,
            handled: false,
        },
        ksc_task: None,
        candidates: Vec::new(),
        execution: None,
        confirmation: None,
        evidence: format!("KSC stored incident {incident}; no KSC task has been looked for yet"),
        warnings: receipt.warnings.clone(),
    }
}
