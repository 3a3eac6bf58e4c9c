//! Whether what KSC shows of a host may be of a request that may have reached it. No IO.
//!
//! A request that is sent again is a second isolation, or a second process started, if the first
//! one is there after all. So it is not enough that nothing looks like it: nothing may be left that
//! could be it. An analyst edits an incident, moves its time, closes it with a text of his own, or
//! deletes it when its task is done.
//!
//! * The very text that was sent is the request, whatever the incident's number and time.
//! * What asks for something else in so many words is another request.
//! * Everything else may be the request: a row without text or host or number, a text that is no
//!   request, a text that asks for the same. Only an incident that was there before the request
//!   left is not, and that its number says while KSC still has the incident that the request's
//!   [`Milestone`](super::milestone::Milestone) is.
//! * A KSC task of the same area, type and host may have come of an incident that is gone. It has
//!   not when it is older by far than the request, by clocks that are not trusted with less than a
//!   day; or when other incidents explain it: the names of all tasks like it end in the numbers of
//!   such incidents, in the order in which both were made, and each of those incidents from the
//!   first one on has its task; or it is older by those clocks, and the names of all that are older
//!   are explained so.
//!
//! # Rationale
//!
//! The price is an answer `outcome_unknown` for a request that did not arrive, while somebody else
//! has asked for the same or has worked on the host's incidents. Whoever gets it is told what to
//! look at.

use ksc::Incident;
use time::{Duration, OffsetDateTime};

use super::mark::IncidentMark;
use super::wish::{Likeness, Wish};
use crate::backends::ksc::tasks::{is_named, number_in};
use crate::digest;

/// What one incident is to a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum ShownIncident {
    /// It is the request's.
    Own(i64),
    /// It asks for something else, with tasks like this.
    Foreign(i64, Likeness),
    /// It may be the request's. So it has no number, or asks for the same, or for nothing that can
    /// be read.
    Doubtful(Option<i64>, Option<Likeness>),
}

/// What the host's incidents come to.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Incidents {
    /// Those that may be the request's.
    pub(super) doubtful: Vec<Option<i64>>,
    /// The numbers of others whose KSC tasks are like the request's.
    like: Vec<i64>,
}

/// A KSC task of the host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct HostTask {
    pub(super) id: String,
    pub(super) name: Option<String>,
    pub(super) created: Option<OffsetDateTime>,
}

/// A task that is older than a request by so much is older, whatever clocks dated the two.
const OLDER_BY_FAR: Duration = Duration::DAY;

/// A task that is older by less may as well be younger: what its name ends in is no help then.
const AT_THE_SAME_TIME: Duration = Duration::MINUTE;

/// What an incident is to a request; nothing when it is another host's. A row without a number is
/// no incident that can be read, and may be one all the same.
pub(super) fn compare(mark: &IncidentMark, row: Option<Incident>) -> Option<ShownIncident> {
    let Some(row) = row.filter(|it| it.id > 0) else {
        return Some(ShownIncident::Doubtful(None, None));
    };
    let body = row.body.as_deref();
    if body.is_some_and(|it| digest::of_text(it) == mark.body) {
        return Some(ShownIncident::Own(row.id));
    }
    let host = row.host_id.as_deref().filter(|it| !it.is_empty());
    if host.is_some_and(|it| !it.eq_ignore_ascii_case(&mark.host_id)) {
        return None;
    }
    let wish = body.and_then(Wish::read);
    Some(match (wish, &mark.wish) {
        (Some(wish), Some(own)) if host.is_some() && wish != *own => {
            ShownIncident::Foreign(row.id, wish.likeness)
        }
        (wish, _) => ShownIncident::Doubtful(Some(row.id), wish.map(|it| it.likeness)),
    })
}

/// Whether it matters that KSC still has the incident that the request's mark is.
pub(super) fn needs_milestone(mark: &IncidentMark, shown: &[ShownIncident]) -> bool {
    shown.iter().any(|it| match it {
        ShownIncident::Doubtful(Some(id), _) => was_there(mark, *id),
        ShownIncident::Own(_) | ShownIncident::Foreign(..) | ShownIncident::Doubtful(None, _) => {
            false
        }
    })
}

fn was_there(mark: &IncidentMark, incident: i64) -> bool {
    mark.milestone
        .as_ref()
        .is_some_and(|it| incident <= it.incident)
}

impl Incidents {
    /// Sorts what KSC shows, without the request's own; `mark_stands` when KSC has the incident
    /// that the request's mark is.
    pub(super) fn sort(
        mark: &IncidentMark,
        shown: Vec<ShownIncident>,
        milestone_stands: bool,
    ) -> Self {
        let own = mark.wish.as_ref().map(|it| &it.likeness);
        let mut sorted = Self::default();
        for it in shown {
            match it {
                ShownIncident::Own(_) => {}
                ShownIncident::Foreign(id, likeness) => {
                    sorted.like.extend((Some(&likeness) == own).then_some(id));
                }
                ShownIncident::Doubtful(Some(id), likeness)
                    if milestone_stands && was_there(mark, id) =>
                {
                    let like = likeness.is_some() && likeness.as_ref() == own;
                    sorted.like.extend(like.then_some(id));
                }
                ShownIncident::Doubtful(id, _) => sorted.doubtful.push(id),
            }
        }
        sorted
    }

    /// The KSC tasks of the host that may be of the request, which was made at this time.
    pub(super) fn unexplained(
        &self,
        mark: &IncidentMark,
        asked: OffsetDateTime,
        tasks: &[HostTask],
    ) -> Vec<String> {
        let created = |it: &HostTask| it.created.unwrap_or(asked);
        let oldest = asked.saturating_sub(OLDER_BY_FAR);
        let mut like: Vec<&HostTask> = tasks
            .iter()
            .filter(|it| created(it) >= oldest && is_like(mark, it))
            .collect();
        like.sort_by_key(|it| (it.id.len(), it.id.clone()));
        // A counter that passes the numbers of incidents would leave one of them without a task, or
        // end in a number that is none, when one task more is there.
        if self.explain(&like) && self.have_tasks(&like) {
            return Vec::new();
        }
        let before = asked.saturating_sub(AT_THE_SAME_TIME);
        let (before, now): (Vec<_>, Vec<_>) = like.into_iter().partition(|it| created(it) < before);
        let before = if self.explain(&before) {
            Vec::new()
        } else {
            before
        };
        before
            .into_iter()
            .chain(now)
            .map(|it| it.id.clone())
            .collect()
    }

    /// Whether each other such incident has one of these tasks, from the first on that has.
    fn have_tasks(&self, tasks: &[&HostTask]) -> bool {
        let numbers: Vec<i64> = tasks.iter().filter_map(|it| number_of(it)).collect();
        let first = numbers.first().copied().unwrap_or(i64::MAX);
        self.like
            .iter()
            .filter(|it| **it >= first)
            .all(|it| numbers.contains(it))
    }

    /// Whether the names of all these tasks end in numbers of other such incidents, in the order in
    /// which they were made. What the number in a name is, KSC documents nowhere: where one of them
    /// is another, none is believed.
    fn explain(&self, tasks: &[&HostTask]) -> bool {
        let numbers: Option<Vec<i64>> = tasks.iter().map(|it| number_of(it)).collect();
        numbers.is_some_and(|it| {
            it.is_sorted_by(|a, b| a < b) && it.iter().all(|it| self.like.contains(it))
        })
    }
}

/// Whether a task may be of the request by its name. One without a name may be any.
fn is_like(mark: &IncidentMark, task: &HostTask) -> bool {
    match (&task.name, &mark.wish) {
        (Some(name), Some(wish)) => is_named(name, &wish.likeness.area, wish.likeness.task),
        (None, _) | (_, None) => true,
    }
}

/// The number that is the last part of a task's name, when it is one and not the task's own.
pub(super) fn number_of(task: &HostTask) -> Option<i64> {
    number_in(task.name.as_ref()?, &task.id)
}

#[cfg(test)]
mod worlds;
