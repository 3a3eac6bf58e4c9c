//! The callers' book against KSC's: line by line, and whatever does not agree with its history.

use std::collections::BTreeMap;

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
    /// Of those without a key, those of unknown fate that have an incident, and those that have
    /// none.
    pub(crate) unknown_there: usize,
    pub(crate) unknown_absent: usize,
    /// Tasks with a key that had an answer of unknown fate on their way: how they ended.
    pub(crate) resolved_to_task: usize,
    pub(crate) resolved_to_refusal: usize,
    /// Those that stay of unknown fate, because somebody else's equal request has an incident in
    /// KSC that may be theirs.
    pub(crate) held_back: usize,
    /// Incidents in KSC.
    pub(crate) incidents: usize,
    /// Those that were never confirmed by an `UpdateIncident`, and of which no KSC task has come
    /// either.
    pub(crate) unconfirmed: usize,
    /// Those whose KSC task was there before an `UpdateIncident` held: it is not repeated then, for
    /// it could make KSC take the incident for a new one.
    pub(crate) overtaken: usize,
    /// More incidents than requests.
    pub(crate) duplicates: usize,
    /// Answers that name an incident which is not there.
    pub(crate) lost: usize,
    /// Tasks with a key of which nobody can say what became of them, since somebody has worked on
    /// incidents among which theirs may be, or KSC has lost them.
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
    /// What KSC has to go by.
    pub(crate) confirmed: Confirmed,
    /// Whether it was edited, deleted or lost by KSC since.
    pub(crate) touched: bool,
    /// Whether it is gone and no task came of it: then nothing has happened, and to ask again is
    /// right.
    pub(crate) undone: bool,
}

/// Whether KSC knows that an incident is to be worked on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Confirmed {
    /// An `UpdateIncident` was carried out on it.
    ByUpdate,
    /// None was, and there is a task of it all the same.
    ByTask,
    /// Neither.
    No,
}

/// How many incidents of one number there are: KSC that is restored from a backup gives numbers out
/// again.
#[derive(Debug, Default)]
struct OfNumber {
    incidents: usize,
    /// Those of them that are undone.
    undone: usize,
    /// Requests that were told the number.
    told: usize,
}

/// The incidents that bear one mark, by their numbers.
type Numbers = BTreeMap<i64, OfNumber>;

/// Compares.
pub(crate) fn compare(records: &BTreeMap<u64, Record>, incidents: &[Incident]) -> Balance {
    let mut balance = Balance::default();
    let mut there: BTreeMap<&str, Numbers> = BTreeMap::new();
    for incident in incidents {
        let numbers = there.entry(&incident.mark).or_default();
        let number = numbers.entry(incident.id).or_default();
        number.incidents += 1;
        number.undone += usize::from(incident.undone);
        balance.incidents += 1;
        balance.touched += usize::from(incident.touched);
        if !incident.touched {
            let confirmed = incident.confirmed;
            balance.unconfirmed += usize::from(confirmed == Confirmed::No);
            balance.overtaken += usize::from(confirmed == Confirmed::ByTask);
        }
    }
    let mut asked: BTreeMap<&str, Vec<(&Record, &Entry)>> = BTreeMap::new();
    let of_ksc = records.values().filter(|it| it.create.order.is_none());
    for record in of_ksc {
        for entry in &record.entries {
            asked.entry(&entry.mark).or_default().push((record, entry));
        }
    }
    for (mark, entries) in asked {
        let own = there.remove(mark).unwrap_or_default();
        balance.mark(&entries, own);
    }
    for (mark, own) in there {
        balance.duplicates += own.values().map(|it| it.incidents).sum::<usize>();
        balance.disagreements.push(format!(
            "incidents {:?} with mark {mark:?}: nobody asked for them",
            own.keys()
        ));
    }
    balance
}

impl Balance {
    /// All who share a mark, and the incidents that bear it.
    fn mark(&mut self, entries: &[(&Record, &Entry)], mut own: Numbers) {
        let mut wrong = Vec::new();
        let mut doubtful = 0;
        let has_any = !own.is_empty();
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
                let number = own.entry(*incident).or_default();
                number.told += 1;
                if number.incidents == 0 {
                    self.lost += 1;
                    wrong.push(format!("incident {incident} was answered and is not there"));
                } else if number.told > number.incidents {
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
                && has_any
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
        let left = |it: &OfNumber| it.incidents.saturating_sub(it.told);
        let unclaimed = own.values().map(|it| left(it).saturating_sub(it.undone));
        let unclaimed: usize = unclaimed.sum();
        let explained = unclaimed.min(doubtful);
        self.unknown_there += explained;
        self.unknown_absent += doubtful - explained;
        if unclaimed > doubtful {
            self.duplicates += unclaimed - doubtful;
            let untold = own.iter().filter(|(_, it)| left(it) > 0);
            let untold: Vec<&i64> = untold.map(|(number, _)| number).collect();
            wrong.push(format!("incidents that nobody was told of: {untold:?}"));
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
            sent: 0.0,
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
                order: None,
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
                confirmed: Confirmed::ByUpdate,
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
    fn an_incident_without_an_update_is_confirmed_by_its_task_alone() {
        let incident = |confirmed, touched| Incident {
            id: 1,
            mark: "m".to_owned(),
            confirmed,
            touched,
            undone: false,
        };
        for (confirmed, touched, counts) in [
            (Confirmed::No, false, (1, 0)),
            (Confirmed::ByTask, false, (0, 1)),
            (Confirmed::ByUpdate, false, (0, 0)),
            // What others have done to it is not for the gateway to undo.
            (Confirmed::No, true, (0, 0)),
        ] {
            let found = compare(&BTreeMap::new(), &[incident(confirmed, touched)]);
            assert_eq!((found.unconfirmed, found.overtaken), counts);
        }
    }

    #[test]
    fn a_number_that_ksc_gives_out_again_is_as_many_incidents() {
        let told = || record(true, vec![made(1)]);
        let twins = balance(vec![told(), told()], &[1, 1]);
        assert!(twins.disagreements.is_empty(), "{twins:?}");
        // As many as there are, and no more; nor are there more than were asked for.
        let three = balance(vec![told(), told(), told()], &[1, 1]);
        assert_eq!((three.lost, three.disagreements.len()), (1, 1));
        let one = balance(vec![told()], &[1, 1]);
        assert_eq!((one.duplicates, one.disagreements.len()), (1, 1));
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
