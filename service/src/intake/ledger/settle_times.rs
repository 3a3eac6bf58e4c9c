//! After which time a request that nobody knows of may be taken for absent, at each back end.

use std::collections::HashMap;
use std::time::Duration;

use vocabulary::task_id::Alias;

/// The time of each back end.
#[derive(Debug, Clone)]
pub(in crate::intake) struct SettleTimes(HashMap<Alias, Duration>);

impl SettleTimes {
    /// These.
    pub(in crate::intake) fn of(times: impl Iterator<Item = (Alias, Duration)>) -> Self {
        Self(times.collect())
    }

    /// That of one. One that this replica does not know takes as long as the slowest.
    pub(super) fn at(&self, backend: &Alias) -> Duration {
        let slowest = || self.0.values().max().copied().unwrap_or_default();
        self.0.get(backend).copied().unwrap_or_else(slowest)
    }
}
