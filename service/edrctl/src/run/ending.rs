//! How what became of a task, or what went wrong, ends the program.

use serde_json::Value;

use super::desk::Desk;
use crate::exit::Exit;
use crate::gateway::failure::Failure;
use crate::show::again::Typed;
use crate::show::clean;
use crate::show::problem::problem;

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
                    "edrctl: nobody knows whether it was carried out: {}\n{}",
                    clean(reason),
                    said.unwrap_or_default()
                )
            }
            Failure::Settings(_)
            | Failure::Token(_)
            | Failure::NotSent { .. }
            | Failure::Silent { .. }
            | Failure::Stranger { .. } => format!("edrctl: {}", clean(&failure.to_string())),
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
    use super::*;

    #[test]
    fn of_several_ends_the_worst_counts() {
        let all = [Exit::Done, Exit::Refused, Exit::Unknown, Exit::Later];
        assert_eq!(all.into_iter().fold(Exit::Done, worse), Exit::Unknown);
        assert_eq!(worse(Exit::Done, Exit::Done), Exit::Done);
    }
}
