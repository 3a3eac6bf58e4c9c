//! The search for hosts: bounded, compared with what was asked for, page by page.
//!
//! # Rationale
//!
//! A page of an unsorted set means nothing, so what fits is read whole and put in order here: all of
//! it where it is little, else in [`parts`](super::parts). A cursor is the id after which the next
//! page begins: it stays right while hosts come and go between two pages, and any replica can read
//! it. How much one page may ask of KSC is bounded; where the bound is reached, or what is looked for
//! is rare, the page is short or empty and says where the next begins. It never passes for the last.

use ksc::{Filter, Lease, Row, Rows, SafeText};

use super::attributes::{
    self, DISPLAY_NAME, DNS_NAME, DOMAIN, FQDN, GROUP, ID, IP, LAST_SEEN, NAMES, NETBIOS,
};
use super::incidents::with_id;
use super::lookup::Hosts;
use super::parts::{Part, compare};
use super::readiness::{self, Agent, EDR_STATUS, KES_VERSION, OS_NAME};
use super::resolve::{named, prefixed};
use crate::backends::ksc::fault;
use crate::backends::seam::{HostPage, HostSearch};
use crate::host::Host;
use crate::problem::Problem;
use vocabulary::code::Code;
use vocabulary::host::{HostListItem, Ready};
use vocabulary::host_id::HostId;
use vocabulary::names::Address;
use vocabulary::task::Violation;
use vocabulary::task_id::Alias;

/// The most hosts that are read at once.
const MOST_AT_ONCE: usize = 1_000;

/// The most sets that are asked for to fill one page.
const MOST_SETS: usize = 6;

/// The most devices whose tags are asked for to fill one page: each is a call.
const MOST_TAGS: usize = 50;

/// What the list shows of a host, and what it is judged by.
const LISTED: &[&str] = &[
    ID,
    DISPLAY_NAME,
    FQDN,
    DNS_NAME,
    NETBIOS,
    DOMAIN,
    IP,
    GROUP,
    LAST_SEEN,
    Agent::STATUS,
    Agent::LAST_CONNECTION,
    OS_NAME,
    KES_VERSION,
    EDR_STATUS,
];

impl Hosts {
    /// One page of the hosts that fit, in the order of their ids.
    ///
    /// # Errors
    /// 422 when too many fit, or what went wrong with KSC.
    pub async fn find(
        &self,
        lease: &mut Lease,
        search: &HostSearch,
        request_id: &str,
    ) -> Result<HostPage, Problem> {
        let base = filter(search)?;
        let mut page = Page::new(self, search);
        let mut parts = vec![Part::all()];
        let mut sets = 0;
        while let Some(part) = parts.pop() {
            if page.is_behind(&part.end()) {
                continue;
            }
            // However many sets it takes to come to one that can be read, each page comes further.
            if page.is_full() || (sets >= MOST_SETS && page.has_moved()) {
                return Ok(page.unfinished());
            }
            sets += 1;
            let rows = lease
                .whole_hosts(within(&base, &part), LISTED, MOST_AT_ONCE, request_id)
                .await
                .map_err(|error| fault::problem(&error, request_id))?;
            if rows.total > MOST_AT_ONCE {
                let smaller = part.smaller();
                parts.extend(
                    smaller
                        .ok_or_else(|| too_alike(rows.total))?
                        .into_iter()
                        .rev(),
                );
                continue;
            }
            let found = whole(rows, &part)?;
            if let Some(stopped) = page.add(found, lease, request_id).await? {
                return Ok(stopped);
            }
            page.reach(part.end());
        }
        Ok(page.finished())
    }
}

/// A page that is being filled.
struct Page<'a> {
    house: &'a Hosts,
    search: &'a HostSearch,
    hosts: Vec<HostListItem>,
    /// Everything up to here has been looked at.
    reached: Option<String>,
    tags: usize,
}

impl<'a> Page<'a> {
    fn new(house: &'a Hosts, search: &'a HostSearch) -> Self {
        Self {
            house,
            search,
            hosts: Vec::new(),
            reached: search.after.clone(),
            tags: 0,
        }
    }

    fn is_full(&self) -> bool {
        self.hosts.len() == self.search.limit
    }

    /// Whether what ends here has been looked at before.
    fn is_behind(&self, id: &str) -> bool {
        let reached = self.reached.as_deref();
        reached.is_some_and(|it| compare(id, it).is_le())
    }

    fn has_moved(&self) -> bool {
        self.reached != self.search.after
    }

    fn reach(&mut self, id: String) {
        self.reached = Some(id);
    }

    /// Adds what fits of these; a page, when it is over before they are.
    async fn add(
        &mut self,
        mut found: Vec<(Host, Row)>,
        lease: &mut Lease,
        request_id: &str,
    ) -> Result<Option<HostPage>, Problem> {
        found.retain(|(host, _)| fits(self.search, host) && !self.is_behind(&host.id));
        found.sort_by(|(one, _), (other, _)| compare(&one.id, &other.id));
        found.dedup_by(|(one, _), (other, _)| one.id == other.id);
        for (mut host, row) in found {
            if self.is_full() || self.tags == MOST_TAGS {
                return Ok(Some(self.unfinished()));
            }
            self.reach(host.id.clone());
            // A host of which KSC does not say whether it is protected is no reason to list none.
            let placed = self.house.place(&mut host, lease, request_id).await;
            let ready = placed.map_or(Ready::Unknown, |()| {
                let checks = readiness::checks(&row, self.house.is_protected(&host));
                readiness::ready(&checks)
            });
            if self.search.ready.is_some_and(|it| it != ready) {
                continue;
            }
            let mut isolation = None;
            if let Some(state) = self.search.isolation {
                self.tags += 1;
                let system = row.str(OS_NAME);
                let word = self
                    .house
                    .isolation(lease, &host.id, system, request_id)
                    .await;
                if word.isolation.state != state {
                    continue;
                }
                isolation = Some(word.isolation);
            }
            let item = item(&self.house.alias, host, &row);
            self.hosts.push(HostListItem {
                ready: Some(ready),
                isolation,
                ..item
            });
        }
        Ok(None)
    }

    /// There may be more behind what has been looked at.
    fn unfinished(&mut self) -> HostPage {
        HostPage {
            hosts: std::mem::take(&mut self.hosts),
            next: self.reached.take(),
        }
    }

    /// There is no more.
    fn finished(self) -> HostPage {
        HostPage {
            hosts: self.hosts,
            next: None,
        }
    }
}

/// The hosts of a set that was read to its end, each of which is where it was asked for.
fn whole(rows: Rows<Row>, part: &Part) -> Result<Vec<(Host, Row)>, Problem> {
    let broken = |detail: String| Problem::new(Code::KscProtocol, detail);
    if rows.total > rows.rows.len() {
        return Err(broken(format!(
            "KSC found {} hosts and gave {}; the list would not be whole.",
            rows.total,
            rows.rows.len()
        )));
    }
    let hosts = rows.rows.into_iter();
    let hosts = hosts.filter_map(|row| Some((attributes::host(&row)?, row)));
    let hosts: Vec<(Host, Row)> = hosts.collect();
    if hosts.iter().all(|(host, _)| part.holds(&host.id)) {
        return Ok(hosts);
    }
    Err(broken(
        "KSC was asked for hosts by how their ids begin and gave others; the list would not be whole."
            .to_owned(),
    ))
}

/// What is searched for, apart from where its ids are.
fn filter(search: &HostSearch) -> Result<Vec<Filter>, Problem> {
    let mut all = Vec::new();
    if let Some(name) = &search.name {
        all.extend(Filter::any(named(name, &NAMES)?));
    }
    if let Some(prefix) = &search.prefix {
        all.extend(Filter::any(prefixed(prefix)?));
    }
    if let Some(ip) = search.ip {
        all.push(Filter::number(IP, ip.number()));
    }
    if let Some(id) = &search.id {
        let id = SafeText::parse(id.as_str())
            .map_err(|_| Problem::new(Code::ValidationFailed, HostId::RULE))?;
        all.push(with_id(&id));
    }
    Ok(all)
}

/// What is searched for in a part of all hosts.
fn within(base: &[Filter], part: &Part) -> Filter {
    let all = base.iter().cloned().chain(part.filter()).collect();
    Filter::all(all).unwrap_or_else(|| Filter::any_text(ID))
}

/// Whether a host is what was searched for, whatever the filter let through.
fn fits(search: &HostSearch, host: &Host) -> bool {
    search.names(host)
        && search.ip.is_none_or(|it| host.ip == Some(it))
        && search
            .id
            .as_ref()
            .is_none_or(|it| host.id.eq_ignore_ascii_case(it.as_str()))
}

/// More hosts have ids that begin alike than are read at once.
fn too_alike(total: usize) -> Problem {
    let detail = format!(
        "{total} hosts fit whose ids begin alike, and at most {MOST_AT_ONCE} are read at once: search for more at once, or by id."
    );
    let violation = Violation::new("?name", "too_broad", detail.clone());
    Problem::new(Code::ValidationFailed, detail).with_errors(vec![violation])
}

fn item(alias: &Alias, host: Host, row: &Row) -> HostListItem {
    HostListItem {
        backend: alias.clone(),
        name: host.name().to_owned(),
        id: host.id,
        fqdn: host.fqdn,
        dns_name: host.dns_name,
        netbios: host.netbios,
        ip: host.ip.map(Address::get),
        last_seen: row.datetime(LAST_SEEN),
        agent_connected: Agent::of(row).connected,
        ready: None,
        isolation: None,
    }
}
