//! A rolling update: replicas behind a proxy are ended and replaced, one by one, while callers go
//! on.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use acceptance::calls::ADD;
use acceptance::{
    Backend, Caller, HaProxy, Program, RedisServer, eventually, ksc_in_real_time, tell,
};
use ksc_simulator::{Fault, FaultKind, Simulator};
use reqwest::Method;
use serde_json::Value;
use tokio::task::JoinSet;

use super::marks::{incidents, marked};

const CALLERS: usize = 16;
const ROUNDS: usize = 2;

/// What callers have seen, by status; 0 is no answer at all.
#[derive(Default)]
struct Tally {
    posts: HashMap<u16, usize>,
    reads: HashMap<u16, usize>,
    marks: Vec<String>,
    slowest: Duration,
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs haproxy and redis-server: cargo verify"]
async fn a_rolling_update_loses_no_request_and_doubles_none() {
    let sim = ksc_in_real_time(1.0).await;
    // Something is always in flight when a replica is told to stop.
    let late = FaultKind::delay(Duration::from_millis(30));
    sim.faults().push(Fault::on(ADD, late).forever());
    let redis = RedisServer::start().await;
    let files = tempfile::tempdir().expect("a folder");
    let url_file = redis.url_file(files.path()).display().to_string();
    let backends = [Backend::lasting().await, Backend::lasting().await];
    let mut replicas = Vec::new();
    for backend in backends {
        replicas.push(Program::start(&sim, settings(backend, &url_file)).await);
    }
    for replica in &replicas {
        replica.until_ready().await;
    }
    let proxy = HaProxy::start(&backends).await;
    eventually("the proxy sees them", || async {
        (proxy.soar().get("/v1/whoami").await.status == 200).then_some(())
    })
    .await;

    let (over, answered) = (
        Arc::new(AtomicBool::new(false)),
        Arc::new(AtomicUsize::new(0)),
    );
    let mut callers = JoinSet::new();
    for caller in 0..CALLERS {
        let (soar, hosts) = (proxy.soar(), hosts(&sim));
        callers.spawn(call(
            soar,
            hosts,
            caller,
            Arc::clone(&over),
            Arc::clone(&answered),
        ));
    }
    let mut ended = 0;
    for _ in 0..ROUNDS {
        for replica in &mut replicas {
            some_more(&answered, 100).await;
            let status = replica.terminate().await;
            assert!(status.success(), "{status}");
            ended += 1;
            replica.start_again().await;
            replica.until_ready().await;
            // A replica that is ready is in the proxy's rota within its next check; requests come
            // to both.
            some_more(&answered, 100).await;
        }
    }
    over.store(true, Ordering::SeqCst);
    let seen = callers.join_all().await;

    let count = |of: fn(&Tally) -> &HashMap<u16, usize>| {
        let mut all: HashMap<u16, usize> = HashMap::new();
        for (status, count) in seen.iter().flat_map(of) {
            *all.entry(*status).or_default() += count;
        }
        all
    };
    let (posts, reads) = (count(|it| &it.posts), count(|it| &it.reads));
    let marks: Vec<&String> = seen.iter().flat_map(|it| &it.marks).collect();
    let incidents = incidents(&sim);
    let slowest = seen.iter().map(|it| it.slowest).max().unwrap_or_default();
    assert_eq!(posts.keys().collect::<Vec<_>>(), [&202], "{posts:?}");
    assert_eq!(reads.keys().collect::<Vec<_>>(), [&200], "{reads:?}");
    assert!(marks.len() >= 400, "{}", marks.len());
    assert_eq!(incidents.len(), marks.len());
    for mark in &marks {
        assert_eq!(incidents.get(*mark).map(Vec::len), Some(1), "{mark}");
    }
    tell(&format!(
        "rolling update: {ended} replicas ended by SIGTERM, {} requests for tasks and {} reads, {} incidents, none lost, none doubled; slowest answer {} ms",
        marks.len(),
        reads.values().sum::<usize>(),
        incidents.values().map(Vec::len).sum::<usize>(),
        slowest.as_millis()
    ));
    for replica in &mut replicas {
        assert!(replica.terminate().await.success());
    }
    sim.verdict().expect("every session is ended");
}

fn settings(backend: Backend, url_file: &str) -> Vec<(&'static str, String)> {
    vec![
        ("server.listen", backend.api.to_string()),
        ("server.admin_listen", backend.admin.to_string()),
        // Some of the proxy's checks: in a cluster it is the time that endpoints take to be known.
        ("server.drain_delay", "2s".to_owned()),
        ("idempotency.store", "redis".to_owned()),
        ("idempotency.redis_url_file", url_file.to_owned()),
        ("backends.ksc.budget_policy", "off".to_owned()),
        ("limits.requests_per_minute_per_caller", "0".to_owned()),
    ]
}

fn hosts(sim: &Simulator) -> Vec<String> {
    sim.hosts().into_iter().map(|it| it.id).collect()
}

/// Asks for tasks, half of them with a key, and reads each back, until it is over.
async fn call(
    soar: Caller,
    hosts: Vec<String>,
    caller: usize,
    over: Arc<AtomicBool>,
    answered: Arc<AtomicUsize>,
) -> Tally {
    let mut seen = Tally::default();
    for number in 0.. {
        if over.load(Ordering::SeqCst) {
            break;
        }
        let mark = format!(r"C:\rolling\{caller}-{number}.exe");
        let body = marked(&hosts[(caller + number) % hosts.len()], &mark);
        let mut request = soar.request(Method::POST, "/v1/tasks/getFile").json(&body);
        if number % 2 == 0 {
            request = request.header("idempotency-key", format!("{caller}-{number}"));
        }
        let began = Instant::now();
        let (status, answer) = ask(request).await;
        seen.slowest = seen.slowest.max(began.elapsed());
        *seen.posts.entry(status).or_default() += 1;
        seen.marks.push(mark);
        let id = answer["id"].as_str().unwrap_or("none").to_owned();
        let read = soar.request(Method::GET, &format!("/v1/tasks/{id}"));
        let (status, _task) = ask(read).await;
        *seen.reads.entry(status).or_default() += 1;
        answered.fetch_add(1, Ordering::SeqCst);
    }
    seen
}

async fn ask(request: reqwest::RequestBuilder) -> (u16, Value) {
    let Ok(response) = request.send().await else {
        return (0, Value::Null);
    };
    let status = response.status().as_u16();
    (status, response.json().await.unwrap_or_default())
}

/// Waits until callers have had so many more answers.
async fn some_more(answered: &AtomicUsize, count: usize) {
    let from = answered.load(Ordering::SeqCst);
    eventually("callers go on", || async {
        (answered.load(Ordering::SeqCst) >= from + count).then_some(())
    })
    .await;
}
