//! From what a caller calls a host to KSC's own id of it: never the first of many.
//!
//! KSC is asked with a filter of allow-listed characters, and what it returns is compared with
//! what was asked for: even if a wildcard slipped into the filter, no other host can come out.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;

use ksc::{Filter, GetHostInfo, Kind, Lease, Row, SafeText};
use time::OffsetDateTime;

use crate::api::host::HostSummary;
use crate::api::problem::{Code, Problem};
use crate::fault;
use crate::task::HostName;

const ID: &str = "KLHST_WKS_HOSTNAME";
const DISPLAY_NAME: &str = "KLHST_WKS_DN";
const FQDN: &str = "KLHST_WKS_FQDN";
const DNS_NAME: &str = "KLHST_WKS_DNSNAME";
const NETBIOS: &str = "KLHST_WKS_WINHOSTNAME";
const IP: &str = "KLHST_WKS_IP_LONG";

const FIELDS: &[&str] = &[ID, DISPLAY_NAME, FQDN, DNS_NAME, NETBIOS, IP];

/// Attributes that a name may stand in.
const NAMES: [&str; 5] = [ID, DISPLAY_NAME, FQDN, DNS_NAME, NETBIOS];

/// More hosts of one name than a problem document should list.
const MOST_CANDIDATES: usize = 20;

/// A host that exists in KSC.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Host {
    /// KSC's id.
    pub id: String,
    /// The display name; the id where there is none.
    pub name: String,
    /// The DNS name.
    pub fqdn: Option<String>,
    /// Every name that it has and its address, in lower case.
    names: Vec<String>,
}

impl Host {
    fn from_row(row: &Row) -> Option<Self> {
        let id = row.str(ID)?.to_owned();
        let text = |name: &str| row.str(name).filter(|it| !it.is_empty()).map(str::to_owned);
        let mut names: Vec<String> = NAMES
            .into_iter()
            .filter_map(text)
            .map(|it| it.to_lowercase())
            .collect();
        // KSC keeps an IPv4 address as the number that its four bytes make, the first one highest.
        let address = row
            .int(IP)
            .and_then(|it| u32::try_from(it).ok())
            .filter(|it| *it != 0);
        names.extend(address.map(|it| Ipv4Addr::from(it).to_string()));
        Some(Self {
            name: text(DISPLAY_NAME).unwrap_or_else(|| id.clone()),
            fqdn: text(FQDN),
            id,
            names,
        })
    }

    /// Whether one of its names or its id is this one, by any case.
    fn is_called(&self, name: &str) -> bool {
        let name = name.to_lowercase();
        self.names.contains(&name)
    }

    /// As the API shows it.
    #[must_use]
    pub fn summary(&self) -> HostSummary {
        HostSummary {
            id: self.id.clone(),
            name: self.name.clone(),
            fqdn: self.fqdn.clone(),
        }
    }

    /// Whether one of these patterns means this host, by id or by any of its names. It is asked
    /// about the host that was found, so that no alias slips past.
    #[must_use]
    pub fn is_among(&self, patterns: &[String]) -> bool {
        patterns.iter().any(|pattern| {
            let pattern = pattern.to_lowercase();
            self.names.iter().any(|name| matches(&pattern, name))
        })
    }
}

/// Whether a text fits a pattern in which `*` stands for any run of characters.
fn matches(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = text.strip_prefix(first) else {
        return false;
    };
    let mut parts: Vec<&str> = parts.collect();
    let Some(last) = parts.pop() else {
        return rest.is_empty();
    };
    for part in parts {
        let Some(at) = rest.find(part) else {
            return false;
        };
        rest = &rest[at + part.len()..];
    }
    rest.ends_with(last)
}

/// The one host that a name means.
///
/// # Errors
/// 404 when there is none, 409 with the candidates when there are several, or what went wrong
/// with KSC.
pub async fn resolve(
    lease: &mut Lease,
    name: &HostName,
    request_id: &str,
) -> Result<Host, Problem> {
    let rows = lease
        .hosts(question(name)?, FIELDS, MOST_CANDIDATES, request_id)
        .await
        .map_err(|error| fault::problem(&error, request_id))?;
    let found: BTreeMap<String, Host> = rows
        .rows
        .iter()
        .filter_map(Host::from_row)
        .filter(|it| it.is_called(name.as_str()))
        .map(|it| (it.id.clone(), it))
        .collect();
    // An id is KSC's own and unique: it outweighs a host that merely has it as a name.
    if let Some(host) = found
        .values()
        .find(|it| it.id.eq_ignore_ascii_case(name.as_str()))
    {
        return Ok(host.clone());
    }
    let mut found = found.into_values();
    match (found.next(), found.len()) {
        (None, _) => Err(Problem::new(
            Code::HostNotFound,
            "KSC knows no host of this id, name or address.",
        )),
        (Some(host), 0) => Ok(host),
        (Some(first), more) => {
            let candidates = std::iter::once(first)
                .chain(found)
                .map(|it| it.summary())
                .collect();
            let detail = format!(
                "{} hosts have this name; use the id of one of them.",
                more + 1
            );
            Err(Problem::new(Code::HostAmbiguous, detail).with_candidates(candidates))
        }
    }
}

/// What KSC calls a host now; its id alone when it is gone.
///
/// # Errors
/// What went wrong with KSC.
pub async fn summary(
    lease: &mut Lease,
    host_id: &str,
    request_id: &str,
) -> Result<HostSummary, ksc::Error> {
    let call = GetHostInfo {
        host_id: host_id.to_owned(),
        fields: &[ID, DISPLAY_NAME, FQDN],
    };
    let host = match lease.call(&call, request_id).await {
        Ok(row) => Host::from_row(&row),
        Err(error) if matches!(error.kind(), Kind::NotFound) => None,
        Err(error) => return Err(error),
    };
    Ok(HostSummary {
        id: host_id.to_owned(),
        name: host
            .as_ref()
            .map_or_else(|| host_id.to_owned(), |it| it.name.clone()),
        fqdn: host.and_then(|it| it.fqdn),
    })
}

/// The incidents of a host between two moments, as a filter. An id that cannot stand in a filter
/// is left out of it: whoever searches compares the rows with the id that is meant.
#[must_use]
pub fn incidents_of(host_id: &str, after: OffsetDateTime, before: OffsetDateTime) -> Filter {
    let mut conditions = vec![
        Filter::after("KLINCDT_ADDED", after),
        Filter::before("KLINCDT_ADDED", before),
    ];
    let id = SafeText::parse(host_id).ok();
    conditions.extend(id.map(|it| Filter::text(ID, &it)));
    Filter::all(conditions).expect("there are conditions")
}

/// The filter that asks for a name.
fn question(name: &HostName) -> Result<Filter, Problem> {
    // HostName and SafeText allow the same characters; the client does not take our word for it.
    let text = SafeText::parse(name.as_str())
        .map_err(|_| Problem::new(Code::ValidationFailed, HostName::RULE))?;
    let address: Option<Ipv4Addr> = name.as_str().parse().ok();
    let mut questions: Vec<Filter> = NAMES.iter().map(|it| Filter::text(it, &text)).collect();
    questions.extend(address.map(|it| Filter::number(IP, i64::from(u32::from(it)))));
    Ok(Filter::any(questions).expect("there are names to ask for"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_any_run_of_characters() {
        for (pattern, text) in [
            ("dc-*", "dc-01"),
            ("*", ""),
            ("*.corp", "a.corp"),
            ("a*b*c", "a-b-b-c"),
            ("dc", "dc"),
        ] {
            assert!(matches(pattern, text), "{pattern} should fit {text}");
        }
        for (pattern, text) in [
            ("dc-*", "xdc-01"),
            ("dc", "dc1"),
            ("a*b", "ab1"),
            ("ab*ba", "aba"),
            ("", "x"),
        ] {
            assert!(!matches(pattern, text), "{pattern} should not fit {text}");
        }
    }
}
