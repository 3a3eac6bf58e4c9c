//! How far an order has come, and by what evidence.
//!
//! A rule that stands at the Central Node is no isolated device: the order is `pending` while it
//! stands and nobody has confirmed it, and `unconfirmed` when that has taken too long. Only the
//! device's own word makes it `succeeded`.

use std::time::Duration;

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::order::{Order, PlacedOrder, Standing};
use super::records::OrderRecord;
use super::warnings::until;
use crate::backends::seam::{DeviceMark, DeviceWord};
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

/// The task as it stands by this sight, so long after it was requested.
///
/// What is read once may be a server's that lags behind; so what is not as ordered is read again
/// some time later before it is believed. Since when it is read so comes with the task.
pub(super) fn seen(
    record: &OrderRecord,
    sight: &OrderSight,
    now: OffsetDateTime,
    confirm_within: Duration,
) -> (Task, Option<OffsetDateTime>) {
    let OrderRecord { task, placed, .. } = record;
    let order = &placed.order;
    let doubted = match sight.standing {
        Standing::NoRule | Standing::AnotherRule => Some(record.doubted.unwrap_or(now)),
        Standing::AsOrdered | Standing::Unreadable => None,
    };
    let is_believed = doubted.is_some_and(|it| now - it >= BELIEVED_AFTER);
    let age = now - task.requested_at;
    let is_late = age >= confirm_within;
    let confirmation = sight.word.as_ref().map(|it| confirmation(placed, it));
    let is_confirmed = matches!(
        &confirmation,
        Some(it) if it.state == ConfirmationState::Confirmed
    );
    let state = match sight.standing {
        Standing::AsOrdered | Standing::Unreadable if is_confirmed => State::Succeeded,
        Standing::NoRule | Standing::AnotherRule if is_believed => State::Lost,
        Standing::AsOrdered | Standing::Unreadable if is_late => State::Unconfirmed,
        Standing::NoRule | Standing::AnotherRule | Standing::AsOrdered | Standing::Unreadable => {
            State::Pending
        }
    };
    let mut evidence = said(order, sight.standing).to_owned();
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

fn said(order: &Order, standing: Standing) -> &'static str {
    match (order, standing) {
        (Order::Isolate { .. }, Standing::AsOrdered) => {
            "KATA has the isolation rule as it was ordered"
        }
        (Order::Release, Standing::AsOrdered) => "KATA has no isolation rule for the host",
        (_, Standing::NoRule) => {
            "KATA has no isolation rule for the host any more, or no such host: it was taken away"
        }
        (Order::Isolate { .. }, Standing::AnotherRule) => {
            "KATA has another isolation rule for the host: it was written over"
        }
        (Order::Release, Standing::AnotherRule) => "KATA has an isolation rule for the host again",
        (_, Standing::Unreadable) => {
            "KATA tells the host's isolation rule in a form that is not known"
        }
    }
}

/// What the device says, against what was ordered. That it is not so yet contradicts nothing: the
/// device fetches its orders in its own time. And that it was so before proves nothing.
fn confirmation(placed: &PlacedOrder, word: &DeviceWord) -> DeviceConfirmation {
    let (wanted, otherwise) = match placed.order {
        Order::Isolate { .. } => (DeviceMark::There, DeviceMark::Absent),
        Order::Release => (DeviceMark::Absent, DeviceMark::There),
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

fn written(moment: OffsetDateTime) -> String {
    let whole = moment.replace_nanosecond(0).unwrap_or(moment);
    whole.format(&Rfc3339).unwrap_or_else(|_| whole.to_string())
}
