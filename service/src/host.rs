//! A host, as far as it matters which one is meant and whether it may be touched.

use std::sync::Arc;

use vocabulary::host::HostSummary;
use vocabulary::names::{Address, Normal};

/// A host that a back end has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Host {
    /// The back end's own id of it.
    pub id: String,
    /// The display name.
    pub display_name: Option<String>,
    /// The fully qualified DNS name.
    pub fqdn: Option<String>,
    /// The DNS name without its domain.
    pub dns_name: Option<String>,
    /// The NetBIOS name.
    pub netbios: Option<String>,
    /// The Windows domain or workgroup.
    pub domain: Option<String>,
    /// The IPv4 address.
    pub ip: Option<Address>,
    /// The number of its administration group.
    pub group: Option<i64>,
    /// What that group, and each group that it is in, may be called; empty when nobody needs to
    /// know.
    pub groups: Arc<[String]>,
}

impl Host {
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
    #[must_use]
    pub fn is_called(&self, name: &Normal) -> bool {
        self.known_as().any(|it| it == *name)
    }

    /// Whether one of its names is this one.
    #[must_use]
    pub fn is_named(&self, name: &Normal) -> bool {
        self.names().any(|it| it == *name)
    }

    /// Whether one of its names begins like this one.
    #[must_use]
    pub fn has_name_beginning(&self, beginning: &Normal) -> bool {
        self.names()
            .any(|it| it.as_str().starts_with(beginning.as_str()))
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
    pub fn known_as(&self) -> impl Iterator<Item = Normal> {
        let id = std::iter::once(Normal::of(&self.id));
        let address = self.ip.map(|it| Normal::of(&it.to_string()));
        id.chain(self.names()).chain(address)
    }
}
