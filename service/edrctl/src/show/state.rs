//! How far a task has come, in a word and a colour.

use serde_json::Value;

use crate::show::ink::Ink;
use crate::show::member::text;

/// The state of a task with what of it is done, such as `running 40 %`.
#[must_use]
pub fn state(task: &Value) -> String {
    let state = text(task, "/state");
    let percent = text(task, "/execution/percent");
    if state == "running" && !percent.is_empty() {
        format!("{state} {percent} %")
    } else {
        state
    }
}

/// How a state looks. One that nobody knows looks like any text.
#[must_use]
pub fn ink_of(task: &Value) -> Ink {
    match text(task, "/state").as_str() {
        "succeeded" => Ink::Good,
        "warning" | "stalled" | "ambiguous" | "unconfirmed" => Ink::Warning,
        "failed" | "lost" => Ink::Bad,
        "accepted" | "pending" | "running" | "paused" => Ink::Moving,
        _ => Ink::Plain,
    }
}

/// A mark for a task that is over.
#[must_use]
pub fn mark_of(task: &Value) -> &'static str {
    match text(task, "/state").as_str() {
        "succeeded" => "✓",
        "failed" | "lost" => "✗",
        "warning" | "unconfirmed" => "!",
        _ => "·",
    }
}

/// The name of the host that a task is on, or its id where it has none.
#[must_use]
pub fn host_of(task: &Value) -> String {
    let name = text(task, "/targetHost/name");
    if name.is_empty() {
        text(task, "/targetHost/id")
    } else {
        name
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use vocabulary::report::State;

    use super::*;

    #[test]
    fn every_state_there_is_has_a_look_and_others_are_shown_as_they_came() {
        for it in State::ALL {
            let task = json!({"state": it.name(), "execution": {"percent": 40}});
            assert_ne!(ink_of(&task), Ink::Plain, "{}", it.name());
            assert!(state(&task).starts_with(it.name()));
        }
        let unheard_of = json!({"state": "dreaming"});
        assert_eq!(ink_of(&unheard_of), Ink::Plain);
        assert_eq!(state(&unheard_of), "dreaming");
        assert_eq!(mark_of(&unheard_of), "·");
    }

    #[test]
    fn what_is_done_of_it_is_said_while_it_runs() {
        let task = json!({"state": "running", "execution": {"percent": 40}});
        assert_eq!(state(&task), "running 40 %");
        assert_eq!(state(&json!({"state": "running"})), "running");
    }

    #[test]
    fn a_host_without_a_name_is_called_by_its_id() {
        let task = json!({"targetHost": {"id": "4328e16a", "name": ""}});
        assert_eq!(host_of(&task), "4328e16a");
    }
}
