//! Why the shared store cannot be asked, and what is to be made of its errors.

use redis::{ErrorKind, RedisError, ServerErrorKind};

/// The shared store cannot be asked, and why. It never holds an address, which can hold a
/// password.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Away {
    /// The file with the address cannot be used.
    #[error("the file of idempotency.redis_url_file cannot be used: {0}")]
    File(String),
    /// No connection, or no answer in time.
    #[error("Redis cannot be reached: {0}")]
    Unreachable(String),
    /// It refuses what is asked.
    #[error("Redis refuses: {0}")]
    Refused(String),
}

impl Away {
    /// The reason alone.
    pub(super) fn reason(&self) -> &str {
        match self {
            Self::File(why) | Self::Unreachable(why) | Self::Refused(why) => why,
        }
    }

    /// There is no answer.
    pub(super) fn late() -> Self {
        Self::Unreachable("it does not answer in time".to_owned())
    }

    /// One server is named, and it is one of many.
    pub(super) fn cluster() -> Self {
        Self::Refused(
            "it is a node of a Redis Cluster, which the URL must name with redis-cluster://"
                .to_owned(),
        )
    }
}

/// What to do after an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Remedy {
    /// Another connection may do better: this one is gone, or its server has become a replica, is
    /// not ready, or is cut off from the others.
    Reconnect,
    /// The same server may do better in a moment: the slot is on its way to another one.
    Wait,
    /// It is of no use to ask again.
    None,
}

/// What an error calls for.
#[expect(clippy::wildcard_enum_match_arm, reason = "the library's list is open")]
pub(super) fn remedy(error: &RedisError) -> Remedy {
    match error.kind() {
        ErrorKind::Server(kind) => match kind {
            ServerErrorKind::ReadOnly
            | ServerErrorKind::MasterDown
            | ServerErrorKind::BusyLoading
            | ServerErrorKind::Moved
            | ServerErrorKind::ClusterDown => Remedy::Reconnect,
            // While a slot is moved, what is in it is at two servers. The one that gives it away
            // says so; when all of it is gone it says that the slot has moved.
            ServerErrorKind::Ask | ServerErrorKind::TryAgain => Remedy::Wait,
            // Redis 6.2 hands on what stopped a script in the text of another error.
            ServerErrorKind::ResponseError if stopped_by_its_role(error) => Remedy::Reconnect,
            _ => Remedy::None,
        },
        // `NOREPLICAS` is among these: a master without replicas may be one that is cut off, while
        // another one has taken its place.
        _ => Remedy::Reconnect,
    }
}

fn stopped_by_its_role(error: &RedisError) -> bool {
    let codes = ["-READONLY ", "-NOREPLICAS ", "-MASTERDOWN ", "-LOADING "];
    error
        .detail()
        .is_some_and(|it| codes.iter().any(|code| it.contains(code)))
}

/// Whether only a node of a Redis Cluster says this.
pub(super) fn is_of_a_cluster(error: &RedisError) -> bool {
    matches!(
        error.kind(),
        ErrorKind::Server(
            ServerErrorKind::Moved
                | ServerErrorKind::Ask
                | ServerErrorKind::ClusterDown
                | ServerErrorKind::CrossSlot
        )
    )
}

/// What went wrong, without what was asked or the address.
pub(super) fn told(error: &RedisError) -> String {
    match error.code() {
        // The library knows no more of it.
        Some(code) if error.kind() == ErrorKind::Extension => format!("it says {code}"),
        Some(code) => format!("{} ({code})", error.category()),
        None => error.category().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str) -> RedisError {
        let answer = redis::parse_redis_value(format!("-{text}\r\n").as_bytes());
        let answer = answer.expect("an answer");
        answer.extract_error().expect_err("an error")
    }

    #[test]
    fn each_error_has_its_remedy() {
        for (text, expected) in [
            (
                "READONLY You can't write against a read only replica.",
                Remedy::Reconnect,
            ),
            ("MOVED 866 127.0.0.1:7001", Remedy::Reconnect),
            ("CLUSTERDOWN The cluster is down", Remedy::Reconnect),
            ("MASTERDOWN Link with MASTER is down", Remedy::Reconnect),
            (
                "LOADING Redis is loading the dataset in memory",
                Remedy::Reconnect,
            ),
            (
                "NOREPLICAS Not enough good replicas to write.",
                Remedy::Reconnect,
            ),
            ("NOAUTH Authentication required.", Remedy::Reconnect),
            (
                "ERR Error running script (call to f_1): @user_script:5: -READONLY You can't write",
                Remedy::Reconnect,
            ),
            ("ASK 866 127.0.0.1:7001", Remedy::Wait),
            (
                "TRYAGAIN Multiple keys request during rehashing of slot",
                Remedy::Wait,
            ),
            ("ERR unknown command", Remedy::None),
            ("NOPERM this user has no permissions", Remedy::None),
            (
                "CROSSSLOT Keys in request don't hash to the same slot",
                Remedy::None,
            ),
        ] {
            assert_eq!(remedy(&said(text)), expected, "{text}");
        }
    }

    #[test]
    fn where_a_key_has_moved_is_not_told() {
        let error = said("MOVED 866 127.0.0.1:7001");

        assert!(is_of_a_cluster(&error));
        assert_eq!(told(&error), "key moved (MOVED)");
        assert_eq!(told(&said("WRONGPASS invalid")), "it says WRONGPASS");
        assert!(!is_of_a_cluster(&said("READONLY no")));
    }
}
