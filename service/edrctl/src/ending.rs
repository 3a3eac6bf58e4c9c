//! How a program ends that has waited for a task.

use serde_json::Value;
use vocabulary::report::State;

use crate::exit::Exit;

/// How the program ends that has waited for a task.
#[must_use]
pub fn of_task(task: &Value) -> Exit {
    let state = task["state"].as_str().unwrap_or_default();
    match State::named(state) {
        Some(State::Failed | State::Lost) => Exit::Failed,
        Some(State::Unconfirmed | State::Ambiguous) => Exit::Unclear,
        Some(State::Warning) => Exit::Else,
        // A state that this program does not know yet: an end of it is no success.
        None if task["terminal"] == true => Exit::Else,
        None
        | Some(
            State::Succeeded
            | State::Accepted
            | State::Stalled
            | State::Pending
            | State::Running
            | State::Paused,
        ) => Exit::Done,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_state_ends_the_program_with_its_number() {
        let numbers = State::ALL.map(|it| of_task(&json!({"state": it.name()})).number());
        assert_eq!(numbers, [0, 0, 0, 0, 0, 0, 1, 6, 6, 7, 7]);
        assert_eq!(
            of_task(&json!({"state": "new", "terminal": true})),
            Exit::Else
        );
        assert_eq!(
            of_task(&json!({"state": "new", "terminal": false})),
            Exit::Done
        );
    }
}
