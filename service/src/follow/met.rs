//! The KSC tasks that this replica has seen for certain, and how they stood.
//!
//! KSC removes response tasks: the oldest of a hundred, those of thirty days, those that somebody
//! deletes. Once seen, a task that is gone is known to be gone, and an end that was seen stays
//! what it was. Another replica, or this one after a restart, has not seen it and says so.

use std::sync::{Mutex, MutexGuard, PoisonError};

use super::memory::Memory;
use super::view::View;

/// Most tasks that are remembered.
const MOST: usize = 10_000;

/// The last sight of each incident's task.
pub(super) struct Met {
    last: Mutex<Last>,
}

struct Last {
    by_incident: Memory<i64, View>,
    /// Whose each KSC task is.
    by_task: Memory<String, i64>,
}

impl Default for Met {
    fn default() -> Self {
        Self {
            last: Mutex::new(Last {
                by_incident: Memory::of(MOST),
                by_task: Memory::of(MOST),
            }),
        }
    }
}

/// What stands after a sight was noted.
pub(super) struct Noted {
    pub(super) view: View,
    /// Whether this is the first sight of an end.
    pub(super) first_end: bool,
}

impl Met {
    /// Notes how the task of an incident stands, and says how it does. What is over stays so: a look
    /// that began earlier and ends later does not bring it back.
    pub(super) fn note(&self, incident: i64, view: View) -> Noted {
        let mut last = self.last();
        let before = last.by_incident.get(&incident);
        if let Some(end) = before.filter(|it| it.state.is_terminal()) {
            return Noted {
                view: end.clone(),
                first_end: false,
            };
        }
        if before != Some(&view) {
            last.by_incident.note(incident, view.clone());
        }
        if let Some(task) = &view.task {
            last.by_task.note(task.id.clone(), incident);
        }
        Noted {
            first_end: view.state.is_terminal(),
            view,
        }
    }

    /// How the task of an incident stood when it was last seen.
    pub(super) fn of(&self, incident: i64) -> Option<View> {
        self.last().by_incident.get(&incident).cloned()
    }

    /// The end of an incident's task, when this replica has seen it.
    pub(super) fn end_of(&self, incident: i64) -> Option<View> {
        self.of(incident).filter(|it| it.state.is_terminal())
    }

    /// The KSC task of an incident, when this replica has seen it.
    pub(super) fn task_of(&self, incident: i64) -> Option<String> {
        let last = self.last();
        let task = last.by_incident.get(&incident)?.task.as_ref()?;
        Some(task.id.clone())
    }

    /// The incident that a KSC task came of, when this replica has seen that.
    pub(super) fn owner_of(&self, task: &str) -> Option<i64> {
        self.last().by_task.get(&task.to_owned()).copied()
    }

    fn last(&self) -> MutexGuard<'_, Last> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
