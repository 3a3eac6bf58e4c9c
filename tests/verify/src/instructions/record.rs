//! The record: a line a count, and what has changed since.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::count::Count;
use super::machine::Machine;
use crate::outcome::{Failure, Outcome};

/// Where it is.
pub(super) const RECORD: &str = "tests/parts/instructions.txt";

/// By so much a count may differ from the record, in thousandths. Two runs of one program differ by less than 1 % in
/// most counts, and by up to 3.5 % where much memory or many threads have a part in it.
const TOLERANCE: u64 = 50;

/// What differs by more, and by how much it may. Whether the allocator can make a large text longer where it lies is
/// up to chance, and a copy is a good part of writing one.
const LARGE: (&str, u64) = ("write AddIncident of 128 KiB", 100);

/// Where the line on the machine begins.
const OF: &str = "# of: ";

/// Counts, and what they were made with.
#[derive(Debug, Default)]
pub(super) struct Record {
    pub(super) machine: Machine,
    pub(super) counts: Vec<Count>,
}

/// Two records, side by side.
pub(super) struct Table {
    /// What has changed, if anything has.
    pub(super) lines: Vec<String>,
    changed: usize,
    compared: usize,
    most: String,
}

impl Record {
    /// Reads one; nothing in it where there is none.
    pub(super) fn read(text: &str) -> Self {
        let machine = text.lines().find_map(|it| it.strip_prefix(OF));
        let counts = text.lines().filter(|it| !it.starts_with('#'));
        let count = |line: &str| {
            let (name, number) = line.trim_end().rsplit_once(' ')?;
            Some(Count {
                name: name.trim_end().to_owned(),
                instructions: number.parse().ok()?,
            })
        };
        Self {
            machine: machine.and_then(Machine::read).unwrap_or_default(),
            counts: counts.filter_map(count).collect(),
        }
    }

    /// As it is written.
    pub(super) fn write(&self) -> String {
        let mut text = format!(
            "# Instructions that each takes, once. `cargo verify -- instructions` compares, and writes it anew with `--write`.\n{OF}{}\n",
            self.machine.line()
        );
        for Count { name, instructions } in &self.counts {
            writeln!(text, "{name:<40} {instructions:>10}").expect("a text takes everything");
        }
        text
    }

    /// What has changed from this one to the other.
    pub(super) fn beside(&self, now: &Self) -> Table {
        let mut before: BTreeMap<&str, u64> = self.counts.iter().map(Count::pair).collect();
        let mut lines = Vec::new();
        let mut most = (0, String::from("nothing"));
        for (name, count) in now.counts.iter().map(Count::pair) {
            let Some(recorded) = before.remove(name) else {
                lines.push(line(name, "-", &count.to_string(), "new"));
                continue;
            };
            let change = thousandths(recorded, count);
            if change.unsigned_abs() > most.0 {
                most = (
                    change.unsigned_abs(),
                    format!("{} in {name}", percent(change)),
                );
            }
            let tolerance = if name == LARGE.0 { LARGE.1 } else { TOLERANCE };
            if change.unsigned_abs() > tolerance {
                let (recorded, count) = (recorded.to_string(), count.to_string());
                lines.push(line(name, &recorded, &count, &percent(change)));
            }
        }
        for (name, recorded) in before {
            lines.push(line(name, &recorded.to_string(), "-", "gone"));
        }
        let changed = lines.len();
        if changed > 0 {
            lines.insert(0, line("", "recorded", "now", "change"));
            if self.machine != now.machine {
                lines.push(format!("recorded with {}", self.machine.line()));
                lines.push(format!("counted with  {}", now.machine.line()));
            }
        }
        Table {
            lines,
            changed,
            compared: now.counts.len(),
            most: most.1,
        }
    }
}

impl Table {
    /// Whether all is as it was.
    pub(super) fn outcome(self) -> Outcome {
        if self.changed == 0 {
            let Self { compared, most, .. } = self;
            return Ok(format!(
                "{compared} counts as recorded; most changed: {most}"
            ));
        }
        Err(Failure::because(format!(
            "{} of {} counts are not those of {RECORD}, by more than {}: mend what got worse; what is meant, or got better, is recorded with `cargo verify -- instructions --write`",
            self.changed,
            self.compared,
            percent(i64::try_from(TOLERANCE).unwrap_or(i64::MAX)),
        )))
    }
}

fn line(name: &str, recorded: &str, now: &str, change: &str) -> String {
    format!("{name:<40} {recorded:>10} {now:>10} {change:>8}")
}

/// The change from one count to the other.
fn thousandths(from: u64, to: u64) -> i64 {
    let part = i128::from(to) - i128::from(from);
    i64::try_from(part * 1000 / i128::from(from.max(1))).unwrap_or(i64::MAX)
}

fn percent(thousandths: i64) -> String {
    let sign = if thousandths < 0 { '-' } else { '+' };
    let size = thousandths.unsigned_abs();
    format!("{sign}{}.{} %", size / 10, size % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(counts: &[(&str, u64)]) -> Record {
        let count = |(name, instructions): &(&str, u64)| Count {
            name: (*name).to_owned(),
            instructions: *instructions,
        };
        let machine = Machine {
            processor: "x86_64".to_owned(),
            rustc: "rustc 1.95.0 (f 2026)".to_owned(),
            valgrind: "valgrind-3.19.0".to_owned(),
        };
        Record {
            machine,
            counts: counts.iter().map(count).collect(),
        }
    }

    #[test]
    fn what_is_written_is_read() {
        let record = record(&[("POST, a new token", 1_234_567), ("filter", 12)]);

        let read = Record::read(&record.write());

        assert_eq!(read.counts, record.counts);
        assert_eq!(read.machine, record.machine);
    }

    #[test]
    fn a_change_within_the_tolerance_is_none() {
        let table = record(&[("a", 1000), ("b", 1000)]).beside(&record(&[("a", 1050), ("b", 950)]));

        assert!(table.lines.is_empty(), "{:?}", table.lines);
        let note = table.outcome().expect("as recorded");
        assert_eq!(note, "2 counts as recorded; most changed: +5.0 % in a");
    }

    #[test]
    fn more_and_less_and_new_and_gone_are_told() {
        let before = record(&[("more", 1000), ("less", 1000), ("gone", 5), ("same", 7)]);
        let now = record(&[("more", 1052), ("less", 500), ("new", 5), ("same", 7)]);

        let table = before.beside(&now);

        for (name, change) in [
            ("more", "+5.2 %"),
            ("less", "-50.0 %"),
            ("new", "new"),
            ("gone", "gone"),
        ] {
            let told = |it: &&String| it.starts_with(name) && it.ends_with(change);
            assert!(table.lines.iter().any(|it| told(&it)), "{:?}", table.lines);
        }
        assert_eq!(table.lines.len(), 5, "{:?}", table.lines);
        assert!(table.outcome().is_err());
    }

    #[test]
    fn counts_of_another_compiler_are_told_as_such() {
        let mut now = record(&[("a", 2000)]);
        now.machine.rustc = "rustc 1.96.0".to_owned();

        let table = record(&[("a", 1000)]).beside(&now);

        let last = table.lines.last().expect("a line");
        assert!(last.contains("rustc 1.96.0"), "{last}");
    }
}
