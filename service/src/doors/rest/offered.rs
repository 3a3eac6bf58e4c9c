//! What this gateway adds to the catalogue of actions, the same for every caller.

use vocabulary::catalogue::{Latency, entry};
use vocabulary::task::Action;

/// What the gateway checks before it sends anything.
pub(super) const CHECKED: [&str; 3] = [
    "The host is known, and the name means one host.",
    "The gateway's operator has not excluded the host.",
    "The back end can be asked; at KSC, a service console is connected and there is room for another response task.",
];

/// What must hold for every action, and what nobody can check from here.
const UNCHECKED: [&str; 1] = ["The device is switched on and synchronises."];

/// What must hold for an action, and what nobody can check from here.
pub(super) fn unchecked(action: Action) -> Vec<&'static str> {
    [&UNCHECKED, entry(action).unchecked].concat()
}

/// Where an action is asked for.
pub(in crate::doors::rest) fn path(action: Action) -> String {
    format!("/v1/tasks/{action}")
}

/// The scopes of which one is needed for an action.
pub(super) fn scopes(action: Action) -> [String; 2] {
    let task = action.task();
    ["tasks.create".to_owned(), format!("tasks.create.{task}")]
}

/// How long any action takes.
pub(super) fn latency() -> Latency {
    Latency {
        typical: "A minute to a quarter of an hour: a device hears of it when it synchronises.".to_owned(),
        worst: "30 days at KSC, which keeps a task for a device that is away no longer; then it is `lost`. At KATA `confirm_within`, then it is `unconfirmed`.".to_owned(),
    }
}
