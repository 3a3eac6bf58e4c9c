//! The callers' book against the Central Node's: order by order, and whatever does not agree with
//! its history.
//!
//! An order was carried out twice when its rule was written twice although it stood, or when it was
//! written again after another order of ours had replaced or removed it: both could have been read
//! back. Where somebody at the console came in between, nobody could; that is counted, and no fault.
//! A removal that no release accounts for is a release carried out twice. An order is lost when it
//! was answered and never stood.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::changes::Change;
use crate::book::{Answer, Entry, Outcome, Record};

/// The Central Node's clock is moved in steps, and a busy machine moves it late.
const BLUR: f64 = 0.5;

/// How long a gateway goes on with an order that its caller has no answer to.
const GOES_ON: f64 = 15.0;

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
    /// Rules that were written by us, and taken away.
    pub(crate) written: usize,
    pub(crate) removed: usize,
    /// Isolations that were written again since the console had come in between.
    pub(crate) intruded: usize,
    pub(crate) duplicates: usize,
    pub(crate) lost: usize,
    /// Old orders behind newer ones of the same host.
    pub(crate) late: usize,
    /// Everything that does not agree, with its history.
    pub(crate) disagreements: Vec<String>,
}

/// What a caller knows of an order at the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Knows {
    Told,
    Refused,
    Nothing,
}

/// An order in the callers' book.
struct Asked<'a> {
    record: &'a Record,
    entry: &'a Entry,
    knows: Knows,
}

/// Compares.
pub(crate) fn compare(records: &BTreeMap<u64, Record>, changes: &[Change]) -> Ledger {
    let mut ledger = Ledger::default();
    let mut hosts: BTreeMap<&str, Vec<Asked<'_>>> = BTreeMap::new();
    for record in records.values() {
        let Some(order) = &record.create.order else {
            continue;
        };
        for entry in &record.entries {
            let knows = knows(entry);
            ledger.count(entry, knows);
            hosts.entry(&order.host).or_default().push(Asked {
                record,
                entry,
                knows,
            });
        }
    }
    let mut by_host: BTreeMap<&str, Vec<&Change>> = BTreeMap::new();
    for change in changes {
        by_host.entry(&change.host).or_default().push(change);
    }
    for (host, asked) in &hosts {
        let changes = by_host.remove(host).unwrap_or_default();
        ledger.host(asked, &changes);
    }
    for (host, changes) in by_host {
        let ours = changes.iter().filter(|it| it.ours).count();
        if ours > 0 {
            ledger.duplicates += ours;
            let wrong = format!("{ours} changes of {host}: nobody asked for them");
            ledger.disagreements.push(wrong);
        }
    }
    ledger
}

/// By all the answers that it had.
fn knows(entry: &Entry) -> Knows {
    let mut knows = Knows::Refused;
    for answer in &entry.answers {
        match &answer.outcome {
            Outcome::Ordered { .. } | Outcome::Made { .. } => return Knows::Told,
            // The one that came first is still under way, and may come to anything.
            Outcome::Problem { code, .. }
                if code == "outcome_unknown" || code == "request_in_progress" =>
            {
                knows = Knows::Nothing;
            }
            // For good: of this key nothing was carried out.
            Outcome::Problem {
                retryable: false, ..
            } => knows = Knows::Refused,
            Outcome::Cut(_) => knows = Knows::Nothing,
            Outcome::Problem { .. } | Outcome::Refused | Outcome::Odd(_) => {}
        }
    }
    knows
}

impl Ledger {
    fn count(&mut self, entry: &Entry, knows: Knows) {
        self.asked += 1;
        match knows {
            Knows::Told => {
                self.told += 1;
                let unknown = entry.answers.iter().any(|it| it.outcome.is_unknown());
                self.resolved += usize::from(unknown);
            }
            Knows::Refused => self.refused += 1,
            Knows::Nothing => self.unknown += 1,
        }
    }

    fn host(&mut self, asked: &[Asked<'_>], changes: &[&Change]) {
        let mut wrong = Vec::new();
        let mut marks: BTreeMap<u64, Vec<&Asked<'_>>> = BTreeMap::new();
        for it in asked {
            if it.entry.ordered().len() > 1 {
                wrong.push(format!("{} was told two tasks", it.entry.mark));
            }
            if let Some(seconds) = it.isolates() {
                marks.entry(seconds).or_default().push(it);
            }
        }
        for (at, change) in changes.iter().enumerate() {
            let Some(seconds) = change.isolates.filter(|_| change.ours) else {
                continue;
            };
            self.written += 1;
            match marks.get(&seconds) {
                None => {
                    self.duplicates += 1;
                    wrong.push(format!("change {at} isolates as nobody asked"));
                }
                Some(own) => {
                    if let [one] = own.as_slice()
                        && let Some(newer) = overtaken(one, change, asked)
                    {
                        self.late += 1;
                        wrong.push(format!("change {at} comes behind the newer {newer}"));
                    }
                }
            }
        }
        for (seconds, own) in &marks {
            self.isolation(*seconds, own, changes, &mut wrong);
        }
        self.releases(asked, changes, &mut wrong);
        if wrong.is_empty() {
            return;
        }
        let mut text = wrong.join("; ");
        for (at, change) in changes.iter().enumerate() {
            let _always = write!(text, "\n  {at}: {change:?}");
        }
        for it in asked {
            text.push('\n');
            text.push_str(it.entry.history(it.record).trim_end());
        }
        self.disagreements.push(text);
    }

    /// All who order the same isolation, and the changes that bear its mark.
    fn isolation(
        &mut self,
        seconds: u64,
        own: &[&Asked<'_>],
        changes: &[&Change],
        wrong: &mut Vec<String>,
    ) {
        let is_own = |it: &&Change| it.ours && it.isolates == Some(seconds);
        let places: Vec<usize> = (0..changes.len())
            .filter(|it| is_own(&changes[*it]))
            .collect();
        let of = |knows| own.iter().filter(|it| it.knows == knows).count();
        let (told, unknown) = (of(Knows::Told), of(Knows::Nothing));
        // Who finds that an equal order stands is told so, whoever gave it.
        if told > 0 && places.is_empty() {
            self.lost += 1;
            wrong.push(format!("isolate {seconds} was answered and never stood"));
        }
        let surplus = places.len().saturating_sub(told + unknown);
        if surplus == 0 {
            return;
        }
        let intruded = places.windows(2).filter(|pair| {
            let between = &changes[pair[0] + 1..pair[1]];
            !between.is_empty() && between.iter().all(|it| !it.ours)
        });
        let intruded = intruded.count().min(surplus);
        self.intruded += intruded;
        if surplus > intruded {
            self.duplicates += surplus - intruded;
            wrong.push(format!(
                "isolate {seconds} was carried out {} times, for {told} told and {unknown} unknown",
                places.len()
            ));
        }
    }

    /// Each removal has a release to account for it, and each release that was told has a moment at
    /// which no rule stood.
    fn releases(&mut self, asked: &[Asked<'_>], changes: &[&Change], wrong: &mut Vec<String>) {
        let mut releases: Vec<&Asked<'_>> = asked
            .iter()
            .filter(|it| it.isolates().is_none() && it.knows != Knows::Refused)
            .collect();
        releases.sort_by(|one, other| one.ends().total_cmp(&other.ends()));
        for it in &releases {
            if it.knows == Knows::Told && !it.was_free(changes) {
                self.lost += 1;
                let mark = &it.entry.mark;
                wrong.push(format!(
                    "{mark} was answered while a rule stood all the time"
                ));
            }
        }
        for (at, change) in changes.iter().enumerate() {
            if !change.ours || change.isolates.is_some() {
                continue;
            }
            self.removed += 1;
            let covers = |it: &&Asked<'_>| it.began() <= change.at && change.at <= it.ends();
            if let Some(place) = releases.iter().position(covers) {
                releases.remove(place);
            } else {
                self.duplicates += 1;
                wrong.push(format!("no release accounts for change {at}"));
            }
        }
    }
}

impl Asked<'_> {
    fn isolates(&self) -> Option<u64> {
        self.record.create.order.as_ref()?.isolates
    }

    fn answers(&self) -> &[Answer] {
        &self.entry.answers
    }

    /// The earliest moment at which it can have been carried out.
    fn began(&self) -> f64 {
        let sent = self.answers().iter().map(|it| it.sent);
        sent.fold(f64::INFINITY, f64::min) - BLUR
    }

    /// The latest: who was told is told of what has been.
    fn ends(&self) -> f64 {
        match self.told_at() {
            Some(told) => told + BLUR,
            None => self.last() + GOES_ON,
        }
    }

    fn last(&self) -> f64 {
        self.answers()
            .iter()
            .map(|it| it.seconds)
            .fold(0.0, f64::max)
    }

    /// When it was first told its task.
    fn told_at(&self) -> Option<f64> {
        let told = self.answers().iter();
        told.filter(|it| matches!(it.outcome, Outcome::Ordered { .. }))
            .map(|it| it.seconds)
            .reduce(f64::min)
    }

    /// Whether no rule stood at some moment of its way.
    fn was_free(&self, changes: &[&Change]) -> bool {
        let (began, ends) = (self.began(), self.ends());
        let before = changes.iter().take_while(|it| it.at < began).last();
        before.is_none_or(|it| it.isolates.is_none())
            || changes
                .iter()
                .any(|it| it.isolates.is_none() && began <= it.at && it.at <= ends)
    }
}

/// The newer order behind which this change comes although nobody has asked for it since: one that
/// was sent after the last word on this one, and was answered before it was carried out.
fn overtaken(of: &Asked<'_>, change: &Change, asked: &[Asked<'_>]) -> Option<String> {
    let answers = of.answers().iter();
    let last = answers
        .filter(|it| it.sent <= change.at + BLUR)
        .map(|it| it.seconds)
        .fold(0.0, f64::max);
    let newer = asked.iter().find(|it| {
        let told = it.told_at().is_some_and(|told| told < change.at - BLUR);
        told && it.began() > last
    });
    newer.map(|it| it.entry.mark.clone())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use serde_json::Value;

    use super::*;
    use crate::errand::Create;
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
    fn record(isolates: Option<u64>, answers: Vec<(f64, f64, Outcome)>) -> Record {
        let order = Order {
            host: HOST.to_owned(),
            isolates,
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
        let changes: Vec<Change> = changes
            .iter()
            .map(|(at, ours, isolates)| Change {
                host: HOST.to_owned(),
                at: *at,
                ours: *ours,
                isolates: *isolates,
            })
            .collect();
        compare(&(0..).zip(records).collect(), &changes)
    }

    fn figures(of: &Ledger) -> [usize; 4] {
        [of.duplicates, of.lost, of.late, of.disagreements.len()]
    }

    #[test]
    fn books_that_agree_agree() {
        let on = |answers| record(Some(4000), answers);
        let off = |answers| record(None, answers);
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
        let on = || record(Some(4000), vec![(0.0, 9.0, told())]);
        let off = record(None, vec![(3.0, 4.0, told())]);
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
        let refused = || record(Some(4000), vec![(0.0, 1.0, refused())]);
        let told = || record(None, vec![(0.0, 1.0, told())]);
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
        let never = balance(vec![record(Some(4000), vec![(0.0, 1.0, told())])], &[]);
        assert_eq!(figures(&never), [0, 1, 0, 1]);
        let standing = [(0.5, false, Some(9))];
        let still = balance(vec![record(None, vec![(5.0, 6.0, told())])], &standing);
        assert_eq!(figures(&still), [0, 1, 0, 1]);
    }

    #[test]
    fn an_old_order_behind_a_newer_one_is_found_unless_it_was_asked_for_again() {
        let newer = || record(None, vec![(3.0, 4.0, told())]);
        let changes = [(8.0, true, Some(4000))];

        let late = record(Some(4000), vec![(0.0, 1.0, unknown())]);
        assert_eq!(
            figures(&balance(vec![late, newer()], &changes)),
            [0, 0, 1, 1]
        );
        let again = vec![(0.0, 1.0, unknown()), (7.5, 9.0, told())];
        let asked = balance(vec![record(Some(4000), again), newer()], &changes);
        assert_eq!(figures(&asked), [0; 4], "{asked:?}");
    }
}
