//! What a server says of itself, and others of it, for whoever sets one up.

use std::collections::HashMap;
use std::path::Path;
use std::time::Instant;

use redis::aio::MultiplexedConnection;

use super::away::{Away, told};
use super::look::{LOOK_WITHIN, look};
use super::names::Names;
use super::seat::Seat;

/// How a server is set up.
#[derive(Debug)]
pub struct Inspection {
    /// Product and version.
    pub server: String,
    /// Whether it writes down what it is told before it forgets it.
    pub writes_down: bool,
    /// What it drops when its memory is full: `maxmemory-policy`.
    pub eviction: String,
    /// `master` or `slave`.
    pub role: String,
    /// How many replicas have its data, too.
    pub replicas: usize,
    /// How many of them it needs to take writes: `min-replicas-to-write`. Nothing where that may
    /// not be asked.
    pub needs_replicas: Option<usize>,
    /// How it was found.
    pub found: StoreFound,
}

/// How a server was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StoreFound {
    /// The URL names it.
    ByUrl,
    /// Sentinels name it.
    BySentinels {
        /// How many the URL names.
        known: usize,
        /// How many of these answer.
        answering: usize,
        /// How many of those name this one.
        agreeing: usize,
    },
    /// It has the gateway's slot.
    InCluster {
        /// `cluster_state`; nothing where it is no node of a cluster.
        state: Option<String>,
    },
}

/// Asks the server that this URL leads to, for a gateway with this prefix; nothing is written.
///
/// # Errors
/// When it cannot be asked, is not what the URL says, or does not run scripts for this user.
pub async fn inspect(url_file: &Path, prefix: &str) -> Result<Inspection, Away> {
    let seat = Seat::read(url_file)?;
    let (mut connection, naming) = look(&seat, &Names::new(prefix)).await?;
    let asking = ask(&mut connection, &seat);
    let mut found = match tokio::time::timeout(LOOK_WITHIN, asking).await {
        Ok(found) => found?,
        Err(_) => return Err(Away::late()),
    };
    if let (Seat::Sentinels(sentinels), Some(naming)) = (&seat, naming) {
        let known = sentinels.count();
        let (said, _) = sentinels.ask(known, Instant::now() + LOOK_WITHIN).await;
        found.found = StoreFound::BySentinels {
            known,
            answering: said.len(),
            agreeing: said.iter().filter(|it| it.place == naming.place).count(),
        };
    }
    Ok(found)
}

/// Whether this file holds the URL of a store; nobody is asked.
///
/// # Errors
/// What is wrong with it, and nothing of what is in it.
pub fn url_in(url_file: &Path) -> Result<(), String> {
    let seat = Seat::read(url_file);
    seat.map(drop).map_err(|it| it.reason().to_owned())
}

async fn ask(connection: &mut MultiplexedConnection, seat: &Seat) -> Result<Inspection, Away> {
    let unreachable = |error| Away::Unreachable(told(&error));
    let info = redis::cmd("INFO");
    let info: String = info.query_async(connection).await.map_err(unreachable)?;
    let facts = facts(&info);
    match (seat, facts.get("redis_mode").copied()) {
        (_, Some("sentinel")) => {
            return Err(Away::Refused(
                "it is a Sentinel, which the URL must name with redis-sentinel://".to_owned(),
            ));
        }
        (Seat::Server(_), Some("cluster")) => return Err(Away::cluster()),
        _ => {}
    }
    let mut script = redis::cmd("EVAL");
    let script = script.arg("return 1").arg(0);
    let _runs_scripts: i64 = script.query_async(connection).await.map_err(unreachable)?;
    let mut found = read(&facts);
    let mut setting = redis::cmd("CONFIG");
    let setting = setting.arg("GET").arg("min-replicas-to-write");
    // Who may run the scripts need not be allowed to ask this.
    let settings: Option<HashMap<String, String>> = setting.query_async(connection).await.ok();
    found.needs_replicas = settings.and_then(|it| it.values().next()?.parse().ok());
    if matches!(seat, Seat::Cluster(_)) {
        let asked = redis::cmd("CLUSTER").arg("INFO").clone();
        let info: Option<String> = asked.query_async(connection).await.ok();
        let state = info.as_deref().map(self::facts);
        found.found = StoreFound::InCluster {
            state: state.and_then(|it| Some((*it.get("cluster_state")?).to_owned())),
        };
    }
    Ok(found)
}

/// The facts of a text that has one in each line.
fn facts(text: &str) -> HashMap<&str, &str> {
    text.lines()
        .filter_map(|it| it.trim().split_once(':'))
        .collect()
}

fn read(facts: &HashMap<&str, &str>) -> Inspection {
    let fact = |name: &str| facts.get(name).copied();
    let server = match (fact("valkey_version"), fact("redis_version")) {
        (Some(version), _) => format!("Valkey {version}"),
        (None, version) => format!("Redis {}", version.unwrap_or("of unknown version")),
    };
    let text = |name: &str| fact(name).unwrap_or("unknown").to_owned();
    let replicas = fact("connected_slaves").and_then(|it| it.parse().ok());
    Inspection {
        server,
        writes_down: fact("aof_enabled") == Some("1"),
        eviction: text("maxmemory_policy"),
        role: text("role"),
        replicas: replicas.unwrap_or_default(),
        needs_replicas: None,
        found: StoreFound::ByUrl,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_is_known_by_what_it_says() {
        let said = "# Server\r\nredis_version:7.2.4\r\nvalkey_version:9.1.2\r\n# Memory\r\nmaxmemory_policy:allkeys-lru\r\naof_enabled:0\r\nrole:master\r\nconnected_slaves:2\r\n";

        let found = read(&facts(said));

        assert_eq!(found.server, "Valkey 9.1.2");
        assert_eq!(
            (found.writes_down, &*found.eviction, &*found.role),
            (false, "allkeys-lru", "master")
        );
        assert_eq!(found.replicas, 2);
        assert_eq!(read(&facts("redis_version:7.0.15")).server, "Redis 7.0.15");
    }
}
