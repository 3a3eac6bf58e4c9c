//! The query of a search for hosts.

use serde::de::value::StrDeserializer;
use serde::de::{self, DeserializeOwned, IntoDeserializer as _};
use utoipa::IntoParams;

use crate::backends::seam::{HostCursor, HostSearch};
use crate::doors::rest::backends;
use crate::doors::rest::query::{Query, Rule};
use crate::problem::Problem;
use vocabulary::host::{IsolationState, Ready};
use vocabulary::host_id::HostId;
use vocabulary::names::{Address, NoAddress};
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
    /// How a display, DNS or NetBIOS name begins, in any spelling.
    #[param(required = false, min_length = 1, max_length = 255)]
    prefix: String,
    /// An IPv4 address; also as dual-stack systems write it (`::ffff:10.20.30.42`).
    #[param(required = false, format = Ipv4)]
    ip: String,
    /// KSC's own id of a host.
    #[param(required = false, pattern = "^[A-Za-z0-9-]{1,64}$")]
    id: String,
    /// What the checks of a host say together. At KATA, which tells of none, always `unknown`.
    #[param(required = false, inline)]
    ready: Ready,
    /// What the device says of its isolation. Each is asked after, 50 for a page at the most: pages
    /// are short, and there are many.
    #[param(required = false, inline)]
    isolation: IsolationState,
    /// Most hosts of a page; 50 when it is left out. A page may have fewer, and more follow.
    #[param(required = false, minimum = 1, maximum = 200)]
    limit: u32,
    /// `nextCursor` of the page before, for the same search.
    #[param(required = false, max_length = 200)]
    cursor: String,
}

const NAMES: [&str; 9] = [
    "name",
    "prefix",
    "ip",
    "id",
    "ready",
    "isolation",
    "backend",
    "limit",
    "cursor",
];

const READY: Rule = ("ready", "Must be one of yes, no and unknown.");

const ISOLATION: Rule = (
    "isolation",
    "Must be one of isolated, notIsolated and unknown.",
);

const PREFIX: Rule = (
    "host_name",
    "Must be how a name begins, without a domain before it.",
);

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
    let name = query.read_name("name");
    let prefix = query.read_name("prefix");
    let prefix = prefix.filter(|it| {
        let plain = it.in_domain().is_none();
        if !plain {
            query.refuse("prefix", PREFIX.0, PREFIX.1);
        }
        plain
    });
    let address = |it: &str| Address::read(it)?.ok_or(NoAddress::Other);
    let ip = query.read("ip", address, |_| "ipv4");
    let id = query.take("id", ("host_id", HostId::RULE), HostId::parse);
    let ready = query.take("ready", READY, word);
    let isolation = query.take("isolation", ISOLATION, word);
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
            prefix,
            ip,
            id,
            ready,
            isolation,
            limit: limit.unwrap_or(USUAL_LIMIT),
            after: None,
        },
        after,
    })
}

/// One of the words of a type, as JSON has them.
fn word<T: DeserializeOwned>(text: &str) -> Option<T> {
    let word: StrDeserializer<'_, de::value::Error> = text.into_deserializer();
    T::deserialize(word).ok()
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
    fn all_hosts_are_searched_for_by_nothing_and_some_by_their_beginning_and_state() {
        let all = read("").expect("it is good").search;
        assert!(all.name.is_none() && all.prefix.is_none() && all.ready.is_none());

        let some = read("prefix=WS-&ready=no&isolation=notIsolated").expect("it is good");

        assert_eq!(some.search.prefix.expect("a beginning").as_str(), "WS-");
        assert_eq!(some.search.ready, Some(Ready::No));
        assert_eq!(some.search.isolation, Some(IsolationState::NotIsolated));
        assert_eq!(
            broken("prefix=corp%5Cws&ready=true&isolation=isolated,unknown"),
            pairs(&[
                ("?prefix", "host_name"),
                ("?ready", "ready"),
                ("?isolation", "isolation"),
            ])
        );
        assert_eq!(broken("prefix=WS*"), pairs(&[("?prefix", "host_name")]));
    }

    #[test]
    fn everything_that_is_wrong_is_named_at_once() {
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
        assert_eq!(broken("Name=a"), pairs(&[("?Name", "unknown_parameter")]));
    }
}
