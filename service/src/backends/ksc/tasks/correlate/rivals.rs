//! The requests of one kind, side by side.

use std::collections::HashMap;

use time::OffsetDateTime;

use super::seen::{AT_MOST_WRONG, RequestRef, SKEW, SeenTask};

/// Requests of one kind, and what is known of them and of their tasks.
pub(in crate::backends::ksc::tasks) struct Rivals {
    /// All requests of the kind, also those that KSC shows no longer; nothing when there are too
    /// many to be known.
    pub(in crate::backends::ksc::tasks) asked: Option<Vec<RequestRef>>,
    /// Up to this number requests may be missing, or have come in another order than that of their
    /// numbers.
    pub(in crate::backends::ksc::tasks) unordered: i64,
    /// The task of a request, where that is certain: it is nobody else's, and a request whose task
    /// is known competes for no other, be its own still there or gone.
    pub(in crate::backends::ksc::tasks) known: HashMap<i64, String>,
    /// The highest number that a request of the kind had when a task, by its id, had been seen
    /// already: no later one has made it.
    pub(in crate::backends::ksc::tasks) before: HashMap<String, i64>,
    /// Whether their area has a tag, which the gateway gives to one request alone.
    pub(in crate::backends::ksc::tasks) tagged: bool,
}

impl Rivals {
    /// Whether a task was there before the request was.
    pub(in crate::backends::ksc::tasks) fn was_before(
        &self,
        task: &SeenTask,
        incident: i64,
    ) -> bool {
        self.before.get(&task.id).is_some_and(|it| *it < incident)
    }

    /// The request of this number, as it was asked for: an analyst may have moved its time since.
    pub(in crate::backends::ksc::tasks) fn as_asked(&self, own: RequestRef) -> RequestRef {
        let of_number = |it: &&RequestRef| it.incident == own.incident;
        let mut asked = self.asked.iter().flatten().filter(of_number);
        if asked.clone().any(|it| *it == own) {
            return own;
        }
        asked.next_back().copied().unwrap_or(own)
    }

    /// Whether a task is known to be another request's.
    pub(in crate::backends::ksc::tasks) fn is_anothers(&self, task: &SeenTask, own: i64) -> bool {
        let mut others = self.known.iter().filter(|(other, _)| **other != own);
        others.any(|(_, id)| *id == task.id)
    }
}

/// A request among those of its kind, and since when it has been there at the latest, as they say.
#[derive(Debug, Clone, Copy)]
pub(in crate::backends::ksc::tasks) struct PlacedRequest {
    pub(in crate::backends::ksc::tasks) asked: RequestRef,
    /// The least `added` of it and of all later ones: it was there before each of them.
    pub(in crate::backends::ksc::tasks) by: Option<OffsetDateTime>,
}

impl PlacedRequest {
    /// How much older than that its task may be. Where a later one belies what it says of itself,
    /// nobody knows how much earlier it came.
    pub(in crate::backends::ksc::tasks) fn slack(&self) -> time::Duration {
        let belied = |(added, by)| added > by + SKEW;
        if self.asked.added.zip(self.by).is_some_and(belied) {
            AT_MOST_WRONG
        } else {
            SKEW
        }
    }

    /// Whether a task is as young as what this request made must be, but for so much.
    pub(in crate::backends::ksc::tasks) fn may_follow(
        &self,
        task: &SeenTask,
        slack: time::Duration,
    ) -> bool {
        match (self.by, task.created) {
            (Some(by), Some(created)) => created >= by.saturating_sub(slack),
            (_, _) => true,
        }
    }
}
