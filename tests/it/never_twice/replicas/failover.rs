//! What a fail-over must not change, whoever makes it.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use acceptance::{Caller, RedisNode, Reply, WS_042, eventually, tell};

use super::pair::{Replicas, until};

/// How many requests each caller makes.
const EACH: usize = 10;

/// Hosts, each with a caller at each gateway.
const HOSTS: [&str; 2] = [WS_042, "ws-001"];

/// What the gateways are set to, beside the store.
pub(crate) const SETTINGS: [(&str, &str); 1] = [("limits.requests_per_minute_per_caller", "0")];

/// Isolates a host with this key until it is taken. With a store that is gone a request says that
/// it may be made again, and whoever asks does.
async fn one_after_the_other(soar: Caller, host: &'static str, keys: Vec<String>) -> Vec<Reply> {
    let mut replies = Vec::new();
    for key in keys {
        replies.push(until(&soar, &key, host, 202).await);
    }
    replies
}

/// Kills this node of a store under load: nothing is carried out twice, what was answered before is
/// known at both gateways afterwards, and the order for a host is kept. Tells how long it took.
pub(crate) async fn survives_the_death_of<R>(
    house: &mut Replicas<R>,
    what: &str,
    node: impl Fn(&mut R) -> &mut RedisNode,
) {
    let first = until(&house.one.soar(), "first", WS_042, 202).await;
    replayed(&house.other.soar(), "first", WS_042).await;
    node(&mut house.redis).until_replicated("1").await;

    let took = carries_out_once(house, async |redis| node(redis).kill()).await;

    tell(&format!(
        "{what}: {:.1} s from its death to the next request",
        took.as_secs_f64()
    ));
    for gateway in [&house.one, &house.other] {
        let again = replayed(&gateway.soar(), "first", WS_042).await;
        assert_eq!(again.json["id"], first.json["id"]);
    }
    keeps_the_order(house).await;
}

/// Lets callers isolate hosts through both gateways while the store fails over, and looks whether
/// each request was carried out once and is known at both afterwards. Gives how long the first
/// request after the failure took.
async fn carries_out_once<R>(house: &mut Replicas<R>, fail: impl AsyncFnOnce(&mut R)) -> Duration {
    let mut asking = Vec::new();
    let mut keys = Vec::new();
    for (number, host) in HOSTS.iter().copied().enumerate() {
        for (at, gateway) in [&house.one, &house.other].iter().enumerate() {
            let own: Vec<String> = (0..EACH)
                .map(|it| format!("load-{number}-{at}-{it}"))
                .collect();
            keys.extend(own.iter().map(|it| (it.clone(), host)));
            asking.push(tokio::spawn(one_after_the_other(gateway.soar(), host, own)));
        }
    }
    let before = house.incidents();
    let journal = house.sim.journal();
    journal
        .wait_for(|it| it.incidents().len() >= before + HOSTS.len() * EACH / 2)
        .await;

    fail(&mut house.redis).await;
    let failed = Instant::now();
    let next = until(&house.one.soar(), "after", HOSTS[0], 202).await;
    let took = failed.elapsed();
    let mut ids = BTreeSet::from([next.task_id().to_owned()]);
    for one in asking {
        let replies = one.await.expect("no panic");
        ids.extend(replies.iter().map(|it| it.task_id().to_owned()));
    }

    let made = HOSTS.len() * 2 * EACH + 1;
    assert_eq!(ids.len(), made, "each has a task of its own");
    for (key, host) in keys {
        for gateway in [&house.one, &house.other] {
            let again = replayed(&gateway.soar(), &key, host).await;
            assert!(ids.contains(again.task_id()), "{key}");
        }
    }
    assert_eq!(house.incidents(), before + made);
    took
}

/// The answer to a key that has one.
pub(crate) async fn replayed(soar: &Caller, key: &str, host: &str) -> Reply {
    let again = until(soar, key, host, 202).await;
    assert_eq!(again.header("idempotency-replayed"), "true", "{key}");
    again
}

/// Waits until this gateway has said this.
pub(crate) async fn until_said(gateway: &acceptance::Program, what: &str) {
    eventually("the gateway says it", || async {
        let log = gateway.log();
        log.iter().any(|it| it.contains(what)).then_some(())
    })
    .await;
}

/// A requested isolation at one gateway and a release at the other keep their order.
pub(crate) async fn keeps_the_order<R>(house: &Replicas<R>) {
    for _ in 0..3 {
        house.one.soar().isolate(WS_042).await.expect(202);
        let released = house.other.soar().release(WS_042).await.expect(202);
        assert!(!released.text.contains("An isolation"), "{}", released.text);
    }
}
