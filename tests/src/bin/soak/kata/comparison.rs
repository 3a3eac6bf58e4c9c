//! The callers' book against the Central Node's: order by order, and whatever does not agree with
//! its history. When an order counts as carried out twice, as lost or as late, each kind of order
//! says for itself.

use std::collections::BTreeMap;

use super::asked::Asked;
use super::history::History;
use super::ledger::Ledger;
use super::order::Trace;
use super::{files, isolations, programs};
use crate::book::Record;

/// Compares.
pub(crate) fn compare(records: &BTreeMap<u64, Record>, history: &History) -> Ledger {
    let mut ledger = Ledger::default();
    let mut isolations: BTreeMap<&str, Vec<Asked<'_>>> = BTreeMap::new();
    let mut files: BTreeMap<(&str, &str), Vec<Asked<'_>>> = BTreeMap::new();
    let mut programs: BTreeMap<(&str, &str), Vec<Asked<'_>>> = BTreeMap::new();
    for record in records.values() {
        let Some(order) = &record.create.order else {
            continue;
        };
        for entry in &record.entries {
            let asked = Asked::new(record, order, entry);
            ledger.count(&asked);
            let host = order.host.as_str();
            let place = match &order.leaves {
                Trace::Isolated(_) | Trace::Released => isolations.entry(host).or_default(),
                Trace::Forbidden(hash) | Trace::Allowed(hash) => {
                    files.entry((host, hash)).or_default()
                }
                Trace::Run(argument) => programs.entry((host, argument)).or_default(),
            };
            place.push(asked);
        }
    }
    isolations::compare(&mut ledger, &isolations, &history.isolations);
    files::compare(&mut ledger, &files, &history.files);
    programs::compare(&mut ledger, &programs, &history.runs);
    ledger
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use serde_json::Value;

    use super::*;
    use crate::book::{Answer, Entry, Outcome};
    use crate::errand::Create;
    use crate::kata::history::{Change, FileChange, Run};
    use crate::kata::ledger::Tally;
    use crate::kata::order::Order;

    const HOST: &str = "H";

    fn told() -> Outcome {
        Outcome::Ordered {
            id: "kata-1".to_owned(),
            replayed: false,
        }
    }

    fn unknown() -> Outcome {
        Outcome::Problem {
            status: 504,
            code: "outcome_unknown".to_owned(),
            retryable: true,
        }
    }

    fn refused() -> Outcome {
        Outcome::Problem {
            status: 502,
            code: "kata_refused".to_owned(),
            retryable: false,
        }
    }

    /// An order with answers: when each was sent, when it was answered, and how.
    fn record(leaves: Trace, answers: Vec<(f64, f64, Outcome)>) -> Record {
        let order = Order {
            host: HOST.to_owned(),
            leaves,
        };
        let answers = answers.into_iter().map(|(sent, seconds, outcome)| Answer {
            sent,
            seconds,
            replica: 0,
            request_id: String::new(),
            outcome,
        });
        Record {
            caller: 0,
            entries: vec![Entry {
                mark: order.mark(),
                keyed: true,
                answers: answers.collect(),
            }],
            create: Arc::new(Create {
                key: Some("k".to_owned()),
                path: String::new(),
                body: Value::Null,
                marks: vec![order.mark()],
                batch: false,
                twice: false,
                order: Some(order),
            }),
            settled: true,
        }
    }

    fn balance(records: Vec<Record>, changes: &[(f64, bool, Option<u64>)]) -> Ledger {
        let changes = changes.iter().map(|(at, ours, isolates)| Change {
            host: HOST.to_owned(),
            at: *at,
            ours: *ours,
            isolates: *isolates,
        });
        let history = History {
            isolations: changes.collect(),
            ..History::default()
        };
        compare(&(0..).zip(records).collect(), &history)
    }

    fn figures(of: &Ledger) -> [usize; 4] {
        let Tally {
            duplicates, lost, ..
        } = of.isolations;
        [duplicates, lost, of.late, of.disagreements.len()]
    }

    #[test]
    fn books_that_agree_agree() {
        let on = |answers| record(Trace::Isolated(4000), answers);
        let off = |answers| record(Trace::Released, answers);
        for (records, changes) in [
            (
                vec![on(vec![(0.0, 1.0, told())])],
                &[(0.5, true, Some(4000))][..],
            ),
            (vec![on(vec![(0.0, 1.0, refused())])], &[]),
            (vec![on(vec![(0.0, 1.0, unknown())])], &[]),
            (
                vec![on(vec![(0.0, 1.0, unknown())])],
                &[(0.5, true, Some(4000))],
            ),
            // Nothing to release, and a release of what the console had isolated.
            (vec![off(vec![(0.0, 1.0, told())])], &[]),
            (
                vec![off(vec![(5.0, 6.0, told())])],
                &[(0.5, false, Some(9)), (5.5, true, None)],
            ),
            // Found to stand, as an equal order.
            (
                vec![
                    on(vec![(0.0, 1.0, told())]),
                    on(vec![(0.0, 1.0, unknown()), (9.0, 9.5, told())]),
                ],
                &[(0.5, true, Some(4000))],
            ),
        ] {
            let found = balance(records, changes);
            assert_eq!(figures(&found), [0; 4], "{found:?}");
        }
    }

    #[test]
    fn a_rule_that_is_written_twice_is_found_but_for_the_console_s_doing() {
        let on = || record(Trace::Isolated(4000), vec![(0.0, 9.0, told())]);
        let off = record(Trace::Released, vec![(3.0, 4.0, told())]);
        let (first, again) = ((0.5, true, Some(4000)), (8.5, true, Some(4000)));

        let twice = balance(vec![on()], &[first, again]);
        assert_eq!(figures(&twice), [1, 0, 0, 1]);
        let undone = balance(vec![on(), off], &[first, (3.5, true, None), again]);
        assert_eq!(figures(&undone), [1, 0, 0, 1]);
        let console = balance(vec![on()], &[first, (3.5, false, None), again]);
        assert_eq!(figures(&console), [0; 4]);
        assert_eq!(console.intruded, 1);
    }

    #[test]
    fn whatever_nobody_asked_for_is_found() {
        let refused = || record(Trace::Isolated(4000), vec![(0.0, 1.0, refused())]);
        let told = || record(Trace::Released, vec![(0.0, 1.0, told())]);
        for (records, changes) in [
            (vec![], &[(0.5, true, Some(4000))][..]),
            (vec![refused()], &[(0.5, true, Some(4000))]),
            // A release that was answered removes nothing later.
            (
                vec![told()],
                &[
                    (0.2, false, Some(9)),
                    (0.5, true, None),
                    (5.0, false, Some(9)),
                    (6.0, true, None),
                ],
            ),
        ] {
            let found = balance(records, changes);
            assert_eq!(figures(&found), [1, 0, 0, 1], "{found:?}");
        }
    }

    #[test]
    fn whatever_was_answered_and_never_was_is_found() {
        let never = balance(
            vec![record(Trace::Isolated(4000), vec![(0.0, 1.0, told())])],
            &[],
        );
        assert_eq!(figures(&never), [0, 1, 0, 1]);
        let standing = [(0.5, false, Some(9))];
        let still = balance(
            vec![record(Trace::Released, vec![(5.0, 6.0, told())])],
            &standing,
        );
        assert_eq!(figures(&still), [0, 1, 0, 1]);
    }

    #[test]
    fn an_old_order_behind_a_newer_one_is_found_unless_it_was_asked_for_again() {
        let newer = || record(Trace::Released, vec![(3.0, 4.0, told())]);
        let changes = [(8.0, true, Some(4000))];

        let late = record(Trace::Isolated(4000), vec![(0.0, 1.0, unknown())]);
        assert_eq!(
            figures(&balance(vec![late, newer()], &changes)),
            [0, 0, 1, 1]
        );
        let again = vec![(0.0, 1.0, unknown()), (7.5, 9.0, told())];
        let asked = balance(
            vec![record(Trace::Isolated(4000), again), newer()],
            &changes,
        );
        assert_eq!(figures(&asked), [0; 4], "{asked:?}");
    }

    /// Of a file, with what has become of it: when, and whether it is forbidden since.
    fn of_file(records: Vec<Record>, changes: &[(f64, bool)]) -> (usize, usize) {
        let changes = changes.iter().map(|(at, forbids)| FileChange {
            host: HOST.to_owned(),
            hash: "1".to_owned(),
            at: *at,
            ours: true,
            forbids: *forbids,
        });
        let history = History {
            files: changes.collect(),
            ..History::default()
        };
        let found = compare(&(0..).zip(records).collect(), &history).files;
        (found.duplicates, found.lost)
    }

    #[test]
    fn each_change_of_a_file_has_an_order_of_its_own() {
        let forbid = |answers| record(Trace::Forbidden("1".to_owned()), answers);
        let allow = |answers| record(Trace::Allowed("1".to_owned()), answers);
        let both = || {
            vec![
                forbid(vec![(0.0, 1.0, told())]),
                allow(vec![(2.0, 3.0, told())]),
            ]
        };

        let well = of_file(both(), &[(0.5, true), (2.5, false)]);
        let again = of_file(both(), &[(0.5, true), (2.5, false), (5.0, true)]);
        let never = of_file(vec![forbid(vec![(0.0, 1.0, told())])], &[]);
        let stays = of_file(both(), &[(0.5, true)]);
        let unasked = of_file(vec![forbid(vec![(0.0, 1.0, refused())])], &[(0.5, true)]);
        let perhaps = of_file(vec![forbid(vec![(0.0, 1.0, unknown())])], &[(9.0, true)]);
        let stood = [
            forbid(vec![(0.0, 1.0, told())]),
            forbid(vec![(5.0, 6.0, told())]),
        ];

        assert_eq!(well, (0, 0));
        assert_eq!(again, (1, 0));
        assert_eq!(never, (0, 1));
        assert_eq!(stays, (0, 1));
        assert_eq!(unasked, (1, 0));
        assert_eq!(perhaps, (0, 0));
        assert_eq!(of_file(stood.into(), &[(0.5, true)]), (0, 0));
        assert_eq!(of_file(Vec::new(), &[(0.5, true)]), (1, 0));
    }

    /// Of a program that was started so often.
    fn of_program(records: Vec<Record>, starts: usize) -> (usize, usize) {
        let run = Run {
            host: HOST.to_owned(),
            argument: "a".to_owned(),
        };
        let history = History {
            runs: vec![run; starts],
            ..History::default()
        };
        let found = compare(&(0..).zip(records).collect(), &history).programs;
        (found.duplicates, found.lost)
    }

    #[test]
    fn a_program_is_started_once_for_each_who_was_told() {
        let run = |outcome| record(Trace::Run("a".to_owned()), vec![(0.0, 1.0, outcome)]);

        assert_eq!(of_program(vec![run(told())], 1), (0, 0));
        assert_eq!(of_program(vec![run(told())], 2), (1, 0));
        assert_eq!(of_program(vec![run(told())], 0), (0, 1));
        assert_eq!(of_program(vec![run(told()), run(told())], 1), (0, 1));
        assert_eq!(of_program(vec![run(unknown())], 0), (0, 0));
        assert_eq!(of_program(vec![run(unknown())], 1), (0, 0));
        assert_eq!(of_program(vec![run(refused())], 1), (1, 0));
        assert_eq!(of_program(Vec::new(), 1), (1, 0));
    }
}
