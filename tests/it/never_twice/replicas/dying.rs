//! A replica that dies in the midst of an order to a Central Node, at each of its steps: whoever is
//! asked with the same key next gives the order once, and says what is so.

use std::time::Duration;

use acceptance::{House, Program, RedisServer, Reply, at, eventually, isolation, release};
use futures_util::{StreamExt as _, stream};
use kata_simulator::{FileHash, Gate};
use reqwest::Method;
use serde_json::{Value, json};

const KEY: &str = "case-1";
const HOST: &str = "srv-db-01";

/// What is ordered, and by which calls.
struct Order {
    path: &'static str,
    body: Value,
    /// The call that reads what stands, before and behind the order.
    reads: &'static str,
    /// The call that gives it.
    writes: &'static str,
    /// The rules that stand when it was carried out; nothing where it changes none.
    leaves: Option<Vec<Value>>,
}

/// The step at which the replica dies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Death {
    /// Nothing has been asked.
    BeforeAnything,
    /// It is about to read what stands.
    BeforeReading,
    /// The Central Node has said what stands; nothing was written.
    BeforeWriting,
    /// The order is on its way, and has not taken effect.
    BeforeTheEffect,
    /// It has, and the answer is on its way.
    BehindTheEffect,
    /// The answer has come; what stands is to be read back.
    BeforeReadingBack,
    /// It was read back; nothing was told.
    BehindReadingBack,
    /// The caller was told.
    BehindTheAnswer,
}

impl Death {
    const ALL: [Self; 8] = [
        Self::BeforeAnything,
        Self::BeforeReading,
        Self::BeforeWriting,
        Self::BeforeTheEffect,
        Self::BehindTheEffect,
        Self::BeforeReadingBack,
        Self::BehindReadingBack,
        Self::BehindTheAnswer,
    ];

    /// The gate at which it is waited for, the call that is held there, and which of that name.
    fn stop<'a>(self, house: &'a House, order: &Order) -> Option<(&'a Gate, &'static str, usize)> {
        let (gate, way_out) = (house.kata().gate(), house.kata().way_out());
        Some(match self {
            Self::BeforeAnything => (gate, "GET sensors", 1),
            Self::BeforeReading => (gate, order.reads, 1),
            Self::BeforeWriting => (way_out, order.reads, 1),
            Self::BeforeTheEffect => (gate, order.writes, 1),
            Self::BehindTheEffect => (way_out, order.writes, 1),
            Self::BeforeReadingBack => (gate, order.reads, 2),
            Self::BehindReadingBack => (way_out, order.reads, 2),
            Self::BehindTheAnswer => return None,
        })
    }

    /// How often the order is sent in all: one that was on its way may have arrived, and is sent
    /// again only when it certainly has not.
    fn sendings(self) -> usize {
        if self == Self::BeforeTheEffect { 2 } else { 1 }
    }
}

/// Both replicas are counted as dead when they are not heard of for some seconds.
async fn house(redis: &RedisServer, folder: &std::path::Path) -> House {
    let url = redis.url_file(folder).display().to_string();
    House::with_central_node(&[
        ("idempotency.store", "redis"),
        ("idempotency.redis_url_file", url.as_str()),
        ("backends.ksc.connection_timeout", "1s"),
        ("backends.ksc.request_timeout", "1s"),
        // Whoever is held at a gate hangs up after this: a busy machine needs a while to see it there.
        ("backends.kata.connection_timeout", "2s"),
        ("backends.kata.request_timeout", "3s"),
    ])
    .await
}

/// Sends the order to this replica and ends that at this step.
async fn die(house: &House, replica: &mut Program, order: &Order, death: Death) {
    let stop = death.stop(house, order);
    if let Some((gate, call, _)) = stop {
        gate.hold_calls_to(call);
    }
    let request = replica.soar().request(Method::POST, order.path);
    let request = request.header("idempotency-key", KEY).json(&order.body);
    let asking = tokio::spawn(request.send());
    let Some((gate, _, nth)) = stop else {
        let answered = asking.await.expect("no panic").expect("an answer");
        assert_eq!(answered.status(), 202);
        replica.kill();
        return;
    };
    for _ in 1..nth {
        gate.wait_until_waiting(1).await;
        gate.let_through(1);
    }
    gate.wait_until_waiting(1).await;
    replica.kill();
    let heard = asking.await.expect("no panic");
    assert!(heard.is_err(), "{death:?}: the caller was answered");
    // Until then the Central Node might carry out what was held.
    eventually("it is seen to be gone", || {
        std::future::ready((gate.waiting() == 0).then_some(()))
    })
    .await;
    gate.open();
}

/// Asks the house with the same key until it has the task, as a caller does that was told to.
async fn told(house: &House, order: &Order, death: Death) -> Reply {
    eventually("the other replica answers", || async {
        let soar = house.soar();
        let reply = soar.post_once(order.path, KEY, &order.body).await;
        if reply.status == 202 {
            return Some(reply);
        }
        let may_retry = reply.json["retryable"] == true;
        assert!(may_retry, "{death:?}: {} {}", reply.status, reply.text);
        if reply.code() == "outcome_unknown" {
            house.advance(Duration::from_secs(10)).await;
        }
        None
    })
    .await
}

/// Four steps at a time: most of it is waiting until a dead replica counts as dead.
async fn dies_at_every_step(order: &Order, before: impl Fn(&House)) {
    stream::iter(Death::ALL)
        .for_each_concurrent(4, |death| dies(order, &before, death))
        .await;
}

async fn dies(order: &Order, before: impl Fn(&House), death: Death) {
    let redis = RedisServer::start().await;
    let folder = tempfile::tempdir().expect("a folder");
    let house = house(&redis, folder.path()).await;
    let mut replica = house.program().await;
    before(&house);
    let stood = house.kata().journal().rule_changes().len();

    die(&house, &mut replica, order, death).await;
    // Who was killed could not end its session at KSC.
    house.sim.expire_sessions();
    let first = told(&house, order, death).await;

    let changes = house.kata().journal().rule_changes();
    let left: Vec<&Vec<Value>> = changes[stood..].iter().map(|it| &it.after).collect();
    let expected: Vec<&Vec<Value>> = order.leaves.iter().collect();
    assert_eq!(left, expected, "{death:?}: {changes:?}");
    let sent = house.kata().journal().count(order.writes);
    assert_eq!(sent, death.sendings(), "{death:?}");
    let task = eventually("the task is known", || async {
        let found = house.soar().read(&first).await;
        (found.status == 200).then_some(found)
    })
    .await;
    assert_eq!(task.json["state"], "pending", "{death:?}: {}", task.text);
    // Whoever comes after the dead one says the same.
    replica.start_again().await;
    let again = eventually("it is ready again", || async {
        let soar = replica.soar();
        let again = soar.post_once(order.path, KEY, &order.body).await;
        (again.status == 202).then_some(again)
    })
    .await;
    assert_eq!(again.task_id(), first.task_id(), "{death:?}");
    assert_eq!(house.kata().journal().count(order.writes), sent);
    if order.leaves.is_none() {
        house.advance(Duration::from_mins(10)).await;
        let native = first.task_id().replace("kata-", "");
        let runs = house.kata().journal().runs_of(&native);
        assert_eq!(runs.len(), 1, "{death:?}: {runs:?}");
    }
    let status = replica.terminate().await;
    assert!(status.success(), "{status}");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs redis-server: cargo verify"]
async fn an_isolation_is_ordered_once_wherever_its_replica_dies() {
    let mut body = at("kata", isolation(HOST));
    body["durationSeconds"] = 7_200.into();
    let order = Order {
        path: "/v1/tasks/isolateHost",
        body,
        reads: "GET settings/network_isolation",
        writes: "POST settings/network_isolation",
        leaves: Some(vec![
            json!({"autoTurnoffTimeoutInSec": 7_200, "excludedRules": []}),
        ]),
    };

    dies_at_every_step(&order, |_| {}).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs redis-server: cargo verify"]
async fn a_release_is_ordered_once_wherever_its_replica_dies() {
    let order = Order {
        path: "/v1/tasks/isolateHost",
        body: at("kata", release(HOST)),
        reads: "GET settings/network_isolation",
        writes: "DELETE settings/network_isolation",
        leaves: Some(Vec::new()),
    };

    dies_at_every_step(&order, |house| {
        let sensor = house.kata().sensor(HOST);
        let isolated = house
            .kata()
            .console_isolate(&sensor, Duration::from_hours(5));
        isolated.expect("a host");
    })
    .await;
}

/// A rule that keeps the file from running whose SHA-256 has this digit alone.
fn forbidden(digit: &str) -> Value {
    json!({"file": {"sha256": digit.repeat(64)}})
}

/// Has somebody at the console forbid these files.
fn forbid(house: &House, digits: &[&str]) {
    let sensor = house.kata().sensor(HOST);
    for digit in digits {
        let hash = FileHash::Sha256(digit.repeat(64));
        house.kata().console_prevent(&sensor, hash).expect("a host");
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs redis-server: cargo verify"]
async fn a_file_is_forbidden_once_and_no_rule_is_lost_wherever_its_replica_dies() {
    let body = json!({"targetHost": HOST, "hash": "c".repeat(64)});
    let order = Order {
        path: "/v1/tasks/preventExecution",
        body: at("kata", body),
        reads: "GET settings/prevention",
        writes: "POST settings/prevention",
        leaves: Some(["a", "b", "c"].map(forbidden).into()),
    };

    dies_at_every_step(&order, |house| forbid(house, &["a", "b"])).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs redis-server: cargo verify"]
async fn a_file_is_allowed_once_and_no_rule_is_lost_wherever_its_replica_dies() {
    let body = json!({"targetHost": HOST, "hash": "b".repeat(64)});
    let order = Order {
        path: "/v1/tasks/allowExecution",
        body: at("kata", body),
        reads: "GET settings/prevention",
        writes: "POST settings/prevention",
        leaves: Some(["a", "c"].map(forbidden).into()),
    };

    dies_at_every_step(&order, |house| forbid(house, &["a", "b", "c"])).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs redis-server: cargo verify"]
async fn a_program_runs_once_wherever_its_replica_dies() {
    let body = json!({"targetHost": HOST, "executablePath": "/opt/ir/collect.sh"});
    let order = Order {
        path: "/v1/tasks/startProcess",
        body: at("kata", body),
        reads: "GET tasks",
        writes: "POST tasks",
        leaves: None,
    };

    dies_at_every_step(&order, |_| {}).await;
}
