//! What it means that no KSC task of a request is there: not made yet, stalled, or lost and why.
//!
//! KSC says nothing of a task that it has removed. What can be known is put together: whether this
//! replica has seen the task, how old it is, and which response tasks KSC holds instead. KSC
//! removes them at an age, and the oldest first when there are too many; what neither explains,
//! somebody has deleted.
//!
//! A task that was never seen may not have been made yet, however long it takes: it is lost only
//! where something shows that its time is over.

use time::OffsetDateTime;

use super::census::Roll;
use super::front::TaskReader;
use super::life::LIFE;
use super::view::View;
use vocabulary::report::State;

/// A task is not made, seen by nobody and removed within so short a time.
const SOON: time::Duration = time::Duration::minutes(1);

/// A request whose task is not there.
#[derive(Clone, Copy)]
pub(super) struct Absent {
    pub(super) incident: i64,
    /// When the request was made.
    pub(super) added: OffsetDateTime,
    pub(super) now: OffsetDateTime,
    /// How many response tasks KSC keeps.
    pub(super) limit: usize,
}

impl Absent {
    /// Its task was seen, was open, and is not there any more. `roll` are the response tasks that
    /// KSC holds since; nothing when they cannot be counted.
    pub(super) fn gone(self, last: View, roll: Option<&Roll>) -> View {
        let task = last.task.as_ref();
        let id = task.map_or("", |it| it.id.as_str());
        let created = task.and_then(|it| it.created_at).unwrap_or(self.added);
        let why = if self.now - created >= LIFE {
            "expired: KSC keeps a response task for 30 days".to_owned()
        } else if let Some(roll) = roll {
            self.why_not_among(roll, created)
        } else {
            "deleted or rotated out; the response tasks in KSC could not be counted to tell which"
                .to_owned()
        };
        let evidence = format!(
            "KSC task {id} of incident {} was last seen {} and is gone: {why}",
            self.incident,
            last.state.name()
        );
        View {
            state: State::Lost,
            evidence,
            ..last
        }
    }

    /// Its task was seen, was open, and KSC does not show it now. That is no word of what became of
    /// it: it is asked again.
    pub(super) fn missing(self, last: View) -> View {
        let id = last.task.as_ref().map_or("", |it| it.id.as_str());
        let evidence = format!(
            "KSC task {id} of incident {} was last seen {}, and KSC does not show it now: it is looked for again before it counts as gone",
            self.incident,
            last.state.name()
        );
        // An end that was seen and is not settled is no end without its task.
        let state = if last.state.is_terminal() {
            State::Pending
        } else {
            last.state
        };
        View {
            state,
            evidence,
            ..last
        }
    }

    fn why_not_among(self, roll: &Roll, created: OffsetDateTime) -> String {
        let (live, limit) = (roll.live(), self.limit);
        let oldest = roll.tasks.first().filter(|_| live >= limit);
        let Some(oldest) = oldest.and_then(|it| it.created) else {
            return format!(
                "deleted by somebody: KSC holds {live} response tasks and keeps {limit}, so it rotated none out"
            );
        };
        match oldest.cmp(&created) {
            std::cmp::Ordering::Greater => format!(
                "rotated out: KSC keeps {limit} response tasks, and each of the {live} that it holds is younger"
            ),
            std::cmp::Ordering::Equal => format!(
                "rotated out, or deleted by somebody: KSC keeps {limit} response tasks, and the oldest of the {live} that it holds is as old"
            ),
            std::cmp::Ordering::Less => format!(
                "deleted by somebody: of the {live} response tasks that KSC holds some are older, and KSC rotates out the oldest"
            ),
        }
    }

    /// It was never seen, and KSC keeps no task for so long.
    pub(super) fn expired(self) -> View {
        let evidence = format!(
            "Incident {} is older than the 30 days that KSC keeps a response task, and no task of it is left: expired, or never made",
            self.incident
        );
        View::bare(State::Lost, evidence)
    }

    /// It was never seen, and the service console has come to later requests, whose tasks fill KSC:
    /// the oldest task that is left came of the incident `oldest`.
    pub(super) fn rotated(self, live: usize, oldest: i64) -> View {
        let (incident, limit) = (self.incident, self.limit);
        let evidence = format!(
            "Rotated out: KSC keeps {limit} response tasks, and the oldest of the {live} that it holds came of incident {oldest}, after incident {incident}"
        );
        View::bare(State::Lost, evidence)
    }

    /// The request still waits for its task.
    pub(super) fn waiting(self, perhaps: Perhaps) -> View {
        let incident = self.incident;
        let evidence = if self.now - self.added < SOON {
            format!("KSC stored incident {incident}; no KSC task of it is there yet")
        } else {
            format!(
                "KSC stored incident {incident}; no KSC task of it is there: not made yet, or {}",
                perhaps.words()
            )
        };
        View::bare(State::Accepted, evidence)
    }

    /// The request waits for longer than it should; `console` says whether a service console is
    /// connected, when KSC says so.
    pub(super) fn stalled(self, console: Option<bool>, perhaps: Perhaps) -> View {
        let console = match console {
            // Its tasks are made by an account of its own, whose rights this one cannot see.
            Some(true) => {
                "a service console is connected: its own account (NWCSvcUser…) may lack the rights to make tasks of Kaspersky Endpoint Security"
            }
            Some(false) => "no service console is connected, so none will appear until one is",
            None => "KSC does not say whether a service console is connected",
        };
        let evidence = format!(
            "{} minutes after incident {} no KSC task of it is there: not made, or {}; {console}",
            (self.now - self.added).whole_minutes(),
            self.incident,
            perhaps.words()
        );
        View::bare(State::Stalled, evidence)
    }
}

/// What else may have become of a task that was never seen.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Perhaps {
    /// Nothing speaks for anything.
    Removed,
    /// KSC is full of younger ones.
    RotatedOut,
}

impl Perhaps {
    const fn words(self) -> &'static str {
        match self {
            Self::Removed => "removed since",
            Self::RotatedOut => "rotated out: KSC is full of younger ones",
        }
    }
}

impl TaskReader {
    /// What is known of a request without a task, before it is looked into why.
    pub(super) fn absent(&self, incident: i64, added: OffsetDateTime) -> Absent {
        Absent {
            incident,
            added,
            now: self.clock.now(),
            limit: self.settings.budget,
        }
    }
}
