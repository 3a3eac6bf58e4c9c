//! What the comparison of the callers' book with the Central Node's comes to.

use std::fmt::Write as _;

use super::asked::{Asked, Knows};

/// How the books compare.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    /// Orders that were asked for.
    pub(crate) asked: usize,
    /// Of them, those that were told their task.
    pub(crate) told: usize,
    /// Of those, how many had an answer of unknown fate on their way.
    pub(crate) resolved: usize,
    /// Those that were refused, and have left nothing.
    pub(crate) refused: usize,
    /// Those of which their callers know that nobody knows.
    pub(crate) unknown: usize,
    pub(crate) isolations: Tally,
    pub(crate) files: Tally,
    pub(crate) programs: Tally,
    /// Isolations that were written again since the console had come in between.
    pub(crate) intruded: usize,
    /// Old orders behind newer ones of the same host.
    pub(crate) late: usize,
    /// Everything that does not agree, with its history.
    pub(crate) disagreements: Vec<String>,
}

/// What the gateways did of one kind of order.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Tally {
    /// Rules that they wrote, programs that they started.
    pub(crate) made: usize,
    /// Rules that they took away.
    pub(crate) removed: usize,
    /// Orders that were carried out once more than they were given.
    pub(crate) duplicates: usize,
    /// Orders that were answered and never carried out.
    pub(crate) lost: usize,
}

impl Ledger {
    pub(super) fn count(&mut self, asked: &Asked<'_>) {
        self.asked += 1;
        match asked.knows {
            Knows::Told => {
                self.told += 1;
                let unknown = asked.answers().iter().any(|it| it.outcome.is_unknown());
                self.resolved += usize::from(unknown);
            }
            Knows::Refused => self.refused += 1,
            Knows::Nothing => self.unknown += 1,
        }
        if asked.entry.ordered().len() > 1 {
            self.disagree(
                &["it was told two tasks".to_owned()],
                &[],
                std::slice::from_ref(asked),
            );
        }
    }

    /// What is wrong, what has happened, and all that was asked for.
    pub(super) fn disagree(&mut self, wrong: &[String], happened: &[String], asked: &[Asked<'_>]) {
        if wrong.is_empty() {
            return;
        }
        let mut text = wrong.join("; ");
        for (at, it) in happened.iter().enumerate() {
            let _always = write!(text, "\n  {at}: {it}");
        }
        for it in asked {
            text.push('\n');
            text.push_str(it.history().trim_end());
        }
        self.disagreements.push(text);
    }
}
