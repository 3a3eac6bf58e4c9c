//! Which KSC task came of which incident.
//!
//! KSC says so nowhere. What is known: the task is made for the incident's host, after the
//! incident, named `[Response][<area>] <task> - <date> <time> - <ID>` (KES for Windows 12.10,
//! article 300214), and the service console works through incidents in their order. What `<ID>` is,
//! the vendor does not say; where it can only be the number of the incident, that settles it
//! ([`names`]).
//!
//! Everybody's requests count, not only ours: KUMA's scripts make the same tasks. A pairing is
//! given out only when no other would explain what is seen as well; else all candidates are.
//!
//! # What orders, and what does not
//!
//! Requests stand in the order of their incidents' numbers and tasks in that of their ids: KSC
//! counts both, and nobody chooses them. `KLINCDT_ADDED` is what a sender's clock said, and senders
//! are many: it orders nothing. It is used for two things that no clock which is wrong by hours can
//! turn into a wrong pair. A task that is older than a request says it is, and than all later ones
//! say they are, is left out of what the request may have made: leaving out can only make a pairing
//! less certain. And a task that is older by more than [`AT_MOST_WRONG`] is not the request's.
//!
//! Leaving out is sound while every request is in sight that the other tasks can have come of. So
//! those that KSC shows no longer are remembered and weighed with the others ([`super::bygone`]);
//! and where later requests say that one has been there before it says so itself, somebody's clock
//! is wrong or a time was moved: then it does not say either which tasks are too old to be its own.
//!
//! A request that did not exist yet when a task was seen has not made it, whatever both say of
//! their times: [`Rivals::before`].

#[cfg(feature = "bench")]
pub(in crate::backends::ksc) mod bench;
mod names;
mod pairings;
mod rivals;
mod seen;

#[cfg(test)]
mod cases;
#[cfg(test)]
mod model;

use time::OffsetDateTime;

use super::life::LIFE;
pub(super) use names::{NameWindow, is_response, number_of};
pub(crate) use names::{is_named, number_in};
use pairings::Pairings;
use rivals::PlacedRequest;
pub(super) use rivals::Rivals;
pub(crate) use seen::SKEW;
pub(super) use seen::{AT_MOST_WRONG, Match, Proof, RequestRef, SeenTask};

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

/// A request in its place among the others.
fn placed(own: RequestRef, asked: &[RequestRef]) -> (Vec<PlacedRequest>, PlacedRequest) {
    let requests = in_order(own, asked);
    let place = requests.iter().find(|it| it.asked == own);
    let place = *place.expect("it is among them");
    (requests, place)
}

/// Whether a task can be that of a request in this place.
fn may_be_own(place: &PlacedRequest, rivals: &Rivals, it: &SeenTask) -> bool {
    place.may_follow(it, SKEW) && !rivals.was_before(it, place.asked.incident)
}

/// The task of a request by the numbers in the names of those seen, in their order; nothing where
/// the names are not to be believed.
fn named(
    place: &PlacedRequest,
    requests: &[PlacedRequest],
    rivals: &Rivals,
    seen: &[SeenTask],
) -> Option<Match> {
    // Not only what may be its own counts: a name that fits nobody speaks against all of them.
    let near = |it: &&SeenTask| place.may_follow(it, AT_MOST_WRONG);
    let named: Vec<SeenTask> = seen.iter().filter(near).cloned().collect();
    let pairs = names::believed(requests, rivals, &named)?;
    let pair = pairs
        .into_iter()
        .find(|(it, _)| *it == place.asked.incident);
    let task = pair.map(|(_, at)| &named[at]);
    let task = task.filter(|it| may_be_own(place, rivals, it));
    Some(task.map_or(Match::None, |it| Match::One(it.clone(), Proof::Name)))
}

/// What [`among`] finds by the numbers in names, where they decide it, when the rivals are only
/// those in the request's [`NameWindow`]; nothing where all of them have to be weighed.
pub(super) fn by_names(own: RequestRef, rivals: &Rivals, mut seen: Vec<SeenTask>) -> Option<Match> {
    let asked = rivals.asked.as_ref()?;
    let oldest = names::oldest_near(own)?;
    let (requests, place) = placed(rivals.as_asked(own), asked);
    // Where a later one says that it is older, tasks count for which the window was not made.
    let is_outside = |it: &SeenTask| {
        place.may_follow(it, AT_MOST_WRONG) && it.created.is_none_or(|it| it < oldest)
    };
    if seen.iter().any(is_outside) {
        return None;
    }
    seen.sort_by(|a, b| a.age().cmp(&b.age()));
    named(&place, &requests, rivals, &seen)
}

/// The task of `own` among those seen, while its rivals may have made some of them.
pub(super) fn among(own: RequestRef, rivals: &Rivals, mut seen: Vec<SeenTask>) -> Match {
    let Some(asked) = &rivals.asked else {
        return any_of(own, rivals, seen);
    };
    let own = rivals.as_asked(own);
    let (requests, place) = placed(own, asked);
    let may_be_own = |it: &SeenTask| may_be_own(&place, rivals, it);
    seen.sort_by(|a, b| a.age().cmp(&b.age()));
    if let Some(found) = named(&place, &requests, rivals, &seen) {
        return found;
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
        // What is older than the request says it is, by more than clocks differ as a rule, is not
        // given to it.
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

/// The task of `own` among those that it may have made, in their order, while the other requests
/// may have made some of them.
///
/// Whatever tasks are left out, the right pairing of those that remain leaves none of them over, as
/// long as each came of a request in sight: it is one of the largest, and what all the largest
/// agree on is right.
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
