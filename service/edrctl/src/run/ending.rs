//! How what became of a task, or what went wrong, ends the program.

use serde_json::Value;
use vocabulary::report::State;

use super::desk::Desk;
use crate::exit::Exit;
use crate::gateway::failure::Failure;
use crate::show::again::Typed;
use crate::show::problem::problem;

/// How the program ends that has waited for a task.
pub(super) fn of_task(task: &Value) -> Exit {
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

/// The worst of two ends, as far as whoever has asked is concerned: what nobody knows comes first.
pub(super) fn worse(one: Exit, other: Exit) -> Exit {
    const WORST: [Exit; 8] = [
        Exit::Unknown,
        Exit::Failed,
        Exit::Unclear,
        Exit::Refused,
        Exit::Later,
        Exit::Usage,
        Exit::Else,
        Exit::Done,
    ];
    let place = |exit| WORST.iter().position(|it| *it == exit);
    if place(one) <= place(other) {
        one
    } else {
        other
    }
}

impl Desk {
    /// Says what went wrong, and with which key it can be repeated.
    pub(super) fn failed(&self, failure: &Failure, key: Option<&str>) -> Exit {
        let words = match failure {
            Failure::Refused(refusal) => self.problem(&refusal.document, refusal.retry_after),
            Failure::Unknown { reason, said } => {
                let said = said.as_deref();
                let said = said.map(|it| self.problem(&it.document, it.retry_after));
                format!(
                    "edrctl: nobody knows whether it was carried out: {reason}\n{}",
                    said.unwrap_or_default()
                )
            }
            Failure::Settings(_)
            | Failure::Token(_)
            | Failure::NotSent { .. }
            | Failure::Silent { .. }
            | Failure::Stranger { .. } => format!("edrctl: {failure}"),
        };
        self.say(&words);
        if let (Exit::Unknown | Exit::Later, Some(key)) = (failure.exit(), key) {
            self.say(&format!(
                "The same command with --key {} asks again, and is carried out once.",
                crate::show::shell::quote(key)
            ));
        }
        failure.exit()
    }

    /// A problem document in sentences.
    fn problem(&self, document: &Value, retry_after: Option<u64>) -> String {
        let host = self.words.iter().position(|it| it == "--targetHost");
        let host = host.and_then(|at| self.words.get(at + 1));
        let typed = Typed {
            words: &self.words,
            host: host.map(String::as_str),
        };
        problem(document, typed, retry_after, self.err)
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

    #[test]
    fn of_several_ends_the_worst_counts() {
        let all = [Exit::Done, Exit::Refused, Exit::Unknown, Exit::Later];
        assert_eq!(all.into_iter().fold(Exit::Done, worse), Exit::Unknown);
        assert_eq!(worse(Exit::Done, Exit::Done), Exit::Done);
    }
}
