//! The KSC tasks that this replica has seen for certain, and how they stood.
//!
//! KSC removes response tasks: the oldest of a hundred, those of thirty days, those that somebody
//! deletes. Once seen, a task that is gone is known to be gone, and an end that was seen stays
//! what it was. Another replica, or this one after a restart, has not seen it and says so.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::view::View;

/// Most tasks that are remembered; then all are forgotten.
const MOST: usize = 10_000;

/// The last sight of each incident's task.
#[derive(Default)]
pub(super) struct Met {
    last: Mutex<HashMap<i64, View>>,
}

impl Met {
    /// Notes how the task of an incident stands.
    pub(super) fn note(&self, incident: i64, view: &View) {
        let mut last = self.last();
        if last.len() >= MOST {
            last.clear();
        }
        last.insert(incident, view.clone());
    }

    /// How the task of an incident stood when it was last seen.
    pub(super) fn of(&self, incident: i64) -> Option<View> {
        self.last().get(&incident).cloned()
    }

    fn last(&self) -> MutexGuard<'_, HashMap<i64, View>> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
