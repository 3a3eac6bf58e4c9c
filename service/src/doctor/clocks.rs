//! The clocks of the replicas, and of this machine: whether they agree.

use super::asking::said;
use super::report::{Check, Name};
use crate::clock::Clock;
use crate::config::{Idempotency, KeyStore};
use crate::store::{self, Clocks, Skew};

/// Clocks that follow NTP agree within milliseconds. What is further apart follows none, and will
/// drift on.
const APART_MS: i64 = 500;

/// Compares them, as far as the shared store knows them.
pub(super) async fn check(settings: &Idempotency, clock: &Clock) -> Check {
    let KeyStore::Redis {
        url_file, prefix, ..
    } = &settings.store
    else {
        return Check::ok(
            Name::ReplicaClocks,
            "none to compare: replicas share no store (idempotency.store)",
        );
    };
    match store::clocks(url_file.path(), prefix, clock).await {
        Ok(clocks) => judge(&clocks),
        Err(away) => Check::skipped(
            Name::ReplicaClocks,
            format!("the shared store cannot be asked: {}", said(&away)),
        ),
    }
}

fn judge(clocks: &Clocks) -> Check {
    let all: Vec<(String, &Skew)> = std::iter::once(("this machine".to_owned(), &clocks.own))
        .chain(clocks.replicas.iter().map(|it| (it.machine.clone(), it)))
        .collect();
    let pairs = all.iter().enumerate().flat_map(|(index, one)| {
        let others = all[index + 1..].iter();
        others.map(move |other| (one.1.apart(other.1), one, other))
    });
    let silent = match clocks.silent {
        0 => String::new(),
        count => format!("; {count} more have not said yet"),
    };
    match pairs.max_by_key(|(apart, ..)| *apart) {
        Some((apart, one, other)) if apart > APART_MS => Check::warning(
            Name::ReplicaClocks,
            format!(
                "those of {} and {} are {}.{:03} s apart, at least{silent}",
                one.0,
                other.0,
                apart / 1000,
                apart % 1000
            ),
        )
        .means("Times of requests that went through different replicas, in answers and logs, do not compare.")
        .try_this("Set NTP on every node that a replica may run on."),
        Some(_) => Check::ok(
            Name::ReplicaClocks,
            format!(
                "{} and this machine agree within 0.5 s{silent}",
                match clocks.replicas.len() {
                    1 => "that of the one replica".to_owned(),
                    count => format!("those of {count} replicas"),
                }
            ),
        ),
        None => Check::ok(
            Name::ReplicaClocks,
            format!("none to compare: no replica serves now{silent}"),
        ),
    }
}
