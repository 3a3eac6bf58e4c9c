//! The task of an order at its birth, before anybody has looked at what came of it.

use super::view;
use crate::backends::seam::Receipt;
use vocabulary::report::{State, Task};
use vocabulary::task::Request;
use vocabulary::task_id::{Alias, TaskId};

/// What is known of an order that KATA has taken.
pub(super) const TAKEN: &str =
    "KATA has taken the order; nobody has confirmed yet that the device has carried it out";

/// What is known of one whose answer was lost.
pub(super) const DOUBTED: &str =
    "KATA has not answered, and nobody knows yet whether it has the order";

/// The task of an order, with what is known of it.
pub(super) fn birth(
    alias: &Alias,
    id: &TaskId,
    receipt: &Receipt,
    request: &Request,
    evidence: &str,
) -> Task {
    Task {
        state: State::Pending,
        poll_after_seconds: view::poll_after(State::Pending, time::Duration::ZERO),
        ..receipt.born(id.clone(), alias, request, evidence.to_owned())
    }
}
