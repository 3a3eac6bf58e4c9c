//! What a host is called, for whoever reads about its tasks.
//!
//! Nothing is decided by these names, so they may be a minute old: a list of tasks is read again
//! and again, and its hosts are not asked for each time. That KSC no longer has a host is
//! remembered as well.

use std::time::Duration;

use crate::backends::expiring::ExpiringMap;
use vocabulary::host::HostSummary;

/// How long a name is shown without asking for it again.
const SHOWN_FOR: Duration = Duration::from_mins(1);

/// Most hosts whose names are remembered.
const MOST_HOSTS: usize = 1_000;

/// By the id in lower case; nothing for a host that KSC does not have.
pub(super) struct Display(ExpiringMap<Option<HostSummary>>);

impl Default for Display {
    fn default() -> Self {
        Self(ExpiringMap::new(SHOWN_FOR, MOST_HOSTS))
    }
}

impl Display {
    /// Remembers what KSC said when it was asked at this moment: nothing when it has no such host.
    pub(super) fn note(&self, host_id: &str, host: Option<&HostSummary>, at: Duration) {
        self.0.insert(&host_id.to_lowercase(), at, host.cloned());
    }

    /// As it is shown, when that is known; a host that is gone, by its id alone.
    pub(super) fn shown(&self, host_id: &str, now: Duration) -> Option<HostSummary> {
        let known = self.0.get(&host_id.to_lowercase(), now)?;
        Some(known.unwrap_or_else(|| nameless(host_id)))
    }
}

pub(super) fn nameless(host_id: &str) -> HostSummary {
    HostSummary {
        id: host_id.to_owned(),
        name: host_id.to_owned(),
        fqdn: None,
    }
}
