//! The callers' book against KSC's: line by line, and whatever does not agree with its history.

use std::collections::{BTreeMap, BTreeSet};

use crate::book::{Entry, Outcome, Record};

/// How the books compare.
#[derive(Debug, Default)]
pub(crate) struct Balance {
    /// Tasks that were asked for.
    pub(crate) asked: usize,
    /// Of them, those that were told their incident.
    pub(crate) told: usize,
    /// Of them, those that were refused for good, and have none.
    pub(crate) refused: usize,
    /// Of those without a key, those of unknown fate that have an incident, and those that have none.
    pub(crate) unknown_there: usize,
    pub(crate) unknown_absent: usize,
    /// Tasks with a key that had an answer of unknown fate on their way: how they ended.
    pub(crate) resolved_to_task: usize,
    pub(crate) resolved_to_refusal: usize,
    /// Those that stay of unknown fate, because somebody else's equal request has an incident in KSC that may be theirs.
    pub(crate) held_back: usize,
    /// Incidents in KSC.
    pub(crate) incidents: usize,
    /// Those that were never confirmed by an `UpdateIncident`.
    pub(crate) unconfirmed: usize,
    /// More incidents than requests.
    pub(crate) duplicates: usize,
    /// Answers that name an incident which is not there.
    pub(crate) lost: usize,
    /// Tasks with a key of which nobody can say what became of them, since somebody has worked on incidents
    /// among which theirs may be, or KSC has lost them.
    pub(crate) left_open: usize,
    /// Incidents that an analyst has edited or deleted, or KSC has lost.
    pub(crate) touched: usize,
    /// Everything that does not agree, with its history.
    pub(crate) disagreements: Vec<String>,
}

/// A line of KSC's book.
#[derive(Debug, Clone)]
pub(crate) struct Incident {
    pub(crate) id: i64,
    pub(crate) mark: String,
    /// Whether an `UpdateIncident` was carried out on it.
    pub(crate) confirmed: bool,
    /// Whether it was edited, deleted or lost by KSC since.
    pub(crate) touched: bool,
    /// Whether it is gone and no task came of it: then nothing has happened, and to ask again is right.
    pub(crate) undone: bool,
}

/// Compares.
pub(crate) fn compare(records: &BTreeMap<u64, Record>, incidents: &[Incident]) -> Balance {
    let mut balance = Balance::default();
    let mut there: BTreeMap<&str, BTreeSet<i64>> = BTreeMap::new();
    for incident in incidents {
        there.entry(&incident.mark).or_default().insert(incident.id);
        balance.incidents += 1;
        balance.touched += usize::from(incident.touched);
        balance.unconfirmed += usize::from(!incident.confirmed && !incident.touched);
    }
    let undone: BTreeSet<(&str, i64)> = incidents
        .iter()
        .filter(|it| it.undone)
        .map(|it| (it.mark.as_str(), it.id))
        .collect();
    let mut asked: BTreeMap<&str, Vec<(&Record, &Entry)>> = BTreeMap::new();
    for record in records.values() {
        for entry in &record.entries {
            asked.entry(&entry.mark).or_default().push((record, entry));
        }
    }
    for (mark, entries) in asked {
        let own = there.remove(mark).unwrap_or_default();
        let undone = own
            .iter()
            .filter(|it| undone.contains(&(mark, **it)))
            .copied();
        let undone = undone.collect();
        balance.mark(&entries, &own, &undone);
    }
    for (mark, own) in there {
        balance.duplicates += own.len();
        balance.disagreements.push(format!(
            "incidents {own:?} with mark {mark:?}: nobody asked for them"
        ));
    }
    balance
}

impl Balance {
    /// All who share a mark, and the incidents that bear it.
    fn mark(&mut self, entries: &[(&Record, &Entry)], own: &BTreeSet<i64>, undone: &BTreeSet<i64>) {
        let mut wrong = Vec::new();
        let mut claimed = BTreeSet::new();
        let mut doubtful = 0;
        for (record, entry) in entries {
            self.asked += 1;
            let told = entry.told();
            if told.len() > 1 {
                wrong.push(format!("one request was told two tasks: {told:?}"));
            }
            for (id, incident) in &told {
                if *id != format!("ksc-{incident}") {
                    wrong.push(format!("task {id} names incident {incident}"));
                }
                if !own.contains(incident) {
                    self.lost += 1;
                    wrong.push(format!("incident {incident} was answered and is not there"));
                }
                if !claimed.insert(*incident) {
                    self.lost += 1;
                    wrong.push(format!("incident {incident} was answered to two requests"));
                }
            }
            let unknown = entry.answers.iter().any(|it| it.outcome.is_unknown());
            let last = entry.answers.last().map(|it| &it.outcome);
            if !told.is_empty() {
                self.told += 1;
                self.resolved_to_task += usize::from(unknown && entry.keyed);
            } else if !entry.keyed && unknown {
                doubtful += 1;
            } else if entry.keyed
                && !record.settled
                && entries.len() > 1
                && !own.is_empty()
                && matches!(last, Some(Outcome::Problem { code, .. }) if code == "outcome_unknown")
            {
                self.held_back += 1;
            } else if entry.keyed && last.is_some_and(Outcome::is_unknown) && self.touched > 0 {
                self.left_open += 1;
                doubtful += 1;
            } else if entry.keyed && !record.settled {
                wrong.push("a key has no answer that stands".to_owned());
            } else if let Some(Outcome::Problem { .. } | Outcome::Refused) = last {
                self.refused += 1;
                self.resolved_to_refusal += usize::from(unknown);
            } else {
                wrong.push("a request has no answer".to_owned());
            }
        }
        let unclaimed = own
            .difference(&claimed)
            .filter(|it| !undone.contains(it))
            .count();
        let explained = unclaimed.min(doubtful);
        self.unknown_there += explained;
        self.unknown_absent += doubtful - explained;
        if unclaimed > doubtful {
            self.duplicates += unclaimed - doubtful;
            let left: Vec<&i64> = own.difference(&claimed).collect();
            wrong.push(format!("incidents that nobody was told of: {left:?}"));
        }
        if wrong.is_empty() {
            return;
        }
        let history: String = entries
            .iter()
            .map(|(record, entry)| entry.history(record))
            .collect();
        self.disagreements.push(format!(
            "{}\n  in KSC: {own:?}\n{history}",
            wrong.join("; ")
        ));
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use serde_json::Value;

    use super::*;
    use crate::book::Answer;
    use crate::errand::Create;

    fn made(incident: i64) -> Outcome {
        Outcome::Made {
            id: format!("ksc-{incident}"),
            incident,
            replayed: false,
        }
    }

    fn problem(code: &str) -> Outcome {
        Outcome::Problem {
            status: 503,
            code: code.to_owned(),
            retryable: false,
        }
    }

    fn cut() -> Outcome {
        Outcome::Cut("reset".to_owned())
    }

    /// A request with the mark `m`.
    fn record(keyed: bool, outcomes: Vec<Outcome>) -> Record {
        let answers = outcomes.into_iter().map(|outcome| Answer {
            seconds: 0.0,
            replica: 0,
            request_id: String::new(),
            outcome,
        });
        let entry = Entry {
            mark: "m".to_owned(),
            keyed,
            answers: answers.collect(),
        };
        Record {
            caller: 0,
            create: Arc::new(Create {
                key: keyed.then(|| "k".to_owned()),
                path: "/v1/tasks".to_owned(),
                body: Value::Null,
                marks: vec!["m".to_owned()],
                batch: false,
                twice: false,
            }),
            settled: entry
                .answers
                .last()
                .is_some_and(|it| !it.outcome.is_unknown()),
            entries: vec![entry],
        }
    }

    /// The balance of these requests and the incidents with these numbers, all with the mark `m`.
    fn balance(records: Vec<Record>, incidents: &[i64]) -> Balance {
        let records = (0..).zip(records).collect();
        let incidents: Vec<Incident> = incidents
            .iter()
            .map(|id| Incident {
                id: *id,
                mark: "m".to_owned(),
                confirmed: true,
                touched: false,
                undone: false,
            })
            .collect();
        compare(&records, &incidents)
    }

    #[test]
    fn a_key_may_be_held_back_by_an_equal_request_that_has_an_incident_and_by_nothing_else() {
        let open = || record(true, vec![cut(), problem("outcome_unknown")]);

        let twins = balance(vec![record(true, vec![made(42)]), open()], &[42]);
        assert_eq!((twins.held_back, twins.disagreements.len()), (1, 0));
        // Neither alone, nor when the equal one has no incident.
        let alone = balance(vec![open()], &[]);
        assert_eq!((alone.held_back, alone.disagreements.len()), (0, 1));
        let neither = balance(vec![open(), open()], &[]);
        assert_eq!((neither.held_back, neither.disagreements.len()), (0, 1));
    }

    #[test]
    fn books_that_agree_agree() {
        let keyed = |outcomes| record(true, outcomes);
        for (records, incidents) in [
            (vec![keyed(vec![made(1)])], &[1][..]),
            (
                vec![keyed(vec![
                    cut(),
                    problem("outcome_unknown"),
                    made(1),
                    made(1),
                ])],
                &[1],
            ),
            (vec![keyed(vec![problem("ksc_refused")])], &[]),
            (vec![keyed(vec![made(1)]), keyed(vec![made(2)])], &[1, 2]),
            (vec![record(false, vec![cut()])], &[]),
            (vec![record(false, vec![cut()])], &[1]),
            (
                vec![record(false, vec![cut()]), keyed(vec![made(2)])],
                &[1, 2],
            ),
        ] {
            let balance = balance(records, incidents);
            assert!(balance.disagreements.is_empty(), "{balance:?}");
            assert_eq!((balance.duplicates, balance.lost), (0, 0));
        }
    }

    #[test]
    fn whatever_happened_twice_is_found() {
        let keyed = |outcomes| record(true, outcomes);
        for (records, incidents) in [
            (vec![keyed(vec![made(1)])], &[1, 2][..]),
            (vec![keyed(vec![cut(), made(2)])], &[1, 2]),
            (vec![keyed(vec![problem("ksc_refused")])], &[1]),
            (vec![record(false, vec![problem("draining")])], &[1]),
            (vec![record(false, vec![cut()])], &[1, 2]),
            (vec![], &[1]),
        ] {
            let balance = balance(records, incidents);
            assert_eq!(balance.duplicates, 1, "{balance:?}");
            assert_eq!(balance.disagreements.len(), 1, "{balance:?}");
        }
    }

    #[test]
    fn whatever_is_lost_or_contradicts_itself_is_found() {
        let keyed = |outcomes| record(true, outcomes);
        for (records, incidents) in [
            (vec![keyed(vec![made(1)])], &[][..]),
            (vec![keyed(vec![made(1), made(2)])], &[1, 2]),
            (vec![keyed(vec![made(1)]), keyed(vec![made(1)])], &[1]),
            (vec![keyed(vec![cut()])], &[]),
            (vec![keyed(vec![problem("outcome_unknown")])], &[1]),
            (vec![keyed(vec![])], &[]),
        ] {
            let balance = balance(records, incidents);
            assert_eq!(balance.disagreements.len(), 1, "{balance:?}");
        }
    }
}
