//! Files that may not run on a host.
//!
//! Each change of ours has an order of its own that accounts for it: one that was given before, and
//! was not answered yet. So an order was carried out twice when there is a change more than there
//! are orders, or one behind the answers to all of them. An order is lost when it was answered and
//! at no moment of its way the file stood as ordered.

use std::collections::BTreeMap;

use super::asked::{Asked, Knows, accounts, by_end};
use super::history::FileChange;
use super::ledger::Ledger;
use super::order::Trace;

/// Compares, file by file of each host.
pub(super) fn compare(
    ledger: &mut Ledger,
    files: &BTreeMap<(&str, &str), Vec<Asked<'_>>>,
    changes: &[FileChange],
) {
    let mut by_file: BTreeMap<(&str, &str), Vec<&FileChange>> = BTreeMap::new();
    for change in changes {
        let file = (change.host.as_str(), change.hash.as_str());
        by_file.entry(file).or_default().push(change);
    }
    for (file, asked) in files {
        let changes = by_file.remove(file).unwrap_or_default();
        ledger.file(asked, &changes);
    }
    for ((host, hash), changes) in by_file {
        let ours = changes.iter().filter(|it| it.ours).count();
        if ours > 0 {
            ledger.files.duplicates += ours;
            let wrong = format!("{ours} changes of {hash} at {host}: nobody asked for them");
            ledger.disagreements.push(wrong);
        }
    }
}

impl Ledger {
    fn file(&mut self, asked: &[Asked<'_>], changes: &[&FileChange]) {
        let mut wrong = Vec::new();
        for it in asked {
            let wanted = it.forbids();
            if it.knows == Knows::Told && !stood_so(wanted, it, changes) {
                self.files.lost += 1;
                wrong.push(format!("{} was answered and never stood", it.entry.mark));
            }
        }
        for forbids in [true, false] {
            let mut orders = by_end(asked.iter().filter(|it| it.forbids() == forbids));
            let own = |it: &&&FileChange| it.ours && it.forbids == forbids;
            for change in changes.iter().filter(own) {
                if forbids {
                    self.files.made += 1;
                } else {
                    self.files.removed += 1;
                }
                if !accounts(&mut orders, change.at) {
                    self.files.duplicates += 1;
                    wrong.push(format!("no order accounts for {change:?}"));
                }
            }
        }
        let happened: Vec<String> = changes.iter().map(|it| format!("{it:?}")).collect();
        self.disagree(&wrong, &happened, asked);
    }
}

impl Asked<'_> {
    fn forbids(&self) -> bool {
        matches!(self.order.leaves, Trace::Forbidden(_))
    }
}

/// Whether the file was forbidden, or not, at some moment of an order's way.
fn stood_so(forbidden: bool, of: &Asked<'_>, changes: &[&FileChange]) -> bool {
    let before = changes.iter().take_while(|it| it.at < of.began()).last();
    before.is_some_and(|it| it.forbids) == forbidden
        || changes
            .iter()
            .any(|it| it.forbids == forbidden && of.covers(it.at))
}
