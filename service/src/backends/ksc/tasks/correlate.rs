//! Which KSC task came of which incident.
//!
//! KSC says so nowhere. What is known: the task is made for the incident's host, after the incident,
//! named `[Response][<area>] <task> - <date> <time> - <ID>` (KES for Windows 12.10, article 300214), and
//! the service console works through incidents in their order. What `<ID>` is, the vendor does not say;
//! where it can only be the number of the incident, that settles it ([`names`]).
//!
//! Everybody's requests count, not only ours: KUMA's scripts make the same tasks. A pairing is given out
//! only when no other would explain what is seen as well; else all candidates are.
//!
//! # What orders, and what does not
//!
//! Requests stand in the order of their incidents' numbers and tasks in that of their ids: KSC counts
//! both, and nobody chooses them. `KLINCDT_ADDED` is what a sender's clock said, and senders are many: it
//! orders nothing. It is used for two things that no clock which is wrong by hours can turn into a wrong
//! pair. A task that is older than a request says it is, and than all later ones say they are, is left
//! out of what the request may have made: leaving out can only make a pairing less certain. And a task
//! that is older by more than [`AT_MOST_WRONG`] is not the request's.
//!
//! Leaving out is sound while every request is in sight that the other tasks can have come of. So those that
//! KSC shows no longer are remembered and weighed with the others ([`super::bygone`]); and where later
//! requests say that one has been there before it says so itself, somebody's clock is wrong or a time was
//! moved: then it does not say either which tasks are too old to be its own.
//!
//! A request that did not exist yet when a task was seen has not made it, whatever both say of their
//! times: [`Rivals::before`].

mod names;
mod pairings;

#[cfg(test)]
mod cases;
#[cfg(test)]
mod model;

use std::collections::HashMap;

use ksc::TaskInfo;
use time::OffsetDateTime;

use super::LIFE;
pub(crate) use names::{is_named, number_in};
pub(super) use names::{is_response, number_of};
use pairings::Pairings;
use vocabulary::report::KscTask;

/// Clocks of the gateway, which dates incidents, and of KSC, which dates tasks, may differ by so
/// much before a request goes without its task.
pub(crate) const SKEW: time::Duration = time::Duration::seconds(5);

/// No sender's clock is wrong by more. The vendor's scripts write local time as if it were UTC, which is
/// up to 14 hours.
pub(super) const AT_MOST_WRONG: time::Duration = time::Duration::hours(24);

/// A request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct RequestRef {
    pub(super) incident: i64,
    /// What the sender's clock said; nothing where KSC does not tell.
    pub(super) added: Option<OffsetDateTime>,
}

/// A KSC task that could have come of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SeenTask {
    pub(super) id: String,
    pub(super) name: String,
    /// By KSC's clock; nothing where it does not tell.
    pub(super) created: Option<OffsetDateTime>,
}

impl SeenTask {
    /// KSC counts its tasks: by this they stand in the order in which they were made.
    pub(super) fn age(&self) -> (usize, &str) {
        (self.id.len(), &self.id)
    }
}

impl From<KscTask> for SeenTask {
    fn from(task: KscTask) -> Self {
        Self {
            id: task.id,
            name: task.name,
            created: task.created_at,
        }
    }
}

impl From<&TaskInfo> for SeenTask {
    fn from(info: &TaskInfo) -> Self {
        Self {
            id: info.id.clone(),
            name: info.display_name.clone().unwrap_or_default(),
            created: info.created,
        }
    }
}

/// What makes a pair of a request and a task one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Proof {
    /// The task's name says so.
    Name,
    /// Every other pairing leaves something unexplained. One more task, or one that an administrator made
    /// by hand, can change that.
    Order,
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Match {
    /// No task yet.
    None,
    /// This one and no other.
    One(SeenTask, Proof),
    /// Any of these.
    Many(Vec<SeenTask>),
    /// One of these perhaps: there are too many requests to tell whose they are.
    Unclear(Vec<SeenTask>),
}

/// Requests of one kind, and what is known of them and of their tasks.
pub(super) struct Rivals {
    /// All requests of the kind, also those that KSC shows no longer; nothing when there are too many to
    /// be known.
    pub(super) asked: Option<Vec<RequestRef>>,
    /// Up to this number requests may be missing, or have come in another order than that of their numbers.
    pub(super) unordered: i64,
    /// The task of a request, where that is certain: it is nobody else's, and a request whose task is
    /// known competes for no other, be its own still there or gone.
    pub(super) known: HashMap<i64, String>,
    /// The highest number that a request of the kind had when a task, by its id, had been seen already:
    /// no later one has made it.
    pub(super) before: HashMap<String, i64>,
    /// Whether their area has a tag, which the gateway gives to one request alone.
    pub(super) tagged: bool,
}

impl Rivals {
    /// Whether a task was there before the request was.
    fn was_before(&self, task: &SeenTask, incident: i64) -> bool {
        self.before.get(&task.id).is_some_and(|it| *it < incident)
    }

    /// The request of this number, as it was asked for: an analyst may have moved its time since.
    fn as_asked(&self, own: RequestRef) -> RequestRef {
        let of_number = |it: &&RequestRef| it.incident == own.incident;
        let mut asked = self.asked.iter().flatten().filter(of_number);
        if asked.clone().any(|it| *it == own) {
            return own;
        }
        asked.next_back().copied().unwrap_or(own)
    }

    /// Whether a task is known to be another request's.
    fn is_anothers(&self, task: &SeenTask, own: i64) -> bool {
        let mut others = self.known.iter().filter(|(other, _)| **other != own);
        others.any(|(_, id)| *id == task.id)
    }
}

/// A request among those of its kind, and since when it has been there at the latest, as they say.
#[derive(Debug, Clone, Copy)]
struct PlacedRequest {
    asked: RequestRef,
    /// The least `added` of it and of all later ones: it was there before each of them.
    by: Option<OffsetDateTime>,
}

impl PlacedRequest {
    /// How much older than that its task may be. Where a later one belies what it says of itself, nobody knows
    /// how much earlier it came.
    fn slack(&self) -> time::Duration {
        let belied = |(added, by)| added > by + SKEW;
        if self.asked.added.zip(self.by).is_some_and(belied) {
            AT_MOST_WRONG
        } else {
            SKEW
        }
    }

    /// Whether a task is as young as what this request made must be, but for so much.
    fn may_follow(&self, task: &SeenTask, slack: time::Duration) -> bool {
        match (self.by, task.created) {
            (Some(by), Some(created)) => created >= by.saturating_sub(slack),
            (_, _) => true,
        }
    }
}

/// All requests in the order of their numbers.
fn in_order(own: RequestRef, others: &[RequestRef]) -> Vec<PlacedRequest> {
    let mut asked: Vec<RequestRef> = others.to_vec();
    if !asked.contains(&own) {
        asked.push(own);
    }
    // Of one number the last was the last to get it.
    asked.sort_by_key(|it| it.incident);
    asked.dedup();
    let mut least = None;
    let placed = asked.into_iter().rev().map(|asked| {
        least = [least, asked.added].into_iter().flatten().min();
        PlacedRequest { asked, by: least }
    });
    let mut placed: Vec<PlacedRequest> = placed.collect();
    placed.reverse();
    placed
}

/// The task of `own` among those seen, while its rivals may have made some of them.
pub(super) fn among(own: RequestRef, rivals: &Rivals, mut seen: Vec<SeenTask>) -> Match {
    let Some(asked) = &rivals.asked else {
        return any_of(own, rivals, seen);
    };
    let own = rivals.as_asked(own);
    let requests = in_order(own, asked);
    let place = requests.iter().find(|it| it.asked == own);
    let place = *place.expect("it is among them");
    seen.sort_by(|a, b| a.age().cmp(&b.age()));
    let may_be_own =
        |it: &SeenTask| place.may_follow(it, SKEW) && !rivals.was_before(it, own.incident);
    // Not only what may be its own counts: a name that fits nobody speaks against all of them.
    let near = |it: &&SeenTask| place.may_follow(it, AT_MOST_WRONG);
    let named: Vec<SeenTask> = seen.iter().filter(near).cloned().collect();
    if let Some(pairs) = names::believed(&requests, rivals, &named) {
        let pair = pairs.into_iter().find(|(it, _)| *it == own.incident);
        let task = pair.map(|(_, at)| &named[at]).filter(|it| may_be_own(it));
        return task.map_or(Match::None, |it| Match::One(it.clone(), Proof::Name));
    }
    if rivals.tagged && requests.len() == 1 && seen.len() == 1 && may_be_own(&seen[0]) {
        return Match::One(seen.swap_remove(0), Proof::Name);
    }
    // Those that are too old have no task left.
    let oldest = place.by.map(|it| it.saturating_sub(LIFE + AT_MOST_WRONG));
    let competes = |it: &PlacedRequest| {
        let known = rivals.known.contains_key(&it.asked.incident);
        let old = it.asked.added.zip(oldest).is_some_and(|(it, old)| it < old);
        it.asked == own || !(known || old)
    };
    let requests: Vec<PlacedRequest> = requests.into_iter().filter(competes).collect();
    let first = requests.first().copied().unwrap_or(place);
    seen.retain(|it| first.may_follow(it, first.slack()) && !rivals.is_anothers(it, own.incident));
    match by_order(own, &requests, rivals, seen) {
        Match::One(task, _) if may_be_own(&task) && own.incident <= rivals.unordered => {
            Match::Many(vec![task])
        }
        Match::One(task, proof) if may_be_own(&task) => Match::One(task, proof),
        Match::Many(tasks) if tasks.iter().any(may_be_own) => Match::Many(tasks),
        Match::Unclear(tasks) => Match::Unclear(tasks),
        // What is older than the request says it is, by more than clocks differ as a rule, is not given
        // to it.
        Match::None | Match::One(..) | Match::Many(_) => Match::None,
    }
}

/// Every task that the request can have made, when too many others may have made them as well.
fn any_of(own: RequestRef, rivals: &Rivals, seen: Vec<SeenTask>) -> Match {
    let alone = PlacedRequest {
        asked: own,
        by: own.added,
    };
    let possible = |it: &SeenTask| {
        alone.may_follow(it, SKEW)
            && !rivals.was_before(it, own.incident)
            && !rivals.is_anothers(it, own.incident)
    };
    let possible: Vec<SeenTask> = seen.into_iter().filter(possible).collect();
    if possible.is_empty() {
        Match::None
    } else {
        Match::Unclear(possible)
    }
}

/// The task of `own` among those that it may have made, in their order, while the other requests may have
/// made some of them.
///
/// Whatever tasks are left out, the right pairing of those that remain leaves none of them over, as long
/// as each came of a request in sight: it is one of the largest, and what all the largest agree on is
/// right.
fn by_order(
    own: RequestRef,
    requests: &[PlacedRequest],
    rivals: &Rivals,
    mut seen: Vec<SeenTask>,
) -> Match {
    let at = requests
        .iter()
        .position(|it| it.asked == own)
        .expect("it is among them");
    let fits = |request: usize, task: usize| {
        let (request, task) = (&requests[request], &seen[task]);
        let before = rivals.was_before(task, request.asked.incident);
        !before && request.may_follow(task, AT_MOST_WRONG)
    };
    let pairings = Pairings::new(requests.len(), seen.len(), fits);
    let possible: Vec<usize> = (0..seen.len())
        .filter(|it| pairings.may_be(at, *it))
        .collect();
    match possible.as_slice() {
        [] => Match::None,
        [one] if !pairings.may_have_none(at) => Match::One(seen.swap_remove(*one), Proof::Order),
        many => Match::Many(many.iter().map(|it| seen[*it].clone()).collect()),
    }
}

/// Whether a task is young enough to have come of a request of this time.
pub(super) fn may_follow(added: OffsetDateTime, task: &SeenTask) -> bool {
    let follows = |it| it >= added.saturating_sub(SKEW);
    task.created.is_some_and(follows)
}
