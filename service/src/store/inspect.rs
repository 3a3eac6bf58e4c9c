//! What a server says of itself, for whoever sets one up.

use std::collections::HashMap;
use std::path::Path;

use super::link::{Away, LOOK_WITHIN, client, for_a_look, told};

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
}

/// Asks the server of this URL; nothing is written.
///
/// # Errors
/// When it cannot be asked, or does not run scripts for this user.
pub async fn inspect(url_file: &Path) -> Result<Inspection, Away> {
    let client = client(url_file)?;
    let asking = async {
        let mut connection = for_a_look(&client).await?;
        let _runs_scripts: i64 = redis::cmd("EVAL")
            .arg("return 1")
            .arg(0)
            .query_async(&mut connection)
            .await?;
        let info: String = redis::cmd("INFO").query_async(&mut connection).await?;
        Ok::<_, redis::RedisError>(info)
    };
    match tokio::time::timeout(LOOK_WITHIN * 2, asking).await {
        Ok(Ok(info)) => Ok(read(&info)),
        Ok(Err(error)) => Err(Away::Unreachable(told(&error))),
        Err(_) => Err(Away::Unreachable("it does not answer in time".to_owned())),
    }
}

fn read(info: &str) -> Inspection {
    let facts: HashMap<&str, &str> = info
        .lines()
        .filter_map(|it| it.trim().split_once(':'))
        .collect();
    let fact = |name: &str| facts.get(name).copied();
    let server = match (fact("valkey_version"), fact("redis_version")) {
        (Some(version), _) => format!("Valkey {version}"),
        (None, version) => format!("Redis {}", version.unwrap_or("of unknown version")),
    };
    let text = |name: &str| fact(name).unwrap_or("unknown").to_owned();
    Inspection {
        server,
        writes_down: fact("aof_enabled") == Some("1"),
        eviction: text("maxmemory_policy"),
        role: text("role"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_is_known_by_what_it_says() {
        let said = "# Server\r\nredis_version:7.2.4\r\nvalkey_version:9.1.2\r\n# Memory\r\nmaxmemory_policy:allkeys-lru\r\naof_enabled:0\r\nrole:master\r\n";

        let found = read(said);

        assert_eq!(found.server, "Valkey 9.1.2");
        assert_eq!(
            (found.writes_down, &*found.eviction, &*found.role),
            (false, "allkeys-lru", "master")
        );
        assert_eq!(read("redis_version:7.0.15").server, "Redis 7.0.15");
    }
}
