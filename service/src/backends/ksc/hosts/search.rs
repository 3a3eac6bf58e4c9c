//! The search for hosts: bounded, compared with what was asked for, page by page.
//!
//! # Rationale
//!
//! Which attributes of hosts KSC can sort by is not documented, and a page of an unsorted set means
//! nothing. So all matches are read, which are few because names are compared as a whole, and put
//! in the order of their ids here. A cursor is the id after which the next page begins: it stays
//! right while hosts come and go between two pages, and any replica can read it. More matches than
//! [`MOST_FOUND`] are refused and not cut: a part must not pass for the whole.

use std::collections::BTreeMap;

use ksc::{Filter, Lease, Row, SafeText};

use super::attributes::{
    self, DISPLAY_NAME, DNS_NAME, DOMAIN, FQDN, ID, IP, LAST_SEEN, NAMES, NETBIOS,
};
use super::incidents::with_id;
use super::lookup::Hosts;
use super::readiness::Agent;
use super::resolve::named;
use crate::backends::ksc::fault;
use crate::backends::seam::{HostPage, HostSearch};
use crate::host::Host;
use crate::problem::Problem;
use vocabulary::code::Code;
use vocabulary::host::HostListItem;
use vocabulary::host_id::HostId;
use vocabulary::names::{Address, HostName};
use vocabulary::task::Violation;
use vocabulary::task_id::Alias;

/// The most hosts that a search reads.
const MOST_FOUND: usize = 1_000;

/// What the list shows of a host.
const LISTED: &[&str] = &[
    ID,
    DISPLAY_NAME,
    FQDN,
    DNS_NAME,
    NETBIOS,
    DOMAIN,
    IP,
    LAST_SEEN,
    Agent::STATUS,
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
        let rows = lease
            .hosts(filter(search)?, LISTED, MOST_FOUND, request_id)
            .await
            .map_err(|error| fault::problem(&error, request_id))?;
        if rows.total > MOST_FOUND {
            return Err(too_broad(search, rows.total));
        }
        if rows.total > rows.rows.len() {
            return Err(Problem::new(
                Code::KscProtocol,
                format!(
                    "KSC found {} hosts and gave {}; the list would not be whole.",
                    rows.total,
                    rows.rows.len()
                ),
            ));
        }
        let found: BTreeMap<String, HostListItem> = rows
            .rows
            .iter()
            .filter_map(|row| Some((attributes::host(row)?, row)))
            .filter(|(host, _)| fits(search, host))
            .map(|(host, row)| (host.id.clone(), item(&self.alias, host, row)))
            .collect();
        let after = search.after.as_deref().unwrap_or_default();
        let mut rest = found
            .into_iter()
            .filter(|(id, _)| id.as_str() > after)
            .map(|(_, item)| item);
        let hosts: Vec<HostListItem> = rest.by_ref().take(search.limit).collect();
        let more = rest.next().is_some();
        Ok(HostPage { hosts, more })
    }
}

fn filter(search: &HostSearch) -> Result<Filter, Problem> {
    let mut all = Vec::new();
    if let Some(name) = &search.name {
        all.extend(Filter::any(named(name, &NAMES)?));
    }
    if let Some(ip) = search.ip {
        all.push(Filter::number(IP, ip.number()));
    }
    if let Some(id) = &search.id {
        let id = SafeText::parse(id.as_str())
            .map_err(|_| Problem::new(Code::ValidationFailed, HostId::RULE))?;
        all.push(with_id(&id));
    }
    Ok(Filter::all(all).expect("something is searched for"))
}

/// Whether a host is what was searched for, whatever the filter let through.
fn fits(search: &HostSearch, host: &Host) -> bool {
    let named = |it: &HostName| host.is_named(it.normal());
    search.name.as_ref().is_none_or(named)
        && search.ip.is_none_or(|it| host.ip == Some(it))
        && search
            .id
            .as_ref()
            .is_none_or(|it| host.id.eq_ignore_ascii_case(it.as_str()))
}

fn too_broad(search: &HostSearch, total: usize) -> Problem {
    let detail = format!(
        "{total} hosts fit and at most {MOST_FOUND} are listed: search for more at once, or by id."
    );
    let pointer = match (&search.name, &search.ip) {
        (Some(_), _) => "?name",
        (None, Some(_)) => "?ip",
        (None, None) => "?id",
    };
    let violation = Violation::new(pointer, "too_broad", detail.clone());
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
    }
}
