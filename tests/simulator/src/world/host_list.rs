//! The server's list of hosts, with the indexes that a server has: by id, by name, by address.

use crate::world::hosts::Host;
use std::collections::{BTreeSet, HashMap};

/// Names and the address, by which hosts are looked for.
const INDEXED: [&str; 6] = [
    "KLHST_WKS_HOSTNAME",
    "KLHST_WKS_DN",
    "KLHST_WKS_FQDN",
    "KLHST_WKS_DNSNAME",
    "KLHST_WKS_WINHOSTNAME",
    "KLHST_WKS_IP_LONG",
];

/// The hosts, in the order in which they were registered.
#[derive(Debug, Default)]
pub(crate) struct HostList {
    hosts: Vec<Host>,
    by_id: HashMap<String, usize>,
    /// By what, then by its value in lower case.
    by_name: HashMap<&'static str, HashMap<String, BTreeSet<usize>>>,
}

impl HostList {
    pub(crate) fn of(hosts: Vec<Host>) -> Self {
        let mut list = Self {
            hosts,
            ..Self::default()
        };
        list.index();
        list
    }

    pub(crate) fn iter(&self) -> std::slice::Iter<'_, Host> {
        self.hosts.iter()
    }

    pub(crate) fn get(&self, id: &str) -> Option<&Host> {
        Some(&self.hosts[self.place(id)?])
    }

    /// A host whose names stay as they are.
    pub(crate) fn get_mut(&mut self, id: &str) -> Option<&mut Host> {
        let at = self.place(id)?;
        Some(&mut self.hosts[at])
    }

    /// Changes the hosts in any way.
    pub(crate) fn change<T>(&mut self, change: impl FnOnce(&mut Vec<Host>) -> T) -> T {
        let changed = change(&mut self.hosts);
        self.index();
        changed
    }

    /// The places of the hosts of which an attribute is this, in lower case; nothing for an
    /// attribute that is not indexed.
    pub(crate) fn called(&self, attribute: &str, value: &str) -> Option<BTreeSet<usize>> {
        let of_attribute = self.by_name.get(attribute)?;
        Some(of_attribute.get(value).cloned().unwrap_or_default())
    }

    pub(crate) fn at(&self, place: usize) -> &Host {
        &self.hosts[place]
    }

    fn place(&self, id: &str) -> Option<usize> {
        self.by_id.get(&id.to_ascii_lowercase()).copied()
    }

    fn index(&mut self) {
        self.by_id.clear();
        self.by_name = INDEXED.map(|it| (it, HashMap::new())).into();
        for (at, host) in self.hosts.iter().enumerate() {
            let id = host.spec.id.to_ascii_lowercase();
            self.by_id.entry(id).or_insert(at);
            for attribute in INDEXED {
                let value = host.name_in(attribute).to_lowercase();
                let of_attribute = self.by_name.entry(attribute).or_default();
                of_attribute.entry(value).or_default().insert(at);
            }
        }
    }
}
