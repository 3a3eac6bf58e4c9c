//! What a host is called, for whoever reads about its tasks.
//!
//! Nothing is decided by these names, so they may be a minute old: a list of tasks is read again
//! and again, and its hosts are not asked for each time. That KSC no longer has a host is
//! remembered as well.

use std::collections::HashMap;
use std::time::Duration;

use ksc::{Filter, GetHostInfo, Kind, Lease, SafeText};

use super::attributes::{self, FIELDS};
use super::memory::ExpiringMap;
use super::{Hosts, with_id};
use vocabulary::host::HostSummary;

/// How long a name is shown without asking for it again.
const SHOWN_FOR: Duration = Duration::from_mins(1);

/// Most hosts whose names are remembered.
const MOST_HOSTS: usize = 1_000;

/// Most hosts that one search asks for: how long a filter may be is not documented.
const ASKED_AT_ONCE: usize = 50;

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
    fn shown(&self, host_id: &str, now: Duration) -> Option<HostSummary> {
        let known = self.0.get(&host_id.to_lowercase(), now)?;
        Some(known.unwrap_or_else(|| nameless(host_id)))
    }
}

impl Hosts {
    /// What KSC calls a host, now or up to a minute ago; its id alone when it is gone.
    ///
    /// # Errors
    /// What went wrong with KSC.
    pub async fn summary(
        &self,
        lease: &mut Lease,
        host_id: &str,
        request_id: &str,
    ) -> Result<HostSummary, ksc::Error> {
        let now = self.clock.passed();
        if let Some(shown) = self.display.shown(host_id, now) {
            return Ok(shown);
        }
        let call = GetHostInfo {
            host_id: host_id.to_owned(),
            fields: FIELDS,
        };
        let host = match lease.call(&call, request_id).await {
            Ok(row) => attributes::host(&row),
            Err(error) if matches!(error.kind(), Kind::NotFound) => None,
            Err(error) => return Err(error),
        };
        let host = host.filter(|it| it.id.eq_ignore_ascii_case(host_id));
        let summary = host.map(|it| it.summary());
        self.display.note(host_id, summary.as_ref(), now);
        Ok(summary.unwrap_or_else(|| nameless(host_id)))
    }

    /// The same for many hosts, by the ids as they were given. The ones that are not known are
    /// asked for together.
    ///
    /// # Errors
    /// What went wrong with KSC.
    pub async fn summaries(
        &self,
        lease: &mut Lease,
        host_ids: &[&str],
        request_id: &str,
    ) -> Result<HashMap<String, HostSummary>, ksc::Error> {
        let now = self.clock.passed();
        let mut shown = HashMap::new();
        let mut unknown = Vec::new();
        for id in host_ids {
            if shown.contains_key(*id) {
                continue;
            }
            let known = self.display.shown(id, now);
            if known.is_none() {
                unknown.push(*id);
            }
            shown.insert((*id).to_owned(), known.unwrap_or_else(|| nameless(id)));
        }
        for ids in unknown.chunks(ASKED_AT_ONCE) {
            let found = learn(lease, ids, request_id).await?;
            for id in ids {
                let summary = found.get(&id.to_lowercase());
                self.display.note(id, summary, now);
                if let Some(summary) = summary {
                    shown.insert((*id).to_owned(), summary.clone());
                }
            }
        }
        Ok(shown)
    }
}

/// Asks KSC for some hosts; the ones that it has, by their ids in lower case.
async fn learn(
    lease: &mut Lease,
    ids: &[&str],
    request_id: &str,
) -> Result<HashMap<String, HostSummary>, ksc::Error> {
    // KSC made the ids; one that cannot stand in a filter is shown as it is.
    let conditions = ids
        .iter()
        .filter_map(|id| SafeText::parse(id).ok())
        .map(|it| with_id(&it))
        .collect();
    let Some(filter) = Filter::any(conditions) else {
        return Ok(HashMap::new());
    };
    let rows = lease.hosts(filter, FIELDS, ids.len(), request_id).await?;
    let hosts = rows.rows.iter().filter_map(attributes::host);
    Ok(hosts
        .map(|it| (it.id.to_lowercase(), it.summary()))
        .collect())
}

fn nameless(host_id: &str) -> HostSummary {
    HostSummary {
        id: host_id.to_owned(),
        name: host_id.to_owned(),
        fqdn: None,
    }
}
