//! The store that replicas share: whether it can be asked, and whether it keeps what it is told.

use super::asking::said;
use super::report::{Check, Name};
use crate::config::{Idempotency, KeyStore};
use crate::store;

/// Looks at it without writing anything.
pub(super) async fn check(settings: &Idempotency) -> Check {
    let KeyStore::Redis {
        url_file, prefix, ..
    } = &settings.store
    else {
        return Check::ok(
            Name::SharedStore,
            "none: keys and the order of requests hold within one replica (idempotency.store)",
        );
    };
    let found = match store::inspect(url_file.path(), prefix).await {
        Ok(found) => found,
        Err(away) => {
            return Check::failed(Name::SharedStore, said(&away))
                .means("No task is created while idempotency.store_policy is \"refuse\".")
                .try_this("Check the URL in the file, the password in it, and that this machine may reach the server.");
        }
    };
    let mut doubts = Vec::new();
    if !found.writes_down {
        doubts.push("it writes nothing down as it goes (appendonly no)".to_owned());
    }
    if found.eviction != "noeviction" {
        doubts.push(format!(
            "it may drop keys when its memory is full (maxmemory-policy {})",
            found.eviction
        ));
    }
    if found.role != "master" {
        doubts.push(format!("it is a {}, which takes no writes", found.role));
    }
    if doubts.is_empty() {
        return Check::ok(
            Name::SharedStore,
            format!(
                "{} answers, writes down what it is told and drops nothing",
                found.server
            ),
        );
    }
    Check::warning(
        Name::SharedStore,
        format!("{} answers, but {}", found.server, doubts.join(", and ")),
    )
    .means("A key that is forgotten there can be carried out a second time.")
    .try_this(
        "Set appendonly yes and maxmemory-policy noeviction, and name the primary in the URL.",
    )
}
