//! The search for hosts: bounded, compared with what was asked for, page by page.
//!
//! # Rationale
//!
//! Which attributes of hosts KSC can sort by is not documented, and a page of an unsorted set
//! means nothing. So all matches are read, which are few because names are compared as a whole,
//! and put in the order of their ids here. A cursor is the id after which the next page begins: it
//! stays right while hosts come and go between two pages, and any replica can read it. More
//! matches than [`MOST_FOUND`] are refused and not cut: a part must not pass for the whole.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ksc::{Filter, Lease, Row, SafeText};

use super::attributes::{
    self, DISPLAY_NAME, DNS_NAME, DOMAIN, FQDN, ID, IP, LAST_SEEN, NAMES, NETBIOS,
};
use super::readiness::Agent;
use super::resolve::named;
use super::{HostId, Hosts, with_id};
use crate::backends::ksc::fault;
use crate::host::Host;
use crate::problem::Problem;
use vocabulary::code::Code;
use vocabulary::host::{HostList, HostListItem};
use vocabulary::names::{Address, HostName};
use vocabulary::task::Violation;

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

/// What is searched for: at least one of name, address and id, and all that are given must hold.
#[derive(Debug, Clone)]
pub struct Search {
    /// A display, DNS or NetBIOS name, whole, in any spelling.
    pub name: Option<HostName>,
    /// An IPv4 address.
    pub ip: Option<Address>,
    /// KSC's id.
    pub id: Option<HostId>,
    /// Most hosts of a page.
    pub limit: usize,
    /// Where the page begins.
    pub after: Option<HostCursor>,
}

/// The end of a page, which the next one follows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostCursor(String);

impl HostCursor {
    /// What a cursor begins with, so that one of another list is not taken for it.
    const KIND: &str = "host:";

    /// After the host of this id.
    fn after(id: &str) -> Self {
        Self(id.to_owned())
    }

    /// Reads what [`HostCursor::write`] wrote.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let text = String::from_utf8(bytes).ok()?;
        text.strip_prefix(Self::KIND).map(Self::after)
    }

    /// The cursor as callers carry it.
    #[must_use]
    pub fn write(&self) -> String {
        URL_SAFE_NO_PAD.encode(format!("{}{}", Self::KIND, self.0))
    }
}

impl Hosts {
    /// One page of the hosts that fit, in the order of their ids.
    ///
    /// # Errors
    /// 422 when too many fit, or what went wrong with KSC.
    pub async fn find(
        &self,
        lease: &mut Lease,
        search: &Search,
        request_id: &str,
    ) -> Result<HostList, Problem> {
        let rows = lease
            .hosts(search.filter()?, LISTED, MOST_FOUND, request_id)
            .await
            .map_err(|error| fault::problem(&error, request_id))?;
        if rows.total > MOST_FOUND {
            return Err(search.too_broad(rows.total));
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
            .filter(|(host, _)| search.fits(host))
            .map(|(host, row)| (host.id.clone(), item(host, row)))
            .collect();
        let after = search.after.as_ref().map_or("", |it| it.0.as_str());
        let mut rest = found
            .into_iter()
            .filter(|(id, _)| id.as_str() > after)
            .map(|(_, item)| item);
        let hosts: Vec<HostListItem> = rest.by_ref().take(search.limit).collect();
        let next_cursor = match (rest.next(), hosts.last()) {
            (Some(_), Some(last)) => Some(HostCursor::after(&last.id).write()),
            (_, _) => None,
        };
        Ok(HostList { hosts, next_cursor })
    }
}

impl Search {
    fn filter(&self) -> Result<Filter, Problem> {
        let mut all = Vec::new();
        if let Some(name) = &self.name {
            all.extend(Filter::any(named(name, &NAMES)?));
        }
        if let Some(ip) = self.ip {
            all.push(Filter::number(IP, ip.number()));
        }
        if let Some(id) = &self.id {
            let id = SafeText::parse(id.as_str())
                .map_err(|_| Problem::new(Code::ValidationFailed, HostId::RULE))?;
            all.push(with_id(&id));
        }
        Ok(Filter::all(all).expect("something is searched for"))
    }

    /// Whether a host is what was searched for, whatever the filter let through.
    fn fits(&self, host: &Host) -> bool {
        let named = |it: &HostName| host.is_named(it.normal());
        self.name.as_ref().is_none_or(named)
            && self.ip.is_none_or(|it| host.ip == Some(it))
            && self
                .id
                .as_ref()
                .is_none_or(|it| host.id.eq_ignore_ascii_case(it.as_str()))
    }

    fn too_broad(&self, total: usize) -> Problem {
        let detail = format!(
            "{total} hosts fit and at most {MOST_FOUND} are listed: search for more at once, or by id."
        );
        let pointer = match (&self.name, &self.ip) {
            (Some(_), _) => "?name",
            (None, Some(_)) => "?ip",
            (None, None) => "?id",
        };
        let violation = Violation::new(pointer, "too_broad", detail.clone());
        Problem::new(Code::ValidationFailed, detail).with_errors(vec![violation])
    }
}

fn item(host: Host, row: &Row) -> HostListItem {
    HostListItem {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_cursor_of_this_list_is_read() {
        let cursor = HostCursor::after("4328e16a-bf83-47c3-8d0b-0fdf79f9d673");

        assert_eq!(HostCursor::read(&cursor.write()), Some(cursor));
        for odd in [
            "",
            "x",
            "4328e16a-bf83-47c3-8d0b-0fdf79f9d673",
            "aG9zdDo=",
            "////",
            &URL_SAFE_NO_PAD.encode("task:1"),
            &URL_SAFE_NO_PAD.encode(b"host:\xff"),
        ] {
            assert_eq!(HostCursor::read(odd), None, "{odd:?}");
        }
    }
}
