//! Programs that are run on a host.
//!
//! Each who was told has one start of its own. A program was run twice when it was started more
//! often than somebody was told or left in the dark; an order is lost when it was answered and the
//! program was never started.

use std::collections::BTreeMap;

use super::asked::{Asked, Knows};
use super::history::Run;
use super::ledger::Ledger;

/// Compares, program by program of each host.
pub(super) fn compare(
    ledger: &mut Ledger,
    programs: &BTreeMap<(&str, &str), Vec<Asked<'_>>>,
    runs: &[Run],
) {
    let mut starts: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for Run { host, argument } in runs {
        *starts.entry((host, argument)).or_default() += 1;
    }
    ledger.programs.made += runs.len();
    for (program, asked) in programs {
        let starts = starts.remove(program).unwrap_or_default();
        ledger.program(asked, starts);
    }
    for ((host, argument), starts) in starts {
        ledger.programs.duplicates += starts;
        let wrong = format!("{starts} starts with {argument} at {host}: nobody asked for them");
        ledger.disagreements.push(wrong);
    }
}

impl Ledger {
    fn program(&mut self, asked: &[Asked<'_>], starts: usize) {
        let of = |knows| asked.iter().filter(|it| it.knows == knows).count();
        let (told, unknown) = (of(Knows::Told), of(Knows::Nothing));
        let missing = told.saturating_sub(starts);
        let surplus = starts.saturating_sub(told + unknown);
        self.programs.lost += missing;
        self.programs.duplicates += surplus;
        if missing + surplus > 0 {
            let wrong = format!("started {starts} times, for {told} told and {unknown} unknown");
            self.disagree(&[wrong], &[], asked);
        }
    }
}
