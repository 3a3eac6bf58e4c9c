//! The hosts that a Central Node knows: what a name means there, and what is told of a host.
//!
//! There is no paging, and the case of a name counts for the Central Node. So what has an id, an
//! address or a name as it is written there is asked for alone; only then is the whole list read,
//! which may have a hundred thousand rows, and kept for a minute. A name that several hosts have is
//! refused, never the first of many taken: two hosts behind one address are two rows.

mod details;
mod list;
mod novelties;
mod shown;

use std::sync::Arc;
use std::time::Duration;

use kata::{Client, ListSensors, Sensor, SensorId, Sensors};

use self::list::WholeList;
use self::novelties::Novelties;
use super::fault;
use crate::backends::expiring::{ExpiringMap, RESOLVED_FOR};
use crate::backends::seam::{HostPage, HostSearch};
use crate::clock::Clock;
use crate::host::Host;
use crate::problem::Problem;
use vocabulary::code::Code;
use vocabulary::host::HostDetails;
use vocabulary::host_id::HostId;
use vocabulary::names::HostName;
use vocabulary::task_id::Alias;

pub(super) use shown::{host, named};

/// More hosts of one name than a problem document should list.
const MOST_CANDIDATES: usize = 20;

/// Most names that are remembered.
const MOST_REMEMBERED: usize = 10_000;

/// Asks after hosts.
pub(super) struct HostFinder {
    alias: Alias,
    client: Arc<Client>,
    clock: Clock,
    whole: WholeList,
    novelties: Arc<Novelties>,
    recent: ExpiringMap<Host>,
    /// How often Linux devices fetch what is ordered.
    period: Option<Duration>,
}

impl HostFinder {
    pub(super) fn new(
        alias: Alias,
        client: Arc<Client>,
        clock: Clock,
        period: Option<Duration>,
    ) -> Self {
        let novelties = Novelties::none_yet(alias.clone());
        Self {
            alias,
            client,
            clock,
            whole: WholeList::new(),
            novelties: Arc::new(novelties),
            recent: ExpiringMap::new(RESOLVED_FOR, MOST_REMEMBERED),
            period,
        }
    }

    /// The one host that a name means.
    ///
    /// # Errors
    /// When there is none, or more than one, or what went wrong with KATA.
    pub(super) async fn resolve(&self, name: &HostName, request_id: &str) -> Result<Host, Problem> {
        let asked = self.clock.passed();
        let key = name.normal().as_str();
        if let Some(host) = self.recent.get(key, asked) {
            return Ok(host);
        }
        let found = self.called(name, request_id).await?;
        let host = judge(&self.alias, found)?;
        self.recent.insert(key, asked, host.clone());
        Ok(host)
    }

    /// Every host that answers to a name; an id outweighs a host that merely has it as a name.
    async fn called(&self, name: &HostName, request_id: &str) -> Result<Vec<Host>, Problem> {
        let written = name.as_str();
        if HostId::is_guid(written) {
            let found = self.by_id_in_any_case(written, request_id).await?;
            return Ok(found.as_ref().map(host).into_iter().collect());
        }
        let is_called = |it: &Host| it.is_called(name.normal());
        if let Some(address) = name.address() {
            let question = ListSensors {
                ip: Some(address.get().into()),
                ..ListSensors::default()
            };
            let found = self.ask(&question, request_id).await?;
            return Ok(found.hosts.iter().map(host).filter(is_called).collect());
        }
        let question = ListSensors {
            host: Some(written.to_owned()),
            ..ListSensors::default()
        };
        let mut found: Vec<Host> = Vec::new();
        for row in self.ask(&question, request_id).await?.hosts {
            // Whether rows tell a name at all is not documented. Of one that tells none, the
            // Central Node says itself that this is its name.
            let host = named(&row, written);
            found.extend(Some(host).filter(is_called));
        }
        // Another host may have the name in another case. The list may be a minute old: what it
        // shows is asked for anew.
        let known: Vec<String> = found.iter().map(|it| it.id.clone()).collect();
        let all = self.all(request_id).await?;
        let others = all.iter().map(host).filter(is_called);
        let others = others.filter(|it| !known.contains(&it.id));
        for other in others.take(MOST_CANDIDATES) {
            let row = self.by_id(&other.id, request_id).await?;
            found.extend(row.as_ref().map(host).filter(is_called));
        }
        let by_id = |it: &Host| it.id.eq_ignore_ascii_case(written);
        if let Some(place) = found.iter().position(by_id) {
            return Ok(vec![found.swap_remove(place)]);
        }
        Ok(found)
    }

    /// The row of an id; nothing when there is none.
    ///
    /// # Errors
    /// What went wrong with KATA.
    pub(super) async fn by_id(
        &self,
        id: &str,
        request_id: &str,
    ) -> Result<Option<Sensor>, Problem> {
        let Ok(sensor) = SensorId::new(id) else {
            return Ok(None);
        };
        let question = ListSensors {
            id: Some(sensor),
            ..ListSensors::default()
        };
        let found = self.ask(&question, request_id).await?;
        let own = |it: &Sensor| it.id.as_str().eq_ignore_ascii_case(id);
        Ok(found.hosts.into_iter().find(own))
    }

    /// The row of an id in whichever case a caller has written it: whether it counts for the
    /// Central Node is documented nowhere.
    async fn by_id_in_any_case(
        &self,
        id: &str,
        request_id: &str,
    ) -> Result<Option<Sensor>, Problem> {
        if let Some(row) = self.by_id(id, request_id).await? {
            return Ok(Some(row));
        }
        let all = self.all(request_id).await?;
        let mut ids = all.iter().map(|it| it.id.as_str());
        match ids.find(|it| it.eq_ignore_ascii_case(id) && *it != id) {
            Some(id) => self.by_id(id, request_id).await,
            None => Ok(None),
        }
    }

    /// One page of the hosts that fit, in the order of their ids.
    ///
    /// # Errors
    /// What went wrong with KATA.
    pub(super) async fn find(
        &self,
        search: &HostSearch,
        request_id: &str,
    ) -> Result<HostPage, Problem> {
        let rows = match (&search.id, search.ip) {
            (Some(id), _) => {
                let found = self.by_id_in_any_case(id.as_str(), request_id);
                Arc::from_iter(found.await?)
            }
            (None, Some(ip)) => {
                let question = ListSensors {
                    ip: Some(ip.get().into()),
                    ..ListSensors::default()
                };
                Arc::from(self.ask(&question, request_id).await?.hosts)
            }
            (None, None) => self.all(request_id).await?,
        };
        Ok(list::page(&self.alias, search, &rows))
    }

    /// All that is told of one host.
    ///
    /// # Errors
    /// When there is none of this id, or what went wrong with KATA.
    pub(super) async fn details(
        &self,
        id: &HostId,
        request_id: &str,
    ) -> Result<HostDetails, Problem> {
        let sensor = self.by_id_in_any_case(id.as_str(), request_id).await?;
        let sensor = sensor.ok_or_else(unknown)?;
        Ok(details::of(&self.alias, &sensor, self.period))
    }

    async fn all(&self, request_id: &str) -> Result<Arc<[Sensor]>, Problem> {
        let (client, request_id) = (Arc::clone(&self.client), request_id.to_owned());
        let novelties = Arc::clone(&self.novelties);
        let ask = move || async move {
            let found = client.call(&ListSensors::default(), &request_id).await;
            let found = found.map_err(|it| fault::problem(&it, &request_id))?.found;
            novelties.hear(&found);
            Ok(found.hosts)
        };
        self.whole.fresh(&self.clock, ask).await
    }

    async fn ask(&self, question: &ListSensors, request_id: &str) -> Result<Sensors, Problem> {
        let found = self.client.call(question, request_id).await;
        let found = found.map_err(|it| fault::problem(&it, request_id))?.found;
        self.novelties.hear(&found);
        Ok(found)
    }
}

/// The one host of these, if there is one.
fn judge(alias: &Alias, mut found: Vec<Host>) -> Result<Host, Problem> {
    // Stable: what was found by its name stands before the same host without one.
    found.sort_by(|one, other| {
        one.id
            .to_ascii_lowercase()
            .cmp(&other.id.to_ascii_lowercase())
    });
    found.dedup_by(|one, other| one.id.eq_ignore_ascii_case(&other.id));
    let several = found.len();
    if several > 1 {
        let listed = found.iter().take(MOST_CANDIDATES);
        let candidates = listed.map(|it| it.summary().at(alias)).collect();
        let detail =
            format!("{several} hosts have this name or address; use the id of one of them.");
        return Err(Problem::new(Code::HostAmbiguous, detail).with_candidates(candidates));
    }
    found.pop().ok_or_else(unknown)
}

fn unknown() -> Problem {
    Problem::new(
        Code::HostNotFound,
        "The Central Node knows no host of this id, name or address.",
    )
}
