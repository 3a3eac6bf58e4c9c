//! The store that replicas share: whether it can be asked, whether it keeps what it is told, and
//! whether another server could take its place.

use super::asking::said;
use super::report::{Check, Name};
use crate::config::{Idempotency, KeyStore};
use crate::store::{self, Inspection, StoreFound};

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
    match store::inspect(url_file.path(), prefix).await {
        Ok(found) => judge(&found),
        Err(away) => Check::failed(Name::SharedStore, said(&away))
            .means("No task is created while idempotency.store_policy is \"refuse\".")
            .try_this("Check the URL in the file, the passwords in it, and that this machine may reach every server that it leads to."),
    }
}

fn judge(found: &Inspection) -> Check {
    let mut doubts = Vec::new();
    let mut actions = Vec::new();
    let mut doubt = |doubt: String, action: &'static str| {
        doubts.push(doubt);
        if !actions.contains(&action) {
            actions.push(action);
        }
    };
    if !found.writes_down {
        doubt(
            "it writes nothing down as it goes (appendonly no)".to_owned(),
            "Set appendonly yes.",
        );
    }
    if found.eviction != "noeviction" {
        doubt(
            format!(
                "it may drop keys when its memory is full (maxmemory-policy {})",
                found.eviction
            ),
            "Set maxmemory-policy noeviction.",
        );
    }
    if found.role != "master" {
        doubt(
            format!("it is a {}, which takes no writes", found.role),
            "Name the primary in the URL, or its Sentinels.",
        );
    }
    match &found.found {
        StoreFound::BySentinels {
            known,
            answering,
            agreeing,
        } => {
            if answering < known {
                doubt(
                    format!("{answering} of {known} Sentinels answer"),
                    "Look at the Sentinels, and whether this machine may reach all of them.",
                );
            }
            if agreeing < answering {
                doubt(
                    format!("{agreeing} of {answering} Sentinels name it"),
                    "Look at the Sentinels, and run this again when a fail-over is over.",
                );
            }
        }
        StoreFound::InCluster { state: None } => doubt(
            "it is no node of a cluster that says how it is".to_owned(),
            "Name one server with redis://, and let the user ask CLUSTER INFO of a cluster.",
        ),
        StoreFound::InCluster { state: Some(state) } if state != "ok" => doubt(
            format!("the cluster does not work (cluster_state {state})"),
            "Look at redis-cli --cluster check.",
        ),
        StoreFound::ByUrl | StoreFound::InCluster { .. } => {}
    }
    if found.found != StoreFound::ByUrl {
        if found.replicas == 0 {
            doubt(
                "no replica is connected that could take its place".to_owned(),
                "Give it a replica.",
            );
        } else if found.needs_replicas == Some(0) {
            doubt(
                "it goes on taking writes when it is cut off from its replicas (min-replicas-to-write 0)"
                    .to_owned(),
                "Set min-replicas-to-write 1.",
            );
        }
    }
    let name = name(found);
    if doubts.is_empty() {
        return Check::ok(
            Name::SharedStore,
            format!("{name} answers, writes down what it is told and drops nothing"),
        );
    }
    Check::warning(
        Name::SharedStore,
        format!("{name} answers, but {}", doubts.join(", and ")),
    )
    .means("A key that is forgotten there can be carried out a second time; while nothing takes its place, no task is created.")
    .try_this(actions.join(" "))
}

/// What it is, as far as more than one server is known.
fn name(found: &Inspection) -> String {
    let with = match found.replicas {
        1 => " with 1 replica".to_owned(),
        count => format!(" with {count} replicas"),
    };
    let server = &found.server;
    match &found.found {
        StoreFound::ByUrl => server.clone(),
        StoreFound::BySentinels { agreeing: 1, .. } => {
            format!("{server}, the master that 1 Sentinel names,{with},")
        }
        StoreFound::BySentinels { agreeing, .. } => {
            format!("{server}, the master that {agreeing} Sentinels name,{with},")
        }
        StoreFound::InCluster { .. } => {
            format!("{server}, the node of a cluster that has this gateway's slot,{with},")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::CheckResult;

    fn inspection(found: StoreFound) -> Inspection {
        Inspection {
            server: "Redis 7.0.15".to_owned(),
            writes_down: true,
            eviction: "noeviction".to_owned(),
            role: "master".to_owned(),
            replicas: 2,
            needs_replicas: Some(1),
            found,
        }
    }

    fn sentinels(known: usize, answering: usize, agreeing: usize) -> StoreFound {
        StoreFound::BySentinels {
            known,
            answering,
            agreeing,
        }
    }

    fn cluster(state: Option<&str>) -> StoreFound {
        let state = state.map(str::to_owned);
        StoreFound::InCluster { state }
    }

    #[test]
    fn what_is_well_is_told_with_what_was_found() {
        for (found, told) in [
            (StoreFound::ByUrl, "Redis 7.0.15 answers, "),
            (
                sentinels(3, 3, 3),
                "Redis 7.0.15, the master that 3 Sentinels name, with 2 replicas, answers, ",
            ),
            (
                cluster(Some("ok")),
                "Redis 7.0.15, the node of a cluster that has this gateway's slot, with 2 replicas, answers, ",
            ),
        ] {
            let check = judge(&inspection(found));

            assert_eq!(check.outcome(), CheckResult::Ok);
            let finding = check.finding();
            assert!(finding.starts_with(told), "{finding}");
        }
    }

    #[test]
    fn each_doubt_is_told_and_what_to_do() {
        let lonely = |found| Inspection {
            replicas: 0,
            needs_replicas: Some(0),
            ..inspection(found)
        };
        let careless = |found| Inspection {
            needs_replicas: Some(0),
            ..inspection(found)
        };
        for (found, told) in [
            (inspection(sentinels(3, 2, 2)), "2 of 3 Sentinels answer"),
            (inspection(sentinels(3, 3, 2)), "2 of 3 Sentinels name it"),
            (inspection(cluster(Some("fail"))), "cluster_state fail"),
            (inspection(cluster(None)), "no node of a cluster"),
            (lonely(cluster(Some("ok"))), "no replica is connected"),
            (careless(sentinels(3, 3, 3)), "min-replicas-to-write 0"),
            (careless(cluster(Some("ok"))), "min-replicas-to-write 0"),
        ] {
            let check = judge(&found);

            assert_eq!(check.outcome(), CheckResult::Warning, "{told}");
            assert!(check.finding().contains(told), "{}", check.finding());
            assert!(check.action().is_some_and(|it| !it.is_empty()), "{told}");
        }
        // Whether a single server has replicas, or needs them, is nobody's business here.
        assert_eq!(judge(&lonely(StoreFound::ByUrl)).outcome(), CheckResult::Ok);
    }
}
