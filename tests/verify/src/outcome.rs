//! How a check went: a note for the summary, or a failure with everything that was said.

use crate::screen::say;

/// A note for the summary, or why it failed.
pub(crate) type Outcome = Result<String, Failure>;

/// Why a step failed, in a line, and everything that was said.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) reason: String,
    pub(crate) output: String,
}

impl Failure {
    /// A failure with nothing to show beside its reason.
    pub(crate) fn because(reason: impl Into<String>) -> Self {
        Self {
            reason: reason.into(),
            output: String::new(),
        }
    }
}

/// Looks at one thing from several sides. Each side's note is said; what is wrong with any of them
/// is told together, so that one run shows everything.
pub(crate) fn all_of<const N: usize>(looks: [(&str, Outcome); N]) -> Result<Vec<String>, Failure> {
    let (mut notes, mut failures) = (Vec::new(), Vec::new());
    for (name, look) in looks {
        match look {
            Ok(note) => {
                say(&format!("      {name}: {note}"));
                notes.push(note);
            }
            Err(failure) => failures.push(failure),
        }
    }
    if failures.is_empty() {
        return Ok(notes);
    }
    let reasons: Vec<String> = failures.iter().map(|it| it.reason.clone()).collect();
    Err(Failure {
        reason: reasons.join("; "),
        output: failures.into_iter().map(|it| it.output).collect(),
    })
}
