//! Requests that KSC shows no longer, weighed with those that it shows.
//!
//! An analyst deletes an incident, or makes a note of it: its KSC task goes on. Whoever weighs
//! tasks against the requests that are left gives it to another one, and the tasks of all equal
//! requests move on by one. So requests are remembered by their kind: those that a gateway has
//! made, with all who share the store, and those that this replica has seen in KSC.
//!
//! Where KSC was restored from a backup its numbers begin anew, and a request that it has lost came
//! before one that has a lower number. Then numbers are no order: [`Crowd::unordered`].

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use super::correlate::{AT_MOST_WRONG, NameWindow, RequestRef};
use super::life::LIFE;
use super::memory::BoundedMap;
use super::response::RequestKind;
use crate::digest;
use crate::store::{RequestAmong, Store};
use vocabulary::task_id::Alias;

/// Most kinds that are remembered.
const MOST_KINDS: usize = 2_000;

/// Most requests of a kind that are remembered; more than that are not weighed.
const MOST: usize = 1_000;

/// A KSC is not restored, nor does anybody ask again, within so short a time.
const APART: time::Duration = time::Duration::minutes(1);

/// When requests of a kind were asked for, by the numbers of their incidents. KSC that is restored
/// from a backup gives one number to several.
pub(super) type Births = BTreeMap<i64, Vec<Option<OffsetDateTime>>>;

/// Remembers the requests of each kind.
pub(super) struct Bygone {
    known: Mutex<BoundedMap<RequestKind, Births>>,
    alias: Alias,
    shared: Option<Arc<Store>>,
}

/// A request as the replicas share it. Members that are not known are passed over.
#[derive(Serialize, Deserialize)]
struct BygoneRecord {
    #[serde(flatten)]
    kind: RequestKind,
    incident: i64,
    #[serde(with = "time::serde::rfc3339::option")]
    added: Option<OffsetDateTime>,
}

/// What is remembered of a few kinds.
pub(super) struct Remembered {
    births: HashMap<RequestKind, Births>,
    /// Whether the replicas share a store that could not be asked.
    is_partial: bool,
}

/// The requests of one kind.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Crowd {
    /// Those that KSC shows.
    pub(super) shown: Vec<RequestRef>,
    /// Those that it shows no longer.
    pub(super) gone: Vec<RequestRef>,
    /// When those that it shows were asked for, where that is remembered: an analyst may have moved
    /// it.
    births: HashMap<i64, Option<OffsetDateTime>>,
    /// Whether there may have been more of them, since the shared store could not be asked.
    pub(super) is_partial: bool,
}

impl Crowd {
    /// These requests of a kind, while those are remembered.
    pub(super) fn of(shown: Vec<RequestRef>, remembered: &Births) -> Self {
        let now: HashMap<i64, Option<OffsetDateTime>> =
            shown.iter().map(|it| (it.incident, it.added)).collect();
        let mut crowd = Self {
            shown,
            ..Self::default()
        };
        for (incident, births) in remembered {
            // One that is shown has its time, or else was the last to get the number and has had
            // its time moved.
            let own = now.get(incident).map(|added| {
                let as_shown = births.iter().find(|it| *it == added);
                *as_shown.unwrap_or_else(|| births.iter().max().expect("there is one"))
            });
            crowd.births.extend(own.map(|it| (*incident, it)));
            let gone = births.iter().filter(|it| Some(**it) != own);
            crowd.gone.extend(gone.map(|added| RequestRef {
                incident: *incident,
                added: *added,
            }));
        }
        crowd
    }

    /// Those of them that are in the window: KSC was asked for no other.
    pub(super) fn within(mut self, window: &NameWindow) -> Self {
        self.shown.retain(|it| window.holds(*it));
        self.gone.retain(|it| window.holds(*it));
        self
    }

    /// All of them, with the times at which they were asked for; of those that have one number the
    /// one that is shown is the last. One that `is_settled` is left out when its number is
    /// another's now.
    pub(super) fn all(&self, is_settled: impl Fn(RequestRef) -> bool) -> Vec<RequestRef> {
        let numbers: HashSet<i64> = self.shown.iter().map(|it| it.incident).collect();
        let counts = |it: &&RequestRef| !(numbers.contains(&it.incident) && is_settled(**it));
        let gone = self.gone.iter().filter(counts).copied();
        gone.chain(self.shown.iter().map(|it| self.as_born(*it)))
            .collect()
    }

    /// One that is shown, with the time at which it was asked for.
    fn as_born(&self, it: RequestRef) -> RequestRef {
        let added = self.births.get(&it.incident).copied();
        RequestRef {
            added: added.unwrap_or(it.added),
            ..it
        }
    }

    /// Up to which number the requests need not have come in the order of their numbers, or may not
    /// be all; zero where they have and are. It does not matter for one that `is_settled`.
    pub(super) fn unordered(&self, is_settled: impl Fn(RequestRef) -> bool) -> i64 {
        if self.is_partial {
            return i64::MAX;
        }
        if self.gone.is_empty() {
            return 0;
        }
        let mut all = self.all(&is_settled);
        all.sort_by_key(|it| it.incident);
        // The latest time that one up to there says; nothing once one says none.
        let latest = all
            .iter()
            .scan(Some(OffsetDateTime::UNIX_EPOCH), |latest, it| {
                *latest = latest.zip(it.added).map(|(latest, it)| latest.max(it));
                Some(*latest)
            });
        let latest: Vec<Option<OffsetDateTime>> = latest.collect();
        let lost = |gone: &RequestRef| {
            let lower = all.partition_point(|it| it.incident < gone.incident);
            let has_number = all[lower..]
                .iter()
                .take_while(|it| it.incident == gone.incident)
                .any(|it| it != gone);
            let came_later = match lower.checked_sub(1).map(|it| latest[it]) {
                None => true,
                Some(latest) => gone
                    .added
                    .zip(latest)
                    .is_some_and(|(gone, latest)| gone > latest + APART),
            };
            has_number || !came_later
        };
        let gone = self.gone.iter().filter(|it| !is_settled(**it) && lost(it));
        gone.map(|it| it.incident).max().unwrap_or(0)
    }
}

/// Adds a request to those that are remembered.
fn add(births: &mut Births, it: RequestRef) {
    let of_number = births.entry(it.incident).or_default();
    if !of_number.contains(&it.added) {
        of_number.push(it.added);
    }
}

impl Bygone {
    /// Nothing is remembered yet but what is shared there.
    pub(super) fn new(alias: Alias, shared: Option<Arc<Store>>) -> Self {
        Self {
            alias,
            known: Mutex::new(BoundedMap::of(MOST_KINDS)),
            shared,
        }
    }

    /// Remembers a request that was made; gives what the others are to remember of it.
    pub(super) fn made(&self, kind: RequestKind, asked: RequestRef) -> RequestAmong {
        self.keep(&kind, vec![asked], add, |_| ());
        let name = self.key(&kind);
        let record = BygoneRecord {
            kind,
            incident: asked.incident,
            added: asked.added,
        };
        RequestAmong {
            name,
            place: asked.incident,
            text: serde_json::to_string(&record).expect("a record is plain data"),
            life: Duration::try_from(LIFE + AT_MOST_WRONG).unwrap_or_default(),
            most: MOST,
        }
    }

    /// What is remembered of these kinds. It is asked for before KSC is: what KSC then does not
    /// show is gone.
    pub(super) async fn of(&self, kinds: HashSet<RequestKind>) -> Remembered {
        let told = self.told(&kinds).await;
        let is_partial = told.is_none();
        let mut told = told.unwrap_or_default();
        let remember = |kind: RequestKind| {
            let told = told.remove(&kind).unwrap_or_default();
            let births = self.keep(&kind, told, add, Births::clone);
            (kind, births)
        };
        Remembered {
            births: kinds.into_iter().map(remember).collect(),
            is_partial,
        }
    }

    /// Remembers what KSC shows, too, and gives the requests of each kind: those that it shows of
    /// those since then, and those that it shows no longer.
    pub(super) fn beside(
        &self,
        shown: HashMap<RequestKind, (Vec<RequestRef>, OffsetDateTime)>,
        mut remembered: Remembered,
    ) -> HashMap<RequestKind, Crowd> {
        let crowd = |(kind, (shown, since)): (RequestKind, (Vec<RequestRef>, OffsetDateTime))| {
            // Of one that is known already only the time was moved.
            let unknown = |births: &mut Births, it: RequestRef| {
                if !births.contains_key(&it.incident) {
                    add(births, it);
                }
            };
            self.keep(&kind, shown.clone(), unknown, |_| ());
            let mut births = remembered.births.remove(&kind).unwrap_or_default();
            // KSC was not asked for those that are older.
            for of_number in births.values_mut() {
                of_number.retain(|it| it.is_none_or(|it| it >= since));
            }
            births.retain(|_, it| !it.is_empty());
            let crowd = Crowd {
                is_partial: remembered.is_partial,
                ..Crowd::of(shown, &births)
            };
            (kind, crowd)
        };
        shown.into_iter().map(crowd).collect()
    }

    /// What the replicas have made of these kinds; nothing when they share a store that cannot be
    /// asked.
    async fn told(
        &self,
        kinds: &HashSet<RequestKind>,
    ) -> Option<HashMap<RequestKind, Vec<RequestRef>>> {
        let mut told: HashMap<RequestKind, Vec<RequestRef>> = HashMap::new();
        let keys: HashSet<String> = kinds.iter().map(|it| self.key(it)).collect();
        if let Some(shared) = self.shared.as_ref().filter(|_| !keys.is_empty()) {
            for text in shared.like(keys).await.ok()? {
                if let Ok(record) = serde_json::from_str::<BygoneRecord>(&text) {
                    let asked = RequestRef {
                        incident: record.incident,
                        added: record.added,
                    };
                    told.entry(record.kind).or_default().push(asked);
                }
            }
        }
        Some(told)
    }

    /// Adds these to what is remembered of a kind. All of that can be seen then.
    fn keep<T>(
        &self,
        kind: &RequestKind,
        asked: Vec<RequestRef>,
        add: impl Fn(&mut Births, RequestRef),
        see: impl FnOnce(&Births) -> T,
    ) -> T {
        let mut known = self.known();
        let mut births = known.take(kind).unwrap_or_default();
        for it in asked {
            add(&mut births, it);
        }
        while births.len() > MOST {
            births.pop_first();
        }
        let seen = see(&births);
        if !births.is_empty() {
            known.note(kind.clone(), births);
        }
        seen
    }

    /// Where the requests of a kind to this server are shared. Areas are what callers call them, and
    /// not for a name there.
    fn key(&self, kind: &RequestKind) -> String {
        digest::short(&(self.alias.as_str(), kind))
    }

    fn known(&self) -> MutexGuard<'_, BoundedMap<RequestKind, Births>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(incident: i64, seconds: i64) -> RequestRef {
        let added = OffsetDateTime::from_unix_timestamp(1_000_000_000 + seconds);
        RequestRef {
            incident,
            added: added.ok(),
        }
    }

    fn crowd(shown: &[RequestRef], remembered: &[RequestRef]) -> Crowd {
        let mut births = Births::new();
        for it in remembered {
            add(&mut births, *it);
        }
        Crowd::of(shown.to_vec(), &births)
    }

    #[test]
    fn what_is_shown_no_longer_is_there_and_a_time_that_was_moved_is_not_another_request() {
        let all = [asked(1, 0), asked(2, 100), asked(3, 200)];
        let shown = [asked(1, 30_000), asked(3, 200)];

        let crowd = crowd(&shown, &all);
        assert_eq!(crowd.gone, [all[1]]);
        assert_eq!(crowd.all(|_| false), [all[1], all[0], all[2]]);
        assert_eq!(crowd.unordered(|_| false), 0);
    }

    #[test]
    fn one_that_a_restored_ksc_has_lost_leaves_no_order() {
        // The third was lost, and its number and the one before it were given out again.
        let before = [asked(1, 0), asked(2, 100), asked(3, 200)];
        let shown = [asked(1, 0), asked(2, 900), asked(3, 1_000)];
        let remembered = [before.as_slice(), &shown].concat();

        let crowd = crowd(&shown, &remembered);
        assert_eq!(crowd.gone, [before[1], before[2]]);
        assert_eq!(crowd.unordered(|_| false), 3);
        // That of which the task is known has no part in it.
        assert_eq!(crowd.unordered(|it| it == before[2]), 2);
        assert_eq!(crowd.unordered(|it| before.contains(&it)), 0);
        assert_eq!(crowd.all(|it| before.contains(&it)), shown);
    }

    #[test]
    fn what_nobody_could_be_asked_about_has_no_order() {
        let crowd = Crowd {
            is_partial: true,
            ..crowd(&[asked(1, 0)], &[])
        };

        assert_eq!(crowd.unordered(|_| false), i64::MAX);
    }
}
