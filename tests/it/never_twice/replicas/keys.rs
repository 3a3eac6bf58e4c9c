//! A key is carried out once, whichever replica it comes to.

use std::time::Duration;

use acceptance::calls::ADD;
use acceptance::{House, RedisServer, Replica, WS_042, eventually};
use ksc_simulator::{Fault, FaultKind};

use super::pair::{Replicas, until};

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs redis-server: cargo verify"]
async fn the_same_key_at_both_replicas_at_once_makes_one_incident() {
    let house = Replicas::start().await;
    let gate = house.sim.gate().clone();
    gate.hold_calls_to(ADD);

    let asking: Vec<_> = (0..20)
        .map(|number| {
            let soar = [house.one.soar(), house.other.soar()][number % 2].clone();
            tokio::spawn(async move { soar.isolate_once("ws-042", "case-1").await })
        })
        .collect();
    gate.wait_until_waiting(1).await;
    gate.open();

    let mut replayed = 0;
    for one in asking {
        let reply = one.await.expect("no panic").expect(202);
        assert_eq!(reply.json["incident"]["id"], 42);
        replayed += usize::from(reply.header("idempotency-replayed") == "true");
    }
    assert_eq!(replayed, 19);
    assert_eq!(house.sim.journal().count(ADD), 1);
    // Another request with the key is another request at any replica.
    for soar in [house.one.soar(), house.other.soar()] {
        let reused = soar.isolate_once("ws-001", "case-1").await.expect(422);
        assert_eq!(reused.code(), "idempotency_key_reused");
    }
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs redis-server: cargo verify"]
async fn a_key_outlives_every_replica() {
    let mut house = Replicas::start().await;
    let first = house
        .one
        .soar()
        .isolate_once(WS_042, "case-1")
        .await
        .expect(202);
    house.one.terminate().await;
    house.other.terminate().await;
    house.one.start_again().await;
    house.one.until_ready().await;

    let again = house
        .one
        .soar()
        .isolate_once(WS_042, "case-1")
        .await
        .expect(202);

    assert_eq!(again.header("idempotency-replayed"), "true");
    assert_eq!(again.json, first.json);
    assert_eq!(house.incidents(), 1);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs redis-server: cargo verify"]
async fn what_a_killed_replica_had_sent_is_found_by_the_next() {
    let mut house = Replicas::start().await;
    // KSC carries it out and does not answer; the replica dies waiting.
    house.die_sending(FaultKind::CommitThenStall).await;

    let found = until(&house.other.soar(), "case-1", WS_042, 202).await;

    assert_eq!(found.json["incident"]["id"], 42);
    assert_eq!(found.header("idempotency-replayed"), "true");
    assert_eq!(house.incidents(), 1);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs redis-server: cargo verify"]
async fn what_a_killed_replica_had_not_got_through_is_sent_again_once_that_is_certain() {
    let mut house = Replicas::start().await;
    house.die_sending(FaultKind::Stall).await;

    let soar = house.other.soar();
    // First the dead one is given time to be heard of, then KSC to show the incident.
    let unknown = until(&soar, "case-1", WS_042, 504).await;
    let sent = until(&soar, "case-1", WS_042, 202).await;

    assert_eq!(unknown.code(), "outcome_unknown");
    assert_eq!(sent.header("idempotency-replayed"), "");
    assert_eq!(house.incidents(), 1);
    assert_eq!(house.sim.journal().count(ADD), 2);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs redis-server: cargo verify"]
async fn a_replica_that_was_taken_over_while_it_stood_still_sends_nothing() {
    let house = Replicas::start().await;
    let gate = house.sim.gate().clone();
    gate.hold_calls_to(ADD);
    // The other replica has the host's turn, and this one waits behind it with a key in hand.
    let other = house.other.soar();
    let before = tokio::spawn(async move { other.isolate_once(WS_042, "case-0").await });
    gate.wait_until_waiting(1).await;
    let one = house.one.soar();
    let frozen = tokio::spawn(async move { one.isolate_once(WS_042, "case-1").await });
    house.until_queued(2).await;

    house.one.freeze();
    gate.open();
    before.await.expect("no panic").expect(202);
    let taken = until(&house.other.soar(), "case-1", WS_042, 202).await;
    house.one.thaw();
    let late = frozen.await.expect("no panic");

    // Nothing of its own; the answer that the key has by now would be as good.
    assert!([202, 409, 503].contains(&late.status), "{}", late.text);
    if late.status == 202 {
        assert_eq!(late.json["id"], taken.json["id"]);
    }
    assert_eq!(house.incidents(), 2);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs redis-server: cargo verify"]
async fn what_is_refused_for_certain_gives_its_key_back_at_every_replica() {
    let house = Replicas::start().await;
    let denied = Fault::on(ADD, FaultKind::pxg("KLSTD", 1184));
    house.sim.faults().push(denied);
    house
        .one
        .soar()
        .isolate_once(WS_042, "case-1")
        .await
        .expect(502);

    let taken = house
        .other
        .soar()
        .isolate_once(WS_042, "case-1")
        .await
        .expect(202);

    assert_eq!(taken.header("idempotency-replayed"), "");
    assert_eq!(house.incidents(), 1);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs redis-server: cargo verify"]
async fn an_unknown_outcome_at_one_replica_is_resolved_at_the_other() {
    let house = Replicas::start().await;
    // The answer is lost, and so is every look for it.
    house
        .sim
        .faults()
        .push(Fault::on(ADD, FaultKind::CommitThenDrop));
    let blind = Fault::on("HostGroup.FindIncidents", FaultKind::http(500, "no"));
    house.sim.faults().push(blind.forever());
    let unknown = house
        .one
        .soar()
        .isolate_once(WS_042, "case-1")
        .await
        .expect(504);
    assert_eq!(unknown.code(), "outcome_unknown");
    house.sim.faults().clear();

    let found = until(&house.other.soar(), "case-1", WS_042, 202).await;
    // The first one knows it too by now.
    let again = eventually("the first replica knows it", || async {
        let reply = house.one.soar().isolate_once(WS_042, "case-1").await;
        (reply.status == 202).then_some(reply)
    })
    .await;

    assert_eq!(found.header("idempotency-replayed"), "true");
    assert_eq!(again.json["id"], found.json["id"]);
    assert_eq!(house.incidents(), 1);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs redis-server: cargo verify"]
async fn an_incident_that_another_replica_found_first_is_not_taken_for_a_second_one() {
    let house = Replicas::start().await;
    let gate = house.sim.gate().clone();
    gate.hold_calls_to(ADD);
    // Who adds the incident says so in its answer; who finds it says less.
    let old = FaultKind::pxg("KLCONN", 1194);
    let silent = Fault::on("ConEvents.IsAnyServiceConsoleAvailable", old);
    house.sim.faults().push(silent.forever());
    let one = house.one.soar();
    let frozen = tokio::spawn(async move { one.isolate_once(WS_042, "case-1").await });
    gate.wait_until_waiting(1).await;

    house.one.freeze();
    gate.open();
    let found = until(&house.other.soar(), "case-1", WS_042, 202).await;
    house.one.thaw();
    let late = frozen.await.expect("no panic").expect(202);

    assert_ne!(late.json["warnings"], found.json["warnings"]);
    assert_eq!(late.json["id"], found.json["id"]);
    assert_eq!(house.incidents(), 1);
    let log = house.one.log().join("\n");
    assert!(!log.contains("two incidents"), "{log}");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs redis-server: cargo verify"]
async fn an_answer_that_is_replayed_at_another_replica_does_not_live_longer_for_it() {
    // An answer is told Redis behind itself, and begins its time when it is there.
    const AGE: &str = "
        local key = redis.call('KEYS', ARGV[1])[1]
        if redis.call('HGET', key, 'state') ~= 'settled' then return 0 end
        return redis.call('PEXPIRE', key, 1800000)";
    const END: &str = "return redis.call('DEL', redis.call('KEYS', ARGV[1])[1])";
    let redis = RedisServer::start().await;
    let files = tempfile::tempdir().expect("a folder");
    let url_file = redis.url_file(files.path()).display().to_string();
    let house = House::with(&[
        ("idempotency.store", "redis"),
        ("idempotency.redis_url_file", &url_file),
        ("idempotency.ttl", "1h"),
    ])
    .await;
    let other = house.replica().await;
    house
        .soar()
        .isolate_once(WS_042, "case-1")
        .await
        .expect(202);

    // Half its time is over when it comes to the other one, and the rest soon after.
    eventually("its time is half over", || async {
        let aged = redis.ask(&["EVAL", AGE, "0", "*:key:*"]).await;
        (aged? == ":1").then_some(())
    })
    .await;
    let replayed = other.soar().isolate_once(WS_042, "case-1").await;
    redis.ask(&["EVAL", END, "0", "*:key:*"]).await;
    house.advance(Duration::from_mins(31)).await;
    let anew = other.soar().isolate_once(WS_042, "case-1").await;

    assert_eq!(replayed.expect(202).header("idempotency-replayed"), "true");
    assert_eq!(anew.expect(202).json["incident"]["id"], 43);
    other.close().await;
    house.close().await;
}

/// Two gateways in this process that share a clock and a store, and a request whose fate the first
/// one does not know and KSC has never had.
async fn unknown_at_the_first(redis: &RedisServer, files: &std::path::Path) -> (House, Replica) {
    let url_file = redis.url_file(files).display().to_string();
    let house = House::with(&[
        ("idempotency.store", "redis"),
        ("idempotency.redis_url_file", &url_file),
        ("backends.ksc.budget_policy", "off"),
    ])
    .await;
    let other = house.replica().await;
    let lost = Fault::on(ADD, FaultKind::DropBeforeCommit);
    house.sim.faults().push(lost);
    let blind = Fault::on("HostGroup.FindIncidents", FaultKind::http(503, "busy"));
    house.sim.faults().push(blind.forever());
    house
        .soar()
        .isolate_once(WS_042, "case-1")
        .await
        .expect(504);
    house.sim.faults().clear();
    (house, other)
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs redis-server: cargo verify"]
async fn a_clock_that_is_set_forward_settles_nothing_at_any_replica() {
    let redis = RedisServer::start().await;
    let files = tempfile::tempdir().expect("a folder");
    let (house, other) = unknown_at_the_first(&redis, files.path()).await;

    for caller in [other.soar(), house.soar(), other.soar()] {
        house.set_clock(time::Duration::minutes(10));
        let early = caller.isolate_once(WS_042, "case-1").await.expect(504);
        assert_eq!(early.header("retry-after"), "60");
    }

    assert_eq!(house.sim.journal().count(ADD), 1);
    other.close().await;
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs redis-server: cargo verify"]
async fn what_one_replica_has_waited_counts_at_all() {
    let redis = RedisServer::start().await;
    let files = tempfile::tempdir().expect("a folder");
    let (house, other) = unknown_at_the_first(&redis, files.path()).await;
    let waited = || async {
        const WAITED: &str =
            "return tonumber(redis.call('HGET', redis.call('KEYS', ARGV[1])[1], 'waited'))";
        redis.ask(&["EVAL", WAITED, "0", "*:key:*"]).await
    };
    assert_eq!(waited().await.as_deref(), Some(":0"));

    // Nobody asks meanwhile, and the other one sees the key for the first time.
    house.advance(Duration::from_mins(1)).await;
    eventually("the first one has told", || async {
        (waited().await? == ":60000").then_some(())
    })
    .await;
    let sent = other
        .soar()
        .isolate_once(WS_042, "case-1")
        .await
        .expect(202);

    assert_eq!(sent.header("idempotency-replayed"), "");
    assert_eq!(house.sim.journal().incidents().len(), 1);
    other.close().await;
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs redis-server: cargo verify"]
async fn where_nobody_lives_who_has_waited_the_waiting_begins_anew() {
    let redis = RedisServer::start().await;
    let files = tempfile::tempdir().expect("a folder");
    let (mut house, other) = unknown_at_the_first(&redis, files.path()).await;
    house.stop().await;

    house.advance(Duration::from_hours(1)).await;
    let first = other.soar().isolate_once(WS_042, "case-1").await;
    house.advance(Duration::from_secs(59)).await;
    let early = other.soar().isolate_once(WS_042, "case-1").await;
    house.advance(Duration::from_secs(1)).await;
    let sent = other.soar().isolate_once(WS_042, "case-1").await;

    assert_eq!(first.expect(504).header("retry-after"), "60");
    assert_eq!(early.expect(504).header("retry-after"), "1");
    sent.expect(202);
    other.close().await;
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs redis-server: cargo verify"]
async fn a_replica_that_is_new_knows_what_was_there_before_its_requests() {
    let redis = RedisServer::start().await;
    let files = tempfile::tempdir().expect("a folder");
    let url_file = redis.url_file(files.path()).display().to_string();
    let house = House::with(&[
        ("idempotency.store", "redis"),
        ("idempotency.redis_url_file", &url_file),
        ("backends.ksc.budget_policy", "off"),
    ])
    .await;
    // An equal request, of which only the first replica was told.
    house.soar().isolate(WS_042).await.expect(202);
    house.advance(Duration::from_hours(25)).await;
    let other = house.replica().await;
    let lost = Fault::on(ADD, FaultKind::DropBeforeCommit);
    house.sim.faults().push(lost);
    other
        .soar()
        .isolate_once(WS_042, "case-1")
        .await
        .expect(504);

    house.advance(Duration::from_mins(1)).await;
    let sent = other
        .soar()
        .isolate_once(WS_042, "case-1")
        .await
        .expect(202);

    assert_eq!(sent.header("idempotency-replayed"), "");
    assert_eq!(house.sim.journal().incidents().len(), 2);
    other.close().await;
    house.close().await;
}
