//! How far an order has come, and by what evidence.
//!
//! A rule that stands at the Central Node is no isolated device: the order is `pending` while it
//! stands and nobody has confirmed it, and `unconfirmed` when that has taken too long. Only the
//! device's own word makes it `succeeded`; or, of a program, the server's, where the settings say
//! what its word means.

use std::time::Duration;

use time::OffsetDateTime;

use super::order::{Order, PlacedOrder};
use super::program;
use super::records::{OrderRecord, Removal};
use super::standing::Standing;
use super::warnings::until;
use super::written::written;
use crate::backends::seam::{DeviceMark, DeviceWord};
use crate::config::ProgramStates;
use vocabulary::report::{ConfirmationState, DeviceConfirmation, Execution, State, Task};

/// How long what is not as ordered must be read so to be believed.
const BELIEVED_AFTER: time::Duration = time::Duration::seconds(10);

/// What one look has found.
pub(super) struct OrderSight {
    /// How what stands compares with the order.
    pub(super) standing: Standing,
    /// When the host was last in contact with the Central Node, where that is told.
    pub(super) contact: Option<OffsetDateTime>,
    /// The device's own word, where somebody has it.
    pub(super) word: Option<DeviceWord>,
}

/// What an order is judged by.
pub(super) struct Patience {
    /// How long a device has to say that it has carried an order out.
    pub(super) confirm_within: Duration,
    /// How long a program has to begin. One that is not known to have begun by then is removed.
    pub(super) start_within: Duration,
    /// How long an order of unknown fate may still arrive.
    pub(super) settles_after: Duration,
    /// What the server's states of programs mean.
    pub(super) states: ProgramStates,
}

/// The task as it stands by this sight, so long after it was requested.
///
/// What is read once may be a server's that lags behind; so what is not as ordered is read again
/// some time later before it is believed. Since when it is read so comes with the task.
pub(super) fn seen(
    record: &OrderRecord,
    sight: &OrderSight,
    now: OffsetDateTime,
    patience: &Patience,
) -> (Task, Option<OffsetDateTime>) {
    let OrderRecord { task, placed, .. } = record;
    let order = &placed.order;
    let doubted = match sight.standing {
        Standing::Missing | Standing::Before | Standing::Another => {
            Some(record.doubted.unwrap_or(now))
        }
        Standing::AsOrdered | Standing::Unreadable | Standing::Program(_) => None,
    };
    let age = now - task.requested_at;
    let may_come = record.unheard && age < patience.settles_after;
    let is_believed = !may_come && doubted.is_some_and(|it| now - it >= BELIEVED_AFTER);
    let confirmation = sight.word.as_ref().map(|it| confirmation(placed, it));
    let is_confirmed = matches!(
        &confirmation,
        Some(it) if it.state == ConfirmationState::Confirmed
    );
    let is_late = match order {
        Order::Run { .. } => age >= program::LONGEST + patience.start_within,
        Order::Isolate { .. } | Order::Release | Order::Forbid { .. } | Order::Allow { .. } => {
            age >= patience.confirm_within
        }
    };
    let state = match (record.removed, &sight.standing) {
        (Some(Removal::Cancelled), _) => State::Lost,
        (Some(Removal::Late), _) => State::Unconfirmed,
        (None, Standing::Program(it)) => {
            let told = program::state(it, &patience.states);
            // One that may begin yet is removed first.
            if is_late && told == State::Running {
                State::Unconfirmed
            } else {
                told
            }
        }
        (None, Standing::AsOrdered | Standing::Unreadable) if is_confirmed => State::Succeeded,
        (None, Standing::Missing | Standing::Before | Standing::Another) if is_believed => {
            State::Lost
        }
        (None, Standing::Unreadable) if matches!(order, Order::Run { .. }) => State::Pending,
        (None, Standing::AsOrdered | Standing::Unreadable) if is_late => State::Unconfirmed,
        (None, _) => State::Pending,
    };
    let mut evidence = match (record.removed, &sight.standing) {
        (Some(Removal::Cancelled), _) => program::CANCELLED.to_owned(),
        (Some(Removal::Late), _) => program::LATE.to_owned(),
        (None, Standing::Program(it)) => program::told(it, &patience.states),
        (None, Standing::Missing) if record.unheard => program::UNHEARD.to_owned(),
        (None, standing) => said(order, standing).to_owned(),
    };
    if let Some(it) = confirmation.as_ref().filter(|_| state == State::Succeeded) {
        evidence = format!("{}; {evidence}", it.evidence);
    } else if let Some(contact) = sight.contact {
        evidence.push_str("; the host was last in contact with the Central Node at ");
        evidence.push_str(&written(contact));
    }
    if state == State::Unconfirmed {
        evidence.push_str("; nobody has said that the device has carried it out");
    }
    let task = Task {
        state,
        terminal: state.is_terminal(),
        poll_after_seconds: poll_after(state, age),
        execution: execution(order, task.requested_at, now),
        confirmation,
        evidence,
        ..task.clone()
    };
    (task, doubted)
}

/// When to ask again: the device fetches its orders every few minutes.
pub(super) fn poll_after(state: State, age: time::Duration) -> u32 {
    if state.is_terminal() {
        return 0;
    }
    match age.whole_seconds() {
        ..60 => 15,
        _ => 60,
    }
}

fn said(order: &Order, standing: &Standing) -> &'static str {
    match (order, standing) {
        (Order::Isolate { .. }, Standing::AsOrdered) => {
            "KATA has the isolation rule as it was ordered"
        }
        (Order::Release, Standing::AsOrdered) => "KATA has no isolation rule for the host",
        (Order::Forbid { .. }, Standing::AsOrdered) => {
            "KATA has a prevention rule with the hash for the host"
        }
        (Order::Allow { .. }, Standing::AsOrdered) => {
            "KATA has no prevention rule with the hash for the host"
        }
        (Order::Isolate { .. } | Order::Release, Standing::Missing) => {
            "KATA has no isolation rule for the host any more, or no such host: it was taken away"
        }
        (Order::Forbid { .. }, Standing::Missing) => {
            "KATA has no prevention rule with the hash for the host any more, or no such host: it was taken away"
        }
        (Order::Allow { .. }, Standing::Missing) => {
            "KATA has a prevention rule with the hash for the host again"
        }
        (Order::Run { .. }, Standing::Missing) => {
            "KATA has no such task any more: it was taken away, and whether the program has run is not known"
        }
        (Order::Release, Standing::Before | Standing::Another) => {
            "KATA has an isolation rule for the host again"
        }
        (_, Standing::Before | Standing::Another) => {
            "KATA has another isolation rule for the host: it was written over"
        }
        (Order::Isolate { .. } | Order::Release, Standing::Unreadable) => {
            "KATA tells the host's isolation rule in a form that is not known"
        }
        (Order::Forbid { .. } | Order::Allow { .. }, Standing::Unreadable) => {
            "KATA tells the host's prevention rules in a form that is not known"
        }
        (Order::Run { .. }, Standing::AsOrdered | Standing::Unreadable)
        | (_, Standing::Program(_)) => "KATA tells of the task in a form that is not known",
    }
}

/// What the device says, against what was ordered. That it is not so yet contradicts nothing: the
/// device fetches its orders in its own time. And that it was so before proves nothing.
fn confirmation(placed: &PlacedOrder, word: &DeviceWord) -> DeviceConfirmation {
    let (wanted, otherwise) = match placed.order {
        Order::Isolate { .. } => (DeviceMark::There, DeviceMark::Absent),
        Order::Release | Order::Run { .. } | Order::Forbid { .. } | Order::Allow { .. } => {
            (DeviceMark::Absent, DeviceMark::There)
        }
    };
    let mut evidence = word.isolation.evidence.clone();
    let state = if word.mark == wanted && placed.mark_before == otherwise {
        ConfirmationState::Confirmed
    } else {
        if word.mark == wanted {
            evidence.push_str("; that may be of before the order, and proves nothing of it");
        }
        ConfirmationState::Unknown
    };
    DeviceConfirmation {
        by: DeviceConfirmation::BY_TAG.to_owned(),
        state,
        evidence,
    }
}

/// Until when the rule holds.
fn execution(
    order: &Order,
    requested_at: OffsetDateTime,
    now: OffsetDateTime,
) -> Option<Execution> {
    let until = until(order, requested_at)?;
    let moment = written(until);
    let description = if now < until {
        format!("The isolation ends at {moment}, computed by the gateway: KATA tells no end.")
    } else {
        format!(
            "The isolation has ended at {moment}, computed by the gateway: the rule stays at KATA after its time."
        )
    };
    Some(Execution {
        percent: None,
        description,
        started_at: None,
        finished_at: None,
    })
}
