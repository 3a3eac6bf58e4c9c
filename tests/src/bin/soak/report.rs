//! What is said at the end.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use acceptance::Moment;
use ksc_simulator::{IncidentRecord, Rule, Simulator, Violation};

use crate::book::Book;
use crate::errand;
use crate::fleet::Store;
use crate::kata::comparison;
use crate::kata::history;
use crate::kata::ledger::{Ledger, Tally};
use crate::kata::sight::Sight;
use crate::kata::site::Site;
use crate::reconcile::{Balance, Confirmed, Incident, compare};
use crate::truth::Truth;
use acceptance::say;

/// More disagreements than this are counted and not shown.
const SHOWN: usize = 20;

type Struck = BTreeMap<(Moment, &'static str), usize>;

/// The figures of a run, and everything that was wrong in it.
pub(crate) struct Report {
    lines: Vec<String>,
    wrong: Vec<String>,
}

impl Report {
    #[expect(clippy::too_many_arguments, reason = "it is what a run leaves behind")]
    pub(crate) fn new(
        seed: u64,
        took: Duration,
        store: Store,
        errands: u64,
        faults: &BTreeMap<String, usize>,
        struck: Vec<Struck>,
        memory: &[(u64, u64)],
        wrong: Vec<String>,
        audited: &BTreeSet<i64>,
        truth: Truth,
        sight: Sight,
        edited: &BTreeSet<i64>,
        book: &Book,
        sim: &Simulator,
        kata: &Site,
    ) -> Self {
        let records = book.records();
        let mut answers: BTreeMap<String, usize> = BTreeMap::new();
        let (mut sent, mut again) = (0, 0);
        for record in records.values() {
            let times = record.entries.first().map_or(0, |it| it.answers.len());
            sent += times;
            again += times.saturating_sub(1);
            for answer in record.entries.iter().flat_map(|it| &it.answers) {
                *answers.entry(answer.outcome.name()).or_default() += 1;
            }
        }
        let journal = sim.journal();
        let incidents = incidents(sim, edited);
        let balance = compare(&records, &incidents);
        let struck = merged(struck);
        let mut lines = vec![
            format!("seed {seed}, {:.1} s, store {store:?}", took.as_secs_f64()),
            format!(
                "errands {errands}: {sent} requests for tasks, {again} of them repeats; {} looks and call-offs",
                book.reads().values().sum::<usize>()
            ),
        ];
        lines.push(list("answers, task by task", &answers));
        lines.push(list("looks and call-offs", &book.reads()));
        lines.push(list("faults", faults));
        lines.push(list("struck on the wires", &struck));
        lines.extend(balance.lines());
        lines.push(truth.line());
        let history = history::history(kata, book.began());
        let ledger = comparison::compare(&records, &history);
        lines.extend(ledger.lines());
        lines.push(sight.line());
        let (left, violations): (Vec<Violation>, Vec<Violation>) = journal
            .violations()
            .into_iter()
            .partition(|it| it.rule == Rule::GiveBack);
        lines.push(format!(
            "KSC: {} calls, {} protocol violations; {} sessions ended with an accessor or iterator in them, {} were left open",
            journal.calls().len(),
            violations.len(),
            left.len(),
            sim.open_sessions()
        ));
        for (number, (light, now)) in memory.iter().enumerate() {
            lines.push(format!(
                "gateway {number}: {:.1} MiB resident at the end, {:.1} MiB after its first start",
                mebibytes(*now),
                mebibytes(*light)
            ));
        }
        let mut all = wrong;
        all.extend(book.oddities());
        all.extend(truth.wrong);
        all.extend(sight.wrong);
        all.extend(history.trespasses);
        all.extend(violations.iter().map(ToString::to_string));
        // What a wire lost on its way back, nobody could give back by its name; but no more than
        // that.
        if left.len() > struck.values().copied().sum::<usize>() {
            all.extend(left.iter().map(ToString::to_string));
        }
        all.extend(journal.panics());
        // A gateway that is never killed has until its end to have every incident confirmed, and
        // its audit log is whole.
        if store == Store::Memory {
            if balance.unconfirmed > 0 {
                let count = balance.unconfirmed;
                all.push(format!("{count} incidents were never confirmed"));
            }
            // KSC takes a while to make a task, and an update holds in that time but for the weather.
            if balance.overtaken * 10 > balance.incidents {
                let (few, all_of_them) = (balance.overtaken, balance.incidents);
                all.push(format!(
                    "{few} of {all_of_them} incidents had their task before they were confirmed"
                ));
            }
            let unaudited = incidents
                .iter()
                .filter(|it| !audited.contains(&it.id) && !it.touched);
            all.extend(unaudited.map(|it| format!("the audit log does not know {it:?}")));
        }
        if balance.left_open * 20 > balance.asked {
            let (open, asked) = (balance.left_open, balance.asked);
            all.push(format!("{open} of {asked} requests are left open"));
        }
        if balance.told == 0 || ledger.told == 0 {
            all.push("not a single task was made at one of the back ends".to_owned());
        }
        all.extend(balance.disagreements);
        all.extend(ledger.disagreements);
        Self { lines, wrong: all }
    }

    pub(crate) fn is_good(&self) -> bool {
        self.wrong.is_empty()
    }

    pub(crate) fn print(&self) {
        for line in &self.lines {
            say(line);
        }
        for wrong in self.wrong.iter().take(SHOWN) {
            say(&format!("WRONG: {wrong}"));
        }
        let last = if self.is_good() {
            "soak: the books agree"
        } else {
            "soak: THE BOOKS DO NOT AGREE"
        };
        say(&format!("{last} ({} wrong)", self.wrong.len()));
    }
}

impl Balance {
    fn lines(&self) -> Vec<String> {
        vec![
            format!(
                "tasks asked for {}: {} told their incident, {} refused and without one",
                self.asked, self.told, self.refused
            ),
            format!(
                "unknown on the way, with a key: {} resolved to a task, {} to a refusal, {} held back by an equal request; without a key: {} have an incident, {} have none",
                self.resolved_to_task,
                self.resolved_to_refusal,
                self.held_back,
                self.unknown_there,
                self.unknown_absent
            ),
            format!(
                "incidents in KSC {}: {} duplicates, {} lost, {} never confirmed; {} had their task first",
                self.incidents, self.duplicates, self.lost, self.unconfirmed, self.overtaken
            ),
            format!(
                "edited, deleted or lost by KSC: {} incidents; {} requests with a key are left open for it",
                self.touched, self.left_open
            ),
        ]
    }
}

impl Ledger {
    fn lines(&self) -> Vec<String> {
        vec![
            format!(
                "orders to KATA {}: {} told their task, {} of them after an unknown outcome, {} refused, {} unknown to their callers",
                self.asked, self.told, self.resolved, self.refused, self.unknown
            ),
            format!(
                "isolations at KATA {}, {} behind newer ones; {} written again since the console came in between",
                self.isolations, self.late, self.intruded
            ),
            format!("forbidden files at KATA {}", self.files),
            format!("programs at KATA {}", self.programs),
        ]
    }
}

impl std::fmt::Display for Tally {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self {
            made,
            removed,
            duplicates,
            lost,
        } = self;
        write!(
            to,
            "{made} made, {removed} removed: {duplicates} duplicates, {lost} lost"
        )
    }
}

/// KSC's book.
fn incidents(sim: &Simulator, edited: &BTreeSet<i64>) -> Vec<Incident> {
    let line = |it: IncidentRecord| Incident {
        id: it.id,
        mark: errand::mark(&it.body).unwrap_or_else(|| "(no mark)".to_owned()),
        confirmed: match (it.updates, &it.ksc_task) {
            (0, None) => Confirmed::No,
            (0, Some(_)) => Confirmed::ByTask,
            _ => Confirmed::ByUpdate,
        },
        touched: it.deleted || edited.contains(&it.id),
        undone: it.deleted && it.ksc_task.is_none(),
    };
    sim.journal().incidents().into_iter().map(line).collect()
}

fn merged(struck: Vec<Struck>) -> BTreeMap<String, usize> {
    let mut all = BTreeMap::new();
    for ((moment, deed), count) in struck.into_iter().flatten() {
        *all.entry(format!("{moment:?} {deed}")).or_default() += count;
    }
    all
}

fn list(what: &str, counts: &BTreeMap<String, usize>) -> String {
    let counts: Vec<String> = counts
        .iter()
        .map(|(it, count)| format!("{it} {count}"))
        .collect();
    format!("{what}: {}", counts.join(", "))
}

#[expect(clippy::cast_precision_loss, reason = "shown with one decimal")]
fn mebibytes(kibibytes: u64) -> f64 {
    kibibytes as f64 / 1024.0
}
