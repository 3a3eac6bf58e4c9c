//! The task at its birth, and what a caller should know of how it was taken.

use super::confirm::Confirmation;
use super::console::Console;
use crate::backends::ksc::task_id::TaskIds;
use crate::backends::seam::Receipt;
use vocabulary::report::{Incident, Task};
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
    let evidence = format!("KSC stored incident {incident}; no KSC task has been looked for yet");
    Task {
        incident: Some(Incident {
            id: incident,
            handled: false,
        }),
        ..receipt.born(ids.encode(incident), ids.alias(), request, evidence)
    }
}
