//! When KSC was last asked on behalf of the gauges.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use time::OffsetDateTime;

/// How old an answer may be that the gauge shows.
const AGE: Duration = Duration::from_mins(1);

/// When KSC was last asked on behalf of the gauges.
#[derive(Debug, Default)]
pub(super) struct LastAsked(Mutex<Option<OffsetDateTime>>);

impl LastAsked {
    /// Whether it is time to ask again; whoever hears yes asks.
    pub(super) fn is_due(&self, now: OffsetDateTime) -> bool {
        let mut asked = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // A clock that was set back makes nothing fresh.
        let is_fresh = |at| Duration::try_from(now - at).is_ok_and(|age| age < AGE);
        let due = !asked.is_some_and(is_fresh);
        if due {
            *asked = Some(now);
        }
        due
    }
}
