//! The weighing of tasks against requests, for benchmarks.

use std::collections::HashMap;

use time::{Duration, OffsetDateTime};

use super::{Match, RequestRef, Rivals, SeenTask, among};

/// KSC keeps so many tasks.
const TASKS: i64 = 100;

/// What the names of tasks end in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Endings {
    /// The numbers of their incidents: they decide.
    Numbers,
    /// Nothing that tells one from another: what decides is their order.
    Nothing,
}

/// A request among its rivals, and the tasks that may be its own.
pub struct Weighing {
    own: RequestRef,
    rivals: Rivals,
    seen: Vec<SeenTask>,
}

impl Weighing {
    /// Of the latest of so many requests of one kind, a minute apart, of which the last hundred have a task each. Those
    /// before came two days earlier, and KSC keeps their tasks no longer.
    ///
    /// # Panics
    /// When there are none.
    #[must_use]
    pub fn of(requests: i64, endings: Endings) -> Self {
        let start = OffsetDateTime::UNIX_EPOCH + Duration::days(20_000);
        let first = (requests - TASKS).max(0) + 1;
        let at = |number: i64| {
            let earlier = Duration::days(if number < first { 2 } else { 0 });
            Some(start + Duration::minutes(number) - earlier)
        };
        let asked = |number: i64| RequestRef {
            incident: number,
            added: at(number),
        };
        let task = |number: i64| SeenTask {
            id: (10_000 + number).to_string(),
            name: match endings {
                Endings::Numbers => {
                    format!("[Response][Kuma] isolateHost - 01/02/2026 03:04:05 - {number}")
                }
                Endings::Nothing => "[Response][Kuma] isolateHost - 01/02/2026 03:04:05".to_owned(),
            },
            created: at(number).map(|it| it + Duration::seconds(2)),
        };
        let all: Vec<RequestRef> = (1..=requests).map(asked).collect();
        Self {
            own: *all.last().expect("there are requests"),
            seen: (first..=requests).map(task).collect(),
            rivals: Rivals {
                asked: Some(all),
                unordered: 0,
                known: HashMap::new(),
                before: HashMap::new(),
                tagged: false,
            },
        }
    }

    /// The ids of the tasks that may have come of the request, and whether it is certain that one did.
    #[must_use]
    pub fn find(&self) -> (Vec<String>, bool) {
        let (found, certain) = match among(self.own, &self.rivals, self.seen.clone()) {
            Match::None => (Vec::new(), false),
            Match::One(task, _) => (vec![task], true),
            Match::Many(tasks) | Match::Unclear(tasks) => (tasks, false),
        };
        (found.into_iter().map(|it| it.id).collect(), certain)
    }

    /// The id of the task that did.
    #[must_use]
    pub fn expected(&self) -> String {
        (10_000 + self.own.incident).to_string()
    }
}
