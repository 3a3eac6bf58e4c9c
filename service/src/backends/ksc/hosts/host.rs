//! One host: its names, and which of them somebody means.

use std::sync::Arc;

use ksc::Row;

use vocabulary::host::HostSummary;
use vocabulary::names::{Address, Normal};

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
    /// The Windows domain or workgroup.
    pub(super) domain: Option<String>,
    /// The IPv4 address.
    pub(super) ip: Option<Address>,
    /// The number of its administration group.
    pub(super) group: Option<i64>,
    /// What that group, and each group that it is in, may be called; empty when nobody needs to know.
    pub(super) groups: Arc<[String]>,
}

impl Host {
    /// Reads a row with [`FIELDS`]; without its id it is no host.
    pub(super) fn from_row(row: &Row) -> Option<Self> {
        let text = |name: &str| row.str(name).filter(|it| !it.is_empty()).map(str::to_owned);
        Some(Self {
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

    /// Whether its id, its address or one of its names is this one.
    pub(super) fn is_called(&self, name: &Normal) -> bool {
        self.known_as().any(|it| it == *name)
    }

    /// Whether one of its names is this one.
    pub(super) fn is_named(&self, name: &Normal) -> bool {
        self.names().any(|it| it == *name)
    }

    fn names(&self) -> impl Iterator<Item = Normal> {
        let whole = [
            &self.display_name,
            &self.fqdn,
            &self.dns_name,
            &self.netbios,
        ];
        let whole = whole.into_iter().filter_map(Option::as_deref);
        let in_domain = [&self.netbios, &self.dns_name];
        let in_domain = in_domain.into_iter().filter_map(|it| {
            let (domain, host) = (self.domain.as_deref()?, it.as_deref()?);
            Some(Normal::of(&format!("{domain}\\{host}")))
        });
        whole.map(Normal::of).chain(in_domain)
    }

    /// Everything that it answers to.
    pub(super) fn known_as(&self) -> impl Iterator<Item = Normal> {
        let id = std::iter::once(Normal::of(&self.id));
        let address = self.ip.map(|it| Normal::of(&it.to_string()));
        id.chain(self.names()).chain(address)
    }
}
