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
    last: Mutex<Memory<i64, View>>,
}

impl Default for Met {
    fn default() -> Self {
        Self {
            last: Mutex::new(Memory::of(MOST)),
        }
    }
}

impl Met {
    /// Notes how the task of an incident stands; whether this is the first sight of its end. What is
    /// over stays so: a look that began earlier and ends later does not bring it back.
    pub(super) fn note(&self, incident: i64, view: &View) -> bool {
        let mut last = self.last();
        let before = last.get(&incident);
        if before.is_some_and(|it| it == view || it.state.is_terminal()) {
            return false;
        }
        last.note(incident, view.clone());
        view.state.is_terminal()
    }

    /// How the task of an incident stood when it was last seen.
    pub(super) fn of(&self, incident: i64) -> Option<View> {
        self.last().get(&incident).cloned()
    }

    /// The end of an incident's task, when this replica has seen it.
    pub(super) fn end_of(&self, incident: i64) -> Option<View> {
        self.of(incident).filter(|it| it.state.is_terminal())
    }

    /// The KSC task of an incident, when this replica has seen it.
    pub(super) fn task_of(&self, incident: i64) -> Option<String> {
        let last = self.last();
        let task = last.get(&incident)?.task.as_ref()?;
        Some(task.id.clone())
    }

    fn last(&self) -> MutexGuard<'_, Memory<i64, View>> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
