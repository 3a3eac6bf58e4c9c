//! Isolations and releases of each host.
//!
//! An isolation was carried out twice when its rule was written twice although it stood, or when it
//! was written again after another order of ours had replaced or removed it: both could have been
//! read back. Where somebody at the console came in between, nobody could; that is counted, and no
//! fault. A removal that no release accounts for is a release carried out twice. An order is lost
//! when it was answered and never stood.

use std::collections::BTreeMap;

use super::asked::{Asked, BLUR, Knows, accounts, by_end};
use super::history::Change;
use super::ledger::Ledger;

/// Compares, host by host.
pub(super) fn compare(
    ledger: &mut Ledger,
    hosts: &BTreeMap<&str, Vec<Asked<'_>>>,
    changes: &[Change],
) {
    let mut by_host: BTreeMap<&str, Vec<&Change>> = BTreeMap::new();
    for change in changes {
        by_host.entry(&change.host).or_default().push(change);
    }
    for (host, asked) in hosts {
        let changes = by_host.remove(host).unwrap_or_default();
        ledger.host(asked, &changes);
    }
    for (host, changes) in by_host {
        let ours = changes.iter().filter(|it| it.ours).count();
        if ours > 0 {
            ledger.isolations.duplicates += ours;
            let wrong = format!("{ours} changes of {host}: nobody asked for them");
            ledger.disagreements.push(wrong);
        }
    }
}

impl Ledger {
    fn host(&mut self, asked: &[Asked<'_>], changes: &[&Change]) {
        let mut wrong = Vec::new();
        let mut marks: BTreeMap<u64, Vec<&Asked<'_>>> = BTreeMap::new();
        for it in asked {
            if let Some(seconds) = it.isolates() {
                marks.entry(seconds).or_default().push(it);
            }
        }
        for (at, change) in changes.iter().enumerate() {
            let Some(seconds) = change.isolates.filter(|_| change.ours) else {
                continue;
            };
            self.isolations.made += 1;
            match marks.get(&seconds) {
                None => {
                    self.isolations.duplicates += 1;
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
        let happened: Vec<String> = changes.iter().map(|it| format!("{it:?}")).collect();
        self.disagree(&wrong, &happened, asked);
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
            self.isolations.lost += 1;
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
            self.isolations.duplicates += surplus - intruded;
            wrong.push(format!(
                "isolate {seconds} was carried out {} times, for {told} told and {unknown} unknown",
                places.len()
            ));
        }
    }

    /// Each removal has a release to account for it, and each release that was told has a moment at
    /// which no rule stood.
    fn releases(&mut self, asked: &[Asked<'_>], changes: &[&Change], wrong: &mut Vec<String>) {
        let mut releases = by_end(asked.iter().filter(|it| it.isolates().is_none()));
        for it in &releases {
            if it.knows == Knows::Told && !was_free(it, changes) {
                self.isolations.lost += 1;
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
            self.isolations.removed += 1;
            if !accounts(&mut releases, change.at) {
                self.isolations.duplicates += 1;
                wrong.push(format!("no release accounts for change {at}"));
            }
        }
    }
}

/// Whether no rule stood at some moment of its way.
fn was_free(of: &Asked<'_>, changes: &[&Change]) -> bool {
    let before = changes.iter().take_while(|it| it.at < of.began()).last();
    before.is_none_or(|it| it.isolates.is_none())
        || changes
            .iter()
            .any(|it| it.isolates.is_none() && of.covers(it.at))
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
