//! The attributes of a device in KSC, and the host that they make.

use std::sync::Arc;

use ksc::Row;

use crate::host::Host;
use vocabulary::names::Address;

pub(super) const ID: &str = "KLHST_WKS_HOSTNAME";
pub(super) const DISPLAY_NAME: &str = "KLHST_WKS_DN";
pub(super) const FQDN: &str = "KLHST_WKS_FQDN";
pub(super) const DNS_NAME: &str = "KLHST_WKS_DNSNAME";
pub(super) const NETBIOS: &str = "KLHST_WKS_WINHOSTNAME";
pub(super) const DOMAIN: &str = "KLHST_WKS_WINDOMAIN";
pub(super) const IP: &str = "KLHST_WKS_IP_LONG";
pub(super) const GROUP: &str = "KLHST_WKS_GROUPID";
pub(super) const LAST_SEEN: &str = "KLHST_WKS_LAST_VISIBLE";

/// What a host is known by.
pub(super) const FIELDS: &[&str] = &[ID, DISPLAY_NAME, FQDN, DNS_NAME, NETBIOS, DOMAIN, IP, GROUP];

/// Attributes that a name may stand in.
pub(super) const NAMES: [&str; 4] = [DISPLAY_NAME, FQDN, DNS_NAME, NETBIOS];

/// Reads a row with [`FIELDS`]; without its id it is no host.
pub(super) fn host(row: &Row) -> Option<Host> {
    let text = |name: &str| row.str(name).filter(|it| !it.is_empty()).map(str::to_owned);
    Some(Host {
        id: text(ID)?,
        display_name: text(DISPLAY_NAME),
        fqdn: text(FQDN),
        dns_name: text(DNS_NAME),
        netbios: text(NETBIOS),
        domain: text(DOMAIN),
        // KSC keeps an address as the number that its four bytes make, the first one highest.
        ip: row.int(IP).and_then(Address::from_number),
        group: row.int(GROUP),
        groups: Arc::default(),
    })
}
