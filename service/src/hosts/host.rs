//! One host: its names, and which of them somebody means.

use std::net::Ipv4Addr;
use std::sync::Arc;

use ksc::Row;

use crate::api::host::HostSummary;

pub(super) const ID: &str = "KLHST_WKS_HOSTNAME";
pub(super) const DISPLAY_NAME: &str = "KLHST_WKS_DN";
pub(super) const FQDN: &str = "KLHST_WKS_FQDN";
pub(super) const DNS_NAME: &str = "KLHST_WKS_DNSNAME";
pub(super) const NETBIOS: &str = "KLHST_WKS_WINHOSTNAME";
pub(super) const IP: &str = "KLHST_WKS_IP_LONG";
pub(super) const GROUP: &str = "KLHST_WKS_GROUPID";
pub(super) const LAST_SEEN: &str = "KLHST_WKS_LAST_VISIBLE";

/// What a host is known by.
pub(super) const FIELDS: &[&str] = &[ID, DISPLAY_NAME, FQDN, DNS_NAME, NETBIOS, IP, GROUP];

/// Attributes that a name may stand in.
pub(super) const NAMES: [&str; 4] = [DISPLAY_NAME, FQDN, DNS_NAME, NETBIOS];

/// A host that exists in KSC.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Host {
    /// KSC's id.
    pub id: String,
    /// The display name.
    pub(super) display_name: Option<String>,
    /// The fully qualified DNS name.
    pub(super) fqdn: Option<String>,
    /// The DNS name without its domain.
    pub(super) dns_name: Option<String>,
    /// The NetBIOS name.
    pub(super) netbios: Option<String>,
    /// The IPv4 address.
    pub(super) ip: Option<Ipv4Addr>,
    /// The number of its administration group.
    pub(super) group: Option<i64>,
    /// What that group, and each group that it is in, may be called; empty when nobody needs to know.
    pub(super) groups: Arc<[String]>,
}

impl Host {
    /// Reads a row with [`FIELDS`]; without its id it is no host.
    pub(super) fn from_row(row: &Row) -> Option<Self> {
        let text = |name: &str| row.str(name).filter(|it| !it.is_empty()).map(str::to_owned);
        // KSC keeps an IPv4 address as the number that its four bytes make, the first one highest.
        let address = row
            .int(IP)
            .and_then(|it| u32::try_from(it).ok())
            .filter(|it| *it != 0);
        Some(Self {
            id: text(ID)?,
            display_name: text(DISPLAY_NAME),
            fqdn: text(FQDN),
            dns_name: text(DNS_NAME),
            netbios: text(NETBIOS),
            ip: address.map(Ipv4Addr::from),
            group: row.int(GROUP),
            groups: Arc::default(),
        })
    }

    /// The display name; the id where there is none.
    #[must_use]
    pub fn name(&self) -> &str {
        self.display_name.as_deref().unwrap_or(&self.id)
    }

    /// As the API shows it.
    #[must_use]
    pub fn summary(&self) -> HostSummary {
        HostSummary {
            id: self.id.clone(),
            name: self.name().to_owned(),
            fqdn: self.fqdn.clone(),
        }
    }

    /// Whether its id, its address or one of its names is this one, by any case.
    pub(super) fn is_called(&self, name: &str) -> bool {
        let name = name.to_lowercase();
        self.known_as().any(|it| it.to_lowercase() == name)
    }

    /// Whether one of its names is this one, by any case.
    pub(super) fn is_named(&self, name: &str) -> bool {
        let name = name.to_lowercase();
        self.names().any(|it| it.to_lowercase() == name)
    }

    fn names(&self) -> impl Iterator<Item = &str> {
        [
            &self.display_name,
            &self.fqdn,
            &self.dns_name,
            &self.netbios,
        ]
        .into_iter()
        .filter_map(Option::as_deref)
    }

    /// Everything that it answers to.
    pub(super) fn known_as(&self) -> impl Iterator<Item = String> {
        let id = std::iter::once(self.id.clone());
        let names = self.names().map(str::to_owned);
        id.chain(names).chain(self.ip.map(|it| it.to_string()))
    }
}
