//! SIGTERM while many wait for their answers: the process as Kubernetes ends it.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use acceptance::calls::ADD;
use acceptance::{Program, ksc_in_real_time};
use reqwest::Method;
use serde_json::Value;
use tokio::task::JoinSet;

use super::crowd::{hosts, mark};
use crate::never_twice::marks::{incidents, marked};

/// What a caller saw.
enum Response {
    Answer(u16, Value),
    /// Refused at the door, or cut.
    Nothing {
        refused: bool,
    },
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sigterm_under_load_leaves_every_incident_with_one_caller_who_knows_of_it() {
    const CALLERS: usize = 24;
    let sim = ksc_in_real_time(1.0).await;
    let names = hosts(&sim, 12);
    let settings = vec![("backends.ksc.budget", "10000".to_owned())];
    let mut gateway = Program::start(&sim, settings).await;
    gateway.until_ready().await;
    let next = Arc::new(AtomicUsize::new(0));
    let mut asking = JoinSet::new();
    for _ in 0..CALLERS {
        let (soar, next, names) = (gateway.soar(), Arc::clone(&next), names.clone());
        asking.spawn(async move {
            let mut seen = Vec::new();
            loop {
                let number = next.fetch_add(1, Ordering::SeqCst);
                let body = marked(&names[number % names.len()], &mark(number));
                let request = soar.request(Method::POST, "/v1/tasks/getFile").json(&body);
                let answer = async {
                    let response = request.send().await?;
                    let status = response.status().as_u16();
                    Ok::<_, reqwest::Error>(Response::Answer(status, response.json().await?))
                };
                match answer.await {
                    Ok(it) => seen.push((mark(number), it)),
                    Err(error) => {
                        let refused = error.is_connect();
                        seen.push((mark(number), Response::Nothing { refused }));
                        // Nobody is at the door any more.
                        if refused {
                            return seen;
                        }
                    }
                }
            }
        });
    }

    sim.journal().wait_for_calls(ADD, 60).await;
    // Some are on their way into KSC at this moment.
    sim.gate().hold_calls_to(ADD);
    sim.gate().wait_until_waiting(4).await;
    gateway.ask_to_end();
    acceptance::eventually("the port is closed", || async {
        let tried = tokio::net::TcpStream::connect(gateway.addr()).await;
        tried.is_err().then_some(())
    })
    .await;
    sim.gate().open();
    let status = gateway.end().await;
    let seen: Vec<_> = asking.join_all().await.into_iter().flatten().collect();

    assert!(status.success(), "{status}\n{}", gateway.log().join("\n"));
    let mut found = incidents(&sim);
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for (mark, seen) in &seen {
        let own = found.remove(mark).unwrap_or_default();
        let kind = match seen {
            Response::Answer(202, task) => {
                let told = task["incident"]["id"].as_i64().expect("a number");
                assert_eq!(own, [told], "{mark}");
                "202".to_owned()
            }
            Response::Answer(504, problem) => {
                assert!(own.len() <= 1, "{mark}: {own:?}");
                assert_eq!(problem["code"], "outcome_unknown", "{mark}");
                "504 outcome_unknown".to_owned()
            }
            Response::Answer(503, problem) => {
                assert!(own.is_empty(), "{mark}: {own:?} after {problem}");
                format!("503 {}", problem["code"].as_str().expect("a code"))
            }
            Response::Answer(status, body) => panic!("{mark}: {status} {body}"),
            Response::Nothing { refused: true } => {
                assert!(own.is_empty(), "{mark}: {own:?} behind a closed door");
                "refused at the door".to_owned()
            }
            Response::Nothing { refused: false } => {
                assert!(own.len() <= 1, "{mark}: {own:?}");
                assert!(
                    own.is_empty(),
                    "{mark}: its caller was cut off with time to spare"
                );
                "cut".to_owned()
            }
        };
        *counts.entry(kind).or_default() += 1;
    }
    assert!(found.is_empty(), "nobody knows of {found:?}");
    assert!(counts["202"] >= 60, "{counts:?}");
    let late = ["503 draining", "refused at the door"];
    assert!(late.iter().any(|it| counts.contains_key(*it)), "{counts:?}");
    sim.verdict().expect("every session is ended");
}

/// KSC does not come back to those who are in it, so the grace ends first: they are told that
/// nobody knows, and the process ends in time all the same.
#[tokio::test(flavor = "multi_thread")]
async fn a_sigterm_with_a_ksc_that_hangs_ends_in_time_and_tells_everybody_what_is_known() {
    let sim = ksc_in_real_time(1.0).await;
    let names = hosts(&sim, 8);
    let settings = vec![("server.shutdown_grace", "3s".to_owned())];
    let mut gateway = Program::start(&sim, settings).await;
    gateway.until_ready().await;
    sim.gate().hold_calls_to(ADD);
    let mut asking = JoinSet::new();
    for (number, host) in names.into_iter().enumerate() {
        let soar = gateway.soar();
        asking.spawn(async move {
            soar.post("/v1/tasks/getFile", &marked(&host, &mark(number)))
                .await
        });
    }
    sim.gate().wait_until_waiting(8).await;
    let began = std::time::Instant::now();

    let status = gateway.terminate().await;

    let took = began.elapsed();
    assert!(status.success(), "{status}");
    // The grace, and what a busy machine takes to end a process.
    assert!(took < std::time::Duration::from_secs(5), "{took:?}");
    for reply in asking.join_all().await {
        assert_eq!(reply.expect(504).code(), "outcome_unknown");
    }
    sim.gate().open();
    assert!(incidents(&sim).values().all(|it| it.len() == 1));
}
