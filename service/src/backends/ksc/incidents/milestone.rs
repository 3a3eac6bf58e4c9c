//! The youngest incident that this gateway knows of: what was there before a request leaves is not
//! the request's.
//!
//! KSC numbers incidents as they come, and the number is nobody's to choose. But a KSC that is
//! restored from a backup gives numbers out again. So a number alone says nothing: it stands for
//! "before" only where KSC still has the very incident that it was the number of.

use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};

/// An incident that was there before something else left.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Milestone {
    /// Its number.
    pub(super) incident: i64,
    /// The digest of its text, which no other incident has.
    pub(super) body: String,
}

/// The incident that KSC named last.
#[derive(Default)]
pub(super) struct Latest(Mutex<Option<Milestone>>);

impl Milestone {
    /// As replicas tell each other.
    pub(super) fn write(&self) -> String {
        serde_json::to_string(self).expect("it is plain data")
    }

    /// Reads what [`Milestone::write`] wrote; nothing when it is anything else.
    pub(super) fn read(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }

    /// The younger one of two. A number from before numbers began anew may pass for younger: it
    /// does no harm, because KSC does not have its incident any more.
    pub(super) fn younger(one: Option<Self>, other: Option<Self>) -> Option<Self> {
        [one, other]
            .into_iter()
            .flatten()
            .max_by_key(|it| it.incident)
    }
}

impl Latest {
    /// KSC has this incident. A lower number than before takes the place of a higher one: numbers
    /// may have begun anew, and a mark that is too low hides nothing.
    pub(super) fn note(&self, milestone: Milestone) {
        *self.lock() = Some(milestone);
    }

    /// The last one, if there was any.
    pub(super) fn milestone(&self) -> Option<Milestone> {
        self.lock().clone()
    }

    fn lock(&self) -> MutexGuard<'_, Option<Milestone>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
