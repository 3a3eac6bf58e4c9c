//! The task at its birth, and what a caller should know of how it was taken.

use super::confirm::Confirmation;
use super::console::Console;
use crate::backends::ksc::task_id::TaskIds;
use crate::backends::seam::Receipt;
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

/// The task as it is at birth, with the parameters that its caller has sent.
pub(in crate::backends::ksc) fn birth(
    ids: &TaskIds,
    incident: i64,
    receipt: &Receipt,
    request: &Request,
) -> Task {
    Task {
        id: ids.encode(incident),
        backend: ids.alias().clone(),
        task: receipt.task,
        target_host: (&receipt.host).into(),
        params: Some(request.params().to_value()),
        response_event_incident_area: receipt.area.clone(),
        severity: receipt.severity,
        requested_at: receipt.requested_at,
        state: State::Accepted,
        terminal: false,
        poll_after_seconds: 5,
        incident: Some(Incident {
            id: incident,
            handled: false,
        }),
        ksc_task: None,
        candidates: Vec::new(),
        execution: None,
        confirmation: None,
        evidence: format!("KSC stored incident {incident}; no KSC task has been looked for yet"),
        warnings: receipt.warnings.clone(),
    }
}
