//! The query of a search for hosts: everything that is wrong with it, at once and by name.
//!
//! Read by hand, because a deserializer stops at the first mistake and does not see a parameter
//! that is given twice: which of the two a caller means nobody can say.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;

use url::form_urlencoded;
use utoipa::IntoParams;

use crate::api::problem::{Code, Problem};
use crate::hosts::{Cursor, HostId, Search};
use crate::task::{HostName, Violation};

/// Most violations that are listed.
const MOST_VIOLATIONS: usize = 20;

/// Hosts of a page, when the caller does not say.
const USUAL_LIMIT: usize = 50;

/// Most hosts of a page.
const MOST_LIMIT: usize = 200;

/// What hosts are searched by.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(
    dead_code,
    reason = "it stands for the parameters in the published document alone"
)]
pub(super) struct FindHostsQuery {
    /// A display, DNS or NetBIOS name: the whole name, in any case.
    #[param(
        required = false,
        min_length = 1,
        max_length = 255,
        example = "ws-042.corp.example"
    )]
    name: String,
    /// An IPv4 address.
    #[param(required = false, format = Ipv4, example = "10.20.30.42")]
    ip: String,
    /// KSC's own id of a host.
    #[param(
        required = false,
        pattern = "^[A-Za-z0-9-]{1,64}$",
        example = "4328e16a-bf83-47c3-8d0b-0fdf79f9d673"
    )]
    id: String,
    /// Most hosts of a page; 50 when it is left out.
    #[param(required = false, minimum = 1, maximum = 200, example = 50)]
    limit: u32,
    /// `nextCursor` of the page before, for the same search.
    #[param(required = false, max_length = 200)]
    cursor: String,
}

const NAMES: [&str; 5] = ["name", "ip", "id", "limit", "cursor"];

/// The search that a query string asks for.
///
/// # Errors
/// 422 with every violation.
pub(super) fn read(query: &str) -> Result<Search, Problem> {
    let mut violations = Vec::new();
    let mut given: BTreeMap<&str, String> = BTreeMap::new();
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        let Some(known) = NAMES.into_iter().find(|it| *it == name) else {
            let name: String = name.chars().take(64).collect();
            let detail = format!("Is not a parameter here: {} are.", NAMES.join(", "));
            note(&mut violations, &name, "unknown_parameter", detail);
            continue;
        };
        if given.insert(known, value.into_owned()).is_some() {
            note(
                &mut violations,
                known,
                "repeated",
                "Is given more than once.",
            );
        }
    }
    if ["name", "ip", "id"]
        .iter()
        .all(|it| !given.contains_key(it))
    {
        let detail = "At least one of name, ip and id is required.";
        note(&mut violations, "name", "required", detail);
    }
    let mut rule = |name: &str, code: &str, detail: &str| note(&mut violations, name, code, detail);
    let name = given.get("name").and_then(|it| {
        let name = HostName::parse(it);
        if name.is_none() {
            rule("name", HostName::CODE, HostName::RULE);
        }
        name
    });
    let ip = given.get("ip").and_then(|it| {
        // A host without an address has the number 0: no address means all of those.
        let ip = it.parse().ok().filter(|it: &Ipv4Addr| !it.is_unspecified());
        if ip.is_none() {
            rule(
                "ip",
                "ipv4",
                "Must be an IPv4 address, such as 10.20.30.42.",
            );
        }
        ip
    });
    let id = given.get("id").and_then(|it| {
        let id = HostId::parse(it);
        if id.is_none() {
            rule("id", "host_id", HostId::RULE);
        }
        id
    });
    let limit = given.get("limit").and_then(|it| {
        let digits = it.bytes().all(|it| it.is_ascii_digit());
        let limit = it.parse().ok().filter(|it| (1..=MOST_LIMIT).contains(it));
        if limit.is_none() || !digits {
            rule("limit", "limit", "Must be a whole number from 1 to 200.");
        }
        limit
    });
    let after = given.get("cursor").and_then(|it| {
        let cursor = Cursor::read(it);
        if cursor.is_none() {
            rule(
                "cursor",
                "cursor",
                "Must be the nextCursor of an earlier page.",
            );
        }
        cursor
    });
    if violations.is_empty() {
        return Ok(Search {
            name,
            ip,
            id,
            limit: limit.unwrap_or(USUAL_LIMIT),
            after,
        });
    }
    let detail = "The query breaks the rules that are listed.";
    Err(Problem::new(Code::ValidationFailed, detail).with_errors(violations))
}

fn note(violations: &mut Vec<Violation>, name: &str, code: &str, detail: impl Into<String>) {
    if violations.len() < MOST_VIOLATIONS {
        violations.push(Violation::new(format!("?{name}"), code, detail));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn broken(query: &str) -> Vec<(String, String)> {
        let problem = read(query).expect_err("it is broken");
        let document = problem.document("/v1/hosts", "r");
        document
            .errors
            .into_iter()
            .map(|it| (it.pointer, it.code))
            .collect()
    }

    fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
        expected
            .iter()
            .map(|(pointer, code)| ((*pointer).to_owned(), (*code).to_owned()))
            .collect()
    }

    #[test]
    fn a_search_is_read_with_its_defaults() {
        let search = read("name=%D0%91%D0%A3%D0%A5-07&ip=10.20.30.42").expect("it is good");

        assert_eq!(search.name.expect("a name").as_str(), "БУХ-07");
        assert_eq!(search.ip, Some(Ipv4Addr::new(10, 20, 30, 42)));
        assert_eq!((search.id, search.limit, search.after), (None, 50, None));
    }

    #[test]
    fn everything_that_is_wrong_is_named_at_once() {
        assert_eq!(broken(""), pairs(&[("?name", "required")]));
        assert_eq!(
            broken("name=a*&ip=1.2.3&id=ws.1&limit=0&cursor=!&colour=red&name=b"),
            pairs(&[
                ("?colour", "unknown_parameter"),
                ("?name", "repeated"),
                ("?ip", "ipv4"),
                ("?id", "host_id"),
                ("?limit", "limit"),
                ("?cursor", "cursor"),
            ])
        );
        for limit in [
            "",
            "201",
            "-1",
            "%2B5",
            "1.0",
            "ten",
            "99999999999999999999",
        ] {
            assert_eq!(
                broken(&format!("name=a&limit={limit}")),
                pairs(&[("?limit", "limit")]),
                "{limit}"
            );
        }
        assert_eq!(
            broken("Name=a"),
            pairs(&[("?Name", "unknown_parameter"), ("?name", "required")])
        );
    }

    #[test]
    fn a_flood_of_parameters_is_answered_with_a_few() {
        let query: Vec<String> = (0..1000).map(|it| format!("p{it}=1")).collect();

        assert_eq!(broken(&query.join("&")).len(), MOST_VIOLATIONS);
    }
}
