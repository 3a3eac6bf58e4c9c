//! A cluster: which of its nodes has the gateway's slot.
//!
//! Any node knows, and says so when it is asked for a key of the slot. The nodes of the URL are asked
//! one after the other; each has its share of the time, so that dead ones at the beginning leave some
//! to the others.

use std::time::Instant;

use redis::aio::MultiplexedConnection;
use redis::{AsyncConnectionConfig, ConnectionInfo, ErrorKind, RedisError, ServerErrorKind};

use super::open::open;
use super::place::{at, place_of};
use super::sentinels::Place;
use crate::store::away::{Away, told};

/// A node that was asked sends on to another: twice when a slot is moved in just that moment.
const MOST_HOPS: usize = 3;

/// What came of asking a node.
enum Visit {
    /// It has the slot.
    Here(MultiplexedConnection),
    /// This one has it.
    There(Place),
}

/// A connection to the node that has the slot of this key.
///
/// # Errors
/// When none is found by then: why the last one that was asked did not help.
pub(super) async fn find(
    seeds: &[ConnectionInfo],
    config: &AsyncConnectionConfig,
    key: &str,
    until: Instant,
) -> Result<MultiplexedConnection, Away> {
    let mut dead: Vec<Place> = Vec::new();
    let mut last =
        Away::Unreachable("the nodes of the cluster send from one to another".to_owned());
    for (index, seed) in seeds.iter().enumerate() {
        let mut node = seed.clone();
        for _ in 0..=MOST_HOPS {
            let place = place_of(&node);
            if place.as_ref().is_some_and(|it| dead.contains(it)) {
                break;
            }
            // One share more than there are seeds left: for the one that they send to.
            let shares = u32::try_from(seeds.len() - index + 1).unwrap_or(u32::MAX);
            let share = until.saturating_duration_since(Instant::now()) / shares;
            match visit(&node, config, key, Instant::now() + share).await {
                Ok(Visit::Here(connection)) => return Ok(connection),
                Ok(Visit::There(place)) => node = at(seed, place),
                Err(away) => {
                    last = away;
                    dead.extend(place);
                    break;
                }
            }
        }
    }
    Err(last)
}

#[expect(clippy::wildcard_enum_match_arm, reason = "the library's list is open")]
async fn visit(
    node: &ConnectionInfo,
    config: &AsyncConnectionConfig,
    key: &str,
    until: Instant,
) -> Result<Visit, Away> {
    let mut connection = open(node, config, until).await?;
    let get = redis::cmd("GET").arg(key).clone();
    let asking = get.query_async::<Option<String>>(&mut connection);
    let error = match tokio::time::timeout_at(until.into(), asking).await {
        Ok(Ok(_)) => return Ok(Visit::Here(connection)),
        Ok(Err(error)) => error,
        Err(_) => return Err(Away::late()),
    };
    match error.kind() {
        // The slot is about to move, and is still its own.
        ErrorKind::Server(ServerErrorKind::Ask | ServerErrorKind::TryAgain) => {
            Ok(Visit::Here(connection))
        }
        ErrorKind::Server(ServerErrorKind::Moved) => {
            moved(&error, node).map(Visit::There).ok_or_else(|| {
                Away::Unreachable("the cluster does not say where its node is".to_owned())
            })
        }
        _ => Err(Away::Unreachable(told(&error))),
    }
}

/// Where the slot has moved to, as this node says.
fn moved(error: &RedisError, node: &ConnectionInfo) -> Option<Place> {
    let (place, _) = error.redirect_node()?;
    let (host, port) = place.rsplit_once(':')?;
    let port = port.parse().ok()?;
    let host = host.trim_start_matches('[').trim_end_matches(']');
    match host {
        // At the same address, as far as the node knows its own.
        "" => Some((place_of(node)?.0, port)),
        "?" => None,
        host => Some((host.to_owned(), port)),
    }
}

#[cfg(test)]
mod tests {
    use redis::IntoConnectionInfo as _;

    use super::*;

    #[test]
    fn where_a_slot_has_moved_is_read_from_the_error() {
        let node = "redis://node-1:7001".into_connection_info().expect("a URL");
        for (said, expected) in [
            ("127.0.0.1:7002", Some(("127.0.0.1", 7002))),
            ("redis-2.example:6379", Some(("redis-2.example", 6379))),
            ("::1:7002", Some(("::1", 7002))),
            ("[::1]:7002", Some(("::1", 7002))),
            (":7002", Some(("node-1", 7002))),
            ("?:7002", None),
            ("nowhere", None),
            ("a:b", None),
        ] {
            let answer = redis::parse_redis_value(format!("-MOVED 866 {said}\r\n").as_bytes());
            let error = answer.expect("an answer").extract_error();
            let error = error.expect_err("an error");

            let expected = expected.map(|(host, port)| (host.to_owned(), port));
            assert_eq!(moved(&error, &node), expected, "{said}");
        }
    }
}
