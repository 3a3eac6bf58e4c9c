//! What a name means to KSC: one host, or none.
//!
//! KSC is asked with a filter in which nothing of a name acts, and what it returns is compared with
//! what was asked for: even if a wildcard slipped into the filter, no other host can come out. A
//! name that several hosts have is refused, never the first of many taken; so is a name of which
//! KSC has more matches than were read, whatever was read.

use std::collections::BTreeMap;

use ksc::{Filter, GetHostInfo, Kind, Lease, Row, Rows, SafeText};

use super::attributes::{self, DNS_NAME, DOMAIN, FIELDS, ID, IP, NAMES, NETBIOS};
use crate::backends::ksc::fault;
use crate::host::Host;
use crate::problem::Problem;
use vocabulary::code::Code;
use vocabulary::host_id::HostId;
use vocabulary::names::HostName;
use vocabulary::task_id::Alias;

/// More hosts of one name than a problem document should list.
const MOST_CANDIDATES: usize = 20;

/// Asks KSC what a name means: one host, or the problem of there being none or several. The outer
/// result is what went wrong with KSC.
pub(super) async fn ask(
    lease: &mut Lease,
    alias: &Alias,
    name: &HostName,
    request_id: &str,
) -> Result<Result<Host, Problem>, Problem> {
    let normal = name.normal().as_str();
    if HostId::is_guid(normal) {
        return by_id(lease, normal, FIELDS, request_id)
            .await
            .map(|it| it.map(|(host, _)| host).ok_or_else(unknown));
    }
    by_name(lease, alias, name, request_id).await
}

/// The host of an id with its attributes; nothing when KSC has none.
///
/// # Errors
/// What went wrong with KSC.
pub(super) async fn by_id(
    lease: &mut Lease,
    id: &str,
    fields: &'static [&'static str],
    request_id: &str,
) -> Result<Option<(Host, Row)>, Problem> {
    let call = GetHostInfo {
        host_id: id.to_owned(),
        fields,
    };
    let row = match lease.call(&call, request_id).await {
        Ok(row) => row,
        Err(error) if matches!(error.kind(), Kind::NotFound) => return Ok(None),
        Err(error) => return Err(fault::problem(&error, request_id)),
    };
    match attributes::host(&row) {
        Some(host) if host.id.eq_ignore_ascii_case(id) => Ok(Some((host, row))),
        Some(_) | None => Err(Problem::new(
            Code::KscProtocol,
            "KSC was asked about one host and answered about another.",
        )),
    }
}

async fn by_name(
    lease: &mut Lease,
    alias: &Alias,
    name: &HostName,
    request_id: &str,
) -> Result<Result<Host, Problem>, Problem> {
    let rows = lease
        .hosts(question(name)?, FIELDS, MOST_CANDIDATES, request_id)
        .await
        .map_err(|error| fault::problem(&error, request_id))?;
    Ok(judge(alias, name, &rows))
}

/// The one host of these rows that has the name, if it is certain that no other has it.
fn judge(alias: &Alias, name: &HostName, rows: &Rows<Row>) -> Result<Host, Problem> {
    let found: BTreeMap<String, Host> = rows
        .rows
        .iter()
        .filter_map(attributes::host)
        .filter(|it| it.is_called(name.normal()))
        .map(|it| (it.id.clone(), it))
        .collect();
    // An id is KSC's own and unique: it outweighs a host that merely has it as a name.
    if let Some(host) = found
        .values()
        .find(|it| it.id.eq_ignore_ascii_case(name.normal().as_str()))
    {
        return Ok(host.clone());
    }
    // What was not read may have the name too.
    let unread = rows.total > 1 && rows.total > rows.rows.len();
    let mut found = found.into_values();
    match (found.next(), found.len(), unread) {
        (None, _, false) => Err(unknown()),
        (Some(host), 0, false) => Ok(host),
        (first, more, _) => {
            let listed = more + usize::from(first.is_some());
            let candidates = first
                .into_iter()
                .chain(found)
                .map(|it| it.summary().at(alias));
            let detail = if unread {
                format!(
                    "KSC has {} hosts that may have this name; {listed} of them are listed. Use the id of one.",
                    rows.total
                )
            } else {
                format!("{listed} hosts have this name; use the id of one of them.")
            };
            let problem = Problem::new(Code::HostAmbiguous, detail);
            Err(problem.with_candidates(candidates.collect()))
        }
    }
}

fn unknown() -> Problem {
    Problem::new(
        Code::HostNotFound,
        "KSC knows no host of this id, name or address.",
    )
}

/// The filter that asks for a name.
fn question(name: &HostName) -> Result<Filter, Problem> {
    let attributes: Vec<&str> = std::iter::once(ID).chain(NAMES).collect();
    let mut questions = named(name, &attributes)?;
    // A host without an address has the number 0, which is no address.
    let address = name.address();
    questions.extend(address.map(|it| Filter::number(IP, it.number())));
    Ok(Filter::any(questions).expect("there are names to ask for"))
}

/// Any of the ways in which KSC may hold a name in these attributes, or with its domain.
pub(super) fn named(name: &HostName, attributes: &[&'static str]) -> Result<Vec<Filter>, Problem> {
    let mut questions = Vec::new();
    for spelling in name.spellings() {
        let text = safe(&spelling)?;
        questions.extend(attributes.iter().map(|it| Filter::text(it, &text)));
    }
    if let Some((domain, computer)) = name.in_domain() {
        let (domain, computer) = (safe(domain)?, safe(computer)?);
        let computer = [NETBIOS, DNS_NAME].map(|it| Filter::text(it, &computer));
        let both = [
            Filter::any(computer.into()),
            Some(Filter::text(DOMAIN, &domain)),
        ];
        questions.extend(Filter::all(both.into_iter().flatten().collect()));
    }
    Ok(questions)
}

/// Any of the ways in which KSC may hold a name that begins so.
pub(super) fn prefixed(beginning: &HostName) -> Result<Vec<Filter>, Problem> {
    let mut questions = Vec::new();
    for spelling in beginning.spellings() {
        let text = safe(&spelling)?;
        questions.extend(NAMES.map(|it| Filter::prefix(it, &text)));
    }
    Ok(questions)
}

/// A name holds nothing that acts in a filter; the client does not take our word for it.
fn safe(text: &str) -> Result<SafeText, Problem> {
    SafeText::parse(text).map_err(|_| Problem::new(Code::ValidationFailed, HostName::RULE))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn row(id: &str, name: &str) -> Row {
        let row = json!({"KLHST_WKS_HOSTNAME": id, "KLHST_WKS_DN": name});
        Row::from_value(&row).unwrap()
    }

    /// The id of the host, or the code of the problem and how many hosts it lists.
    fn judged(name: &str, rows: Vec<Row>, total: usize) -> Result<String, (Code, usize)> {
        let name = HostName::parse(name).unwrap();
        let read = rows.len();
        let alias = Alias::parse("ksc").unwrap();
        judge(&alias, &name, &Rows { rows, total, read })
            .map(|it| it.id)
            .map_err(|it| (it.code(), it.document("/", "r").candidates.len()))
    }

    #[test]
    fn a_name_means_the_only_host_that_has_it() {
        let one = || vec![row("id-1", "WS-1"), row("id-2", "WS-2")];

        assert_eq!(judged("ws-1", one(), 2), Ok("id-1".to_owned()));
        assert_eq!(judged("ws-3", one(), 2), Err((Code::HostNotFound, 0)));
        assert_eq!(judged("ws-3", vec![], 0), Err((Code::HostNotFound, 0)));
        let twice = vec![row("id-1", "WS-1"), row("id-2", "ws-1")];
        assert_eq!(judged("ws-1", twice, 2), Err((Code::HostAmbiguous, 2)));
        let same = vec![row("id-1", "WS-1"), row("id-1", "WS-1")];
        assert_eq!(judged("ws-1", same, 2), Ok("id-1".to_owned()));
    }

    #[test]
    fn what_was_not_read_may_have_the_name_too() {
        let one = || vec![row("id-1", "WS-1"), row("id-2", "WS-2")];

        assert_eq!(judged("ws-1", one(), 3), Err((Code::HostAmbiguous, 1)));
        assert_eq!(judged("ws-3", one(), 3), Err((Code::HostAmbiguous, 0)));
        // The only match went away between the search and the reading.
        assert_eq!(judged("ws-1", vec![], 1), Err((Code::HostNotFound, 0)));
    }

    #[test]
    fn an_id_outweighs_a_name_that_looks_like_it() {
        let rows = vec![row("abc", "WS-1"), row("id-2", "ABC")];

        assert_eq!(judged("ABC", rows, 5), Ok("abc".to_owned()));
    }
}
