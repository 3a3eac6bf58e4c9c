//! A rolling update from one server to two: for a while one replica knows both, and another one.

use std::time::Duration;

use acceptance::calls::ADD;
use acceptance::{RedisServer, WS_042, at, eventually, isolation};
use ksc_simulator::{Fault, FaultKind};

use super::world::{OF_BOTH, OF_BRANCH, OF_KSC, incidents, plan};

const ISOLATE: &str = "/v1/tasks/isolateHost";
const FIND_INCIDENTS: &str = "HostGroup.FindIncidents";

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs redis-server: cargo verify"]
async fn replicas_that_know_one_server_and_two_serve_the_same_keys() {
    let redis = RedisServer::start().await;
    let files = tempfile::tempdir().expect("a folder");
    let url_file = redis.url_file(files.path()).display().to_string();
    let settings = [
        ("idempotency.store", "redis"),
        ("idempotency.redis_url_file", url_file.as_str()),
    ];
    let house = acceptance::House::furnish(plan(&settings)).await;
    house.until_all_ready().await;
    let before = house.replica_of_one().await;
    let (old, new) = (before.soar(), house.soar());
    eventually("the old replica serves", || async {
        (old.get("/v1/hosts?name=hq-1").await.status == 200).then_some(())
    })
    .await;

    // What the old one has sent the new one knows.
    let first = old.isolate_once(OF_KSC, "case-1").await.expect(202);
    let again = new.isolate_once(OF_KSC, "case-1").await.expect(202);
    assert_eq!(again.header("idempotency-replayed"), "true");
    assert_eq!(again.json["id"], first.json["id"]);

    // What the new one has sent to a server that the old one does not know, the old one leaves
    // alone, and says so; a replica that knows it has the answer.
    let of_branch = new.isolate_once(OF_BRANCH, "case-2").await.expect(202);
    let elsewhere = old.isolate_once(OF_BRANCH, "case-2").await.expect(503);
    assert_eq!(elsewhere.code(), "backend_unknown");
    assert_eq!(elsewhere.json["retryable"], true);
    let again = new.isolate_once(OF_BRANCH, "case-2").await.expect(202);
    assert_eq!(again.json["id"], of_branch.json["id"]);
    assert_eq!(old.read(&of_branch).await.status, 404);

    // A device of both, by one id: whoever knows one server goes there, and whoever knows both asks
    // which. The queues of the two never meet.
    let there = old.isolate(OF_BOTH).await.expect(202);
    assert_eq!(there.json["id"], "ksc-43");
    assert_eq!(
        new.isolate(OF_BOTH).await.expect(409).code(),
        "host_ambiguous"
    );
    let named = new
        .post(ISOLATE, &at("branch", isolation(WS_042)))
        .await
        .expect(202);
    assert_eq!(named.json["id"], "branch-43");
    assert_eq!(
        old.post(ISOLATE, &at("branch", isolation(WS_042)))
            .await
            .expect(422)
            .violations()[0]
            .0,
        "/backend"
    );

    // A list that was begun at the new one goes on at the old one with what that knows, and says
    // what is missing.
    let page = new.get("/v1/tasks?limit=1").await.expect(200);
    let cursor = page.json["nextCursor"].as_str().expect("there is more");
    let next = old
        .get(&format!("/v1/tasks?limit=10&cursor={cursor}"))
        .await
        .expect(200);
    let tasks = next.json["tasks"].as_array().expect("tasks");
    assert!(
        tasks.iter().all(|it| it["backend"] == "ksc"),
        "{}",
        next.text
    );
    if page.json["tasks"][0]["backend"] == "branch" {
        assert_eq!(
            next.json["unavailable"][0]["code"], "backend_unknown",
            "{}",
            next.text
        );
    }
    assert_eq!(incidents(&house), [2, 2]);
    before.close().await;
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs redis-server: cargo verify"]
async fn what_replicas_count_at_one_server_takes_no_room_at_the_other() {
    let redis = RedisServer::start().await;
    let files = tempfile::tempdir().expect("a folder");
    let url_file = redis.url_file(files.path()).display().to_string();
    let settings = [
        ("idempotency.store", "redis"),
        ("idempotency.redis_url_file", url_file.as_str()),
        ("backends.ksc.budget", "4"),
        ("backends.branch.budget", "4"),
    ];
    let house = acceptance::House::furnish(plan(&settings)).await;
    house.until_all_ready().await;
    let replica = house.replica().await;

    for number in 0..4 {
        let caller = if number % 2 == 0 {
            house.soar()
        } else {
            replica.soar()
        };
        eventually("it is taken", || async {
            (caller.isolate(OF_KSC).await.status == 202).then_some(())
        })
        .await;
    }
    let full = house.soar().isolate(OF_KSC).await.expect(429);
    let free = replica.soar().isolate(OF_BRANCH).await.expect(202);

    assert_eq!(full.json["backend"], "ksc");
    assert_eq!(free.header("ratelimit"), "\"task-budget\";r=3");
    assert_eq!(incidents(&house), [4, 1]);
    replica.close().await;
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs redis-server: cargo verify"]
async fn a_key_whose_request_names_its_server_is_not_refused_for_good_by_a_replica_of_before() {
    let redis = RedisServer::start().await;
    let files = tempfile::tempdir().expect("a folder");
    let url_file = redis.url_file(files.path()).display().to_string();
    let settings = [
        ("idempotency.store", "redis"),
        ("idempotency.redis_url_file", url_file.as_str()),
    ];
    let house = acceptance::House::furnish(plan(&settings)).await;
    house.until_all_ready().await;
    let before = house.replica_of_one().await;
    let (old, new) = (before.soar(), house.soar());
    eventually("the old replica serves", || async {
        (old.get("/v1/hosts?name=hq-1").await.status == 200).then_some(())
    })
    .await;
    let body = at("branch", isolation(OF_BRANCH));
    new.post_once(ISOLATE, "case-1", &body).await.expect(202);

    let elsewhere = old.post_once(ISOLATE, "case-1", &body).await;

    assert_eq!(elsewhere.json["retryable"], true, "{}", elsewhere.text);
    assert_eq!(elsewhere.code(), "backend_unknown");
    before.close().await;
    house.close().await;
}

/// A version before several servers passes over the record's `backend`; it would look for the request
/// at the one that it knows, find no trace, and give the key back. What it reads is made by taking
/// the member away.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs redis-server: cargo verify"]
async fn a_replica_of_the_version_before_does_not_give_back_a_key_of_another_server() {
    const AS_READ_BEFORE: &str = r#"
        for _, key in ipairs(redis.call('KEYS', '*:key:*')) do
          local sent = redis.call('HGET', key, 'sent')
          -- A later form it refuses, and leaves alone.
          if string.find(sent, '"form":1,') then redis.call('HSET', key, 'sent', (string.gsub(sent, '"backend":"branch",', ''))) end
        end
        return 'done'"#;
    let redis = RedisServer::start().await;
    let files = tempfile::tempdir().expect("a folder");
    let url_file = redis.url_file(files.path()).display().to_string();
    let settings = [
        ("idempotency.store", "redis"),
        ("idempotency.redis_url_file", url_file.as_str()),
    ];
    let house = acceptance::House::furnish(plan(&settings)).await;
    house.until_all_ready().await;
    let (before, other) = (house.replica_of_one().await, house.replica().await);
    let (old, new) = (before.soar(), other.soar());
    for (replica, host) in [(&old, "hq-1"), (&new, "branch-1")] {
        eventually("the replica serves", || async {
            let found = replica.get(&format!("/v1/hosts?name={host}")).await;
            (found.json["hosts"].as_array()?.len() == 1).then_some(())
        })
        .await;
    }
    // The first server has the device too, under another name.
    house.at("ksc").rename_host(WS_042, "MOVED-1");
    let faults = house.at("branch").faults();
    faults.push(Fault::on(ADD, FaultKind::CommitThenDrop));
    faults.push(Fault::on(FIND_INCIDENTS, FaultKind::http(503, "busy")).forever());
    let soar = house.soar();
    soar.isolate_once(OF_BOTH, "case-1").await.expect(504);
    faults.clear();
    house.advance(Duration::from_mins(10)).await;
    // The replica that sent it may be gone by now.
    let form = redis.ask(&["EVAL", AS_READ_BEFORE, "0"]).await;
    assert!(form.is_some());

    let at_old = old.isolate_once(OF_BOTH, "case-1").await;
    let at_new = new.isolate_once(OF_BOTH, "case-1").await;

    assert_eq!(
        incidents(&house),
        [0, 1],
        "{}\n{}",
        at_old.text,
        at_new.text
    );
    before.close().await;
    other.close().await;
    house.close().await;
}
