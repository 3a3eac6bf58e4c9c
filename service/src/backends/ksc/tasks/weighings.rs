//! What came of weighing requests against others, kept for as long as it holds.
//!
//! Requests that came after some tasks were there have made none of them. So what came of weighing
//! a request holds for as long as the tasks beside it are the same and no more is known of their
//! host: to weigh it again reads up to a thousand incidents, and finds the same.
//!
//! It is forgotten when a task on the host turns out to be certainly some request's, which can
//! decide what was ambiguous. What was weighed while the shared store could not be asked is not
//! kept; nor is that there are too many requests to tell: of that only is kept that names do not
//! decide it, and for a while that the host has too many ([`CROWDED_FOR`]).
//!
//! # What it costs
//!
//! At most [`MOST`] requests, each with its key, a digest, and places in a list: some 300 bytes,
//! 3 MiB in all; and at most [`MOST_CROWDED`] hosts.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use time::OffsetDateTime;

use super::correlate::{Match, Proof, SeenTask};
use super::keys::RequestKey;
use super::memory::BoundedMap;
use crate::digest;

/// Most requests of which it is kept what came of weighing them.
const MOST: usize = 10_000;

/// Most hosts that are known to have too many requests.
const MOST_CROWDED: usize = 1_000;

/// So long it is gone by that a host has too many requests: they become fewer as days pass, and
/// until then nothing is said of their tasks.
const CROWDED_FOR: Duration = Duration::from_mins(10);

/// A host that has too many requests since a moment has so since any moment that is not later by
/// so much.
const AS_LONG_AGO: time::Duration = time::Duration::DAY;

/// What came of weighing requests.
pub(super) struct Weighings {
    kept: Mutex<Kept>,
    names_tell: AtomicBool,
}

struct Kept {
    found: BoundedMap<RequestKey, KeptWeighing>,
    /// Since when a host has too many requests, and when that was read, by its id in lower case.
    crowded: BoundedMap<String, (OffsetDateTime, Duration)>,
}

struct KeptWeighing {
    among: TasksMark,
    found: Places,
}

/// A match by the places of its tasks in the list that was weighed.
enum Places {
    None,
    One(usize, Proof),
    Many(Box<[usize]>),
    /// Names do not decide it, and there are too many requests for anything else.
    Open,
}

/// What tells some tasks, and what is known of their host, from every other such list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TasksMark([u8; 32]);

impl TasksMark {
    /// Of these tasks in their order, when so many of their host's have been found to be
    /// certain.
    pub(super) fn of(seen: &[SeenTask], certain: u64) -> Self {
        let tasks: Vec<(&str, &str, Option<i64>)> = seen
            .iter()
            .map(|it| {
                (
                    &*it.id,
                    &*it.name,
                    it.created.map(OffsetDateTime::unix_timestamp),
                )
            })
            .collect();
        Self(digest::of(&(tasks, certain)))
    }
}

impl Default for Weighings {
    fn default() -> Self {
        Self {
            kept: Mutex::new(Kept {
                found: BoundedMap::of(MOST),
                crowded: BoundedMap::of(MOST_CROWDED),
            }),
            names_tell: AtomicBool::new(true),
        }
    }
}

impl Weighings {
    /// What came of weighing a request among just these tasks.
    pub(super) fn found(
        &self,
        request: &RequestKey,
        mark: TasksMark,
        seen: &[SeenTask],
    ) -> Option<Match> {
        let kept = self.kept();
        let weighing = kept.found.get(request).filter(|it| it.among == mark)?;
        let task = |at: &usize| seen.get(*at).cloned();
        match &weighing.found {
            Places::Open => None,
            Places::None => Some(Match::None),
            Places::One(at, proof) => Some(Match::One(task(at)?, *proof)),
            Places::Many(places) => Some(Match::Many(places.iter().filter_map(task).collect())),
        }
    }

    /// Whether a request was weighed among just these tasks, whatever came of it.
    pub(super) fn has(&self, request: &RequestKey, mark: TasksMark) -> bool {
        let kept = self.kept();
        kept.found.get(request).is_some_and(|it| it.among == mark)
    }

    /// Keeps it.
    pub(super) fn note(
        &self,
        request: RequestKey,
        mark: TasksMark,
        seen: &[SeenTask],
        found: &Match,
    ) {
        let place = |task: &SeenTask| seen.iter().position(|it| it == task);
        let places = match found {
            Match::None => Some(Places::None),
            Match::One(task, proof) => place(task).map(|it| Places::One(it, *proof)),
            Match::Many(tasks) => {
                let places: Option<Box<[usize]>> = tasks.iter().map(place).collect();
                places.map(Places::Many)
            }
            Match::Unclear(_) => Some(Places::Open),
        };
        if let Some(found) = places {
            let weighing = KeptWeighing { among: mark, found };
            self.kept().found.note(request, weighing);
        }
    }

    /// Whether a host, by its id in lower case, is known to have too many requests since then.
    pub(super) fn is_crowded(&self, host: &String, since: OffsetDateTime, now: Duration) -> bool {
        let kept = self.kept();
        kept.crowded.get(host).is_some_and(|(crowded, at)| {
            since < crowded.saturating_add(AS_LONG_AGO) && now.saturating_sub(*at) < CROWDED_FOR
        })
    }

    /// Notes that a host has too many requests since then.
    pub(super) fn crowded(&self, host: String, since: OffsetDateTime, now: Duration) {
        self.kept().crowded.note(host, (since, now));
    }

    /// Whether it is worth while to weigh the numbers in names first: they decided last time.
    pub(super) fn names_tell(&self) -> bool {
        self.names_tell.load(Ordering::Relaxed)
    }

    /// Notes whether they decided.
    pub(super) fn names_told(&self, tell: bool) {
        self.names_tell.store(tell, Ordering::Relaxed);
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn task(id: &str, name: &str) -> SeenTask {
        SeenTask {
            id: id.to_owned(),
            name: name.to_owned(),
            created: Some(OffsetDateTime::UNIX_EPOCH),
        }
    }

    fn request(incident: i64) -> RequestKey {
        RequestKey {
            incident,
            added: Some(OffsetDateTime::UNIX_EPOCH),
            host_id: "h".to_owned(),
        }
    }

    #[test]
    fn it_holds_for_the_same_tasks_and_while_no_more_is_known() {
        let weighings = Weighings::default();
        let seen = [task("1", "x"), task("2", "y")];
        let mark = TasksMark::of(&seen, 7);
        let many = Match::Many(vec![seen[1].clone()]);

        weighings.note(request(1), mark, &seen, &many);

        assert_eq!(weighings.found(&request(1), mark, &seen), Some(many));
        assert_eq!(weighings.found(&request(2), mark, &seen), None);
        let renamed = [task("1", "x"), task("2", "z")];
        for (tasks, certain) in [(&seen[..1], 7), (&seen[..], 8), (&renamed[..], 7)] {
            let other = TasksMark::of(tasks, certain);
            assert_eq!(weighings.found(&request(1), other, tasks), None);
        }
    }

    #[test]
    fn that_there_are_too_many_is_not_kept_as_an_answer() {
        let weighings = Weighings::default();
        let seen = [task("1", "x")];
        let mark = TasksMark::of(&seen, 0);

        weighings.note(request(1), mark, &seen, &Match::Unclear(seen.to_vec()));

        assert_eq!(weighings.found(&request(1), mark, &seen), None);
        assert!(weighings.has(&request(1), mark));
    }

    #[test]
    fn a_crowded_host_is_asked_about_again_after_a_while_and_for_another_time() {
        let weighings = Weighings::default();
        let (host, since) = ("h".to_owned(), OffsetDateTime::UNIX_EPOCH);
        let at = Duration::from_secs(100);
        let is_crowded = |since, now| weighings.is_crowded(&host, since, now);

        weighings.crowded(host.clone(), since, at);

        assert!(is_crowded(since, at));
        assert!(is_crowded(since - AS_LONG_AGO, at));
        assert!(!is_crowded(since + AS_LONG_AGO, at));
        assert!(!is_crowded(since, at + CROWDED_FOR));
        assert!(!weighings.is_crowded(&"other".to_owned(), since, at));
    }
}
