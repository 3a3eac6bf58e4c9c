//! The whole list of hosts, and pages of it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use kata::Sensor;

use super::details;
use super::shown::host;
use crate::backends::kata::words::WORDS;
use crate::backends::seam::{HostPage, HostSearch};
use crate::clock::Clock;
use crate::host::Host;
use crate::problem::Problem;
use crate::single_flight::SingleFlight;
use vocabulary::host::HostListItem;
use vocabulary::names::Address;
use vocabulary::task_id::Alias;

/// How long a list is good for.
const GOOD_FOR: Duration = Duration::from_mins(1);

/// The rows, and when they were asked for.
type Kept = Option<(Duration, Arc<[Sensor]>)>;

/// The list as it was last read. One asks at a time, and the answer is read to its end whoever walks
/// away: it may have megabytes.
pub(super) struct WholeList {
    kept: Arc<Mutex<Kept>>,
    reading: SingleFlight<(), Result<Arc<[Sensor]>, Problem>>,
}

impl WholeList {
    /// Nothing is read yet. Reading runs on the runtime that this is called on.
    pub(super) fn new() -> Self {
        Self {
            kept: Arc::default(),
            reading: SingleFlight::here(),
        }
    }

    /// The rows, asked for anew when they are old.
    pub(super) async fn fresh<F>(
        &self,
        clock: &Clock,
        ask: impl FnOnce() -> F,
    ) -> Result<Arc<[Sensor]>, Problem>
    where
        F: Future<Output = Result<Vec<Sensor>, Problem>> + Send + 'static,
    {
        let now = clock.passed();
        if let Some(rows) = self.good(now) {
            return Ok(rows);
        }
        let kept = Arc::clone(&self.kept);
        let read = || {
            let asked = ask();
            async move {
                let rows: Arc<[Sensor]> = asked.await?.into_iter().map(short).collect();
                *lock(&kept) = Some((now, Arc::clone(&rows)));
                Ok(rows)
            }
        };
        let rows = self.reading.share((), read).await;
        rows.unwrap_or_else(|it| Err(WORDS.unfinished(it, "")))
    }

    fn good(&self, now: Duration) -> Option<Arc<[Sensor]>> {
        let mut kept = lock(&self.kept);
        let (asked, rows) = kept.as_ref()?;
        if now.saturating_sub(*asked) < GOOD_FOR {
            return Some(Arc::clone(rows));
        }
        *kept = None;
        None
    }
}

fn lock(kept: &Mutex<Kept>) -> MutexGuard<'_, Kept> {
    kept.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A row without what no list shows: there may be a hundred thousand.
fn short(row: Sensor) -> Sensor {
    Sensor {
        capabilities: None,
        licence_status: None,
        others: serde_json::Map::new(),
        ..row
    }
}

/// One page of the rows that fit.
pub(super) fn page(alias: &Alias, search: &HostSearch, rows: &[Sensor]) -> HostPage {
    let found: BTreeMap<String, (Host, &Sensor)> = rows
        .iter()
        .map(|row| (host(row), row))
        .filter(|(host, _)| fits(search, host))
        .map(|(host, row)| (host.id.clone(), (host, row)))
        .collect();
    let after = search.after.as_deref().unwrap_or_default();
    let mut rest = found
        .into_iter()
        .filter(|(id, _)| id.as_str() > after)
        .map(|(_, (host, row))| item(alias, host, row));
    let hosts: Vec<HostListItem> = rest.by_ref().take(search.limit).collect();
    let more = rest.next().is_some();
    let next = hosts.last().filter(|_| more).map(|it| it.id.clone());
    HostPage { hosts, next }
}

fn fits(search: &HostSearch, host: &Host) -> bool {
    let has_id = search
        .id
        .as_ref()
        .is_none_or(|it| host.id.eq_ignore_ascii_case(it.as_str()));
    // Nobody tells of them whether a task would be carried out, nor whether they are isolated.
    let is_judged = search.ready.is_none_or(|it| it == details::READY)
        && search.isolation.is_none_or(|it| it == details::ISOLATION);
    let has_ip = search.ip.is_none_or(|it| host.ip == Some(it));
    search.names(host) && has_id && has_ip && is_judged
}

fn item(alias: &Alias, host: Host, row: &Sensor) -> HostListItem {
    HostListItem {
        backend: alias.clone(),
        name: host.name().to_owned(),
        id: host.id,
        fqdn: host.fqdn,
        dns_name: host.dns_name,
        netbios: None,
        ip: host.ip.map(Address::get),
        last_seen: row.last_access.known(),
        agent_connected: None,
        ready: Some(details::READY),
        isolation: None,
    }
}
