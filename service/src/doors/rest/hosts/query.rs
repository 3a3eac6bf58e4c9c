//! The query of a search for hosts.

use utoipa::IntoParams;

use crate::backends::seam::{HostCursor, HostSearch};
use crate::doors::rest::backends;
use crate::doors::rest::query::Query;
use crate::problem::Problem;
use vocabulary::host_id::HostId;
use vocabulary::names::{Address, HostName, NoAddress, NoName};
use vocabulary::task_id::Alias;

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
    /// A display, DNS or NetBIOS name, or `DOMAIN\host`: the whole name, in any spelling.
    #[param(required = false, min_length = 1, max_length = 255)]
    name: String,
    /// An IPv4 address; also as dual-stack systems write it (`::ffff:10.20.30.42`).
    #[param(required = false, format = Ipv4)]
    ip: String,
    /// KSC's own id of a host.
    #[param(required = false, pattern = "^[A-Za-z0-9-]{1,64}$")]
    id: String,
    /// Most hosts of a page; 50 when it is left out.
    #[param(required = false, minimum = 1, maximum = 200)]
    limit: u32,
    /// `nextCursor` of the page before, for the same search.
    #[param(required = false, max_length = 200)]
    cursor: String,
}

const NAMES: [&str; 6] = ["name", "ip", "id", "backend", "limit", "cursor"];

/// What a query string asks for.
#[derive(Debug)]
pub(super) struct AskedHosts {
    /// Of which back ends; of all when empty.
    pub(super) backends: Vec<Alias>,
    /// Which hosts.
    pub(super) search: HostSearch,
    /// Where the page begins.
    pub(super) after: Option<HostCursor>,
}

/// The search that a query string asks for.
///
/// # Errors
/// 422 with every violation.
pub(super) fn read(text: &str) -> Result<AskedHosts, Problem> {
    let mut query = Query::of(text, &NAMES);
    if !["name", "ip", "id"].iter().any(|it| query.has(it)) {
        let detail = "At least one of name, ip and id is required.";
        query.refuse("name", "required", detail);
    }
    let name = query.read("name", HostName::read, NoName::code);
    let address = |it: &str| Address::read(it)?.ok_or(NoAddress::Other);
    let ip = query.read("ip", address, |_| "ipv4");
    let id = query.take("id", ("host_id", HostId::RULE), HostId::parse);
    let limit = query.take_limit("Must be a whole number from 1 to 200.", MOST_LIMIT);
    let after = query.take(
        "cursor",
        ("cursor", "Must be the nextCursor of an earlier page."),
        HostCursor::read,
    );
    let backends = backends::read(&mut query);
    query.finish()?;
    Ok(AskedHosts {
        backends,
        search: HostSearch {
            name,
            ip,
            id,
            limit: limit.unwrap_or(USUAL_LIMIT),
            after: None,
        },
        after,
    })
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
        let asked = read("name=%D0%91%D0%A3%D0%A5-07&ip=10.20.30.42").expect("it is good");
        let AskedHosts {
            search,
            after,
            backends,
        } = asked;

        assert_eq!(search.name.expect("a name").as_str(), "БУХ-07");
        assert_eq!(search.ip, Address::parse("10.20.30.42"));
        assert_eq!((search.id, search.limit, after), (None, 50, None));
        assert!(backends.is_empty());
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
}
