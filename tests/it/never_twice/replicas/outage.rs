//! What happens when Redis is away, comes back, forgets, or takes another password.

use acceptance::calls::ADD;
use acceptance::{RedisServer, WS_042, eventually};
use serde_json::json;

use super::pair::{Replicas, until};

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs redis-server: cargo verify"]
async fn with_redis_away_nothing_is_created_and_all_else_goes_on() {
    let mut house = Replicas::start().await;
    let soar = house.one.soar();
    let first = soar.isolate_once(WS_042, "case-1").await.expect(202);
    house.redis.kill();

    for key in ["case-2", "case-3"] {
        let refused = soar.isolate_once(WS_042, key).await.expect(503);
        assert_eq!(refused.code(), "store_unavailable");
        assert_eq!(refused.json["retryable"], true);
        assert_ne!(refused.header("retry-after"), "");
    }
    // Without a key there is the order among replicas that cannot be kept.
    let refused = soar.isolate(WS_042).await.expect(503);
    assert_eq!(refused.code(), "store_unavailable");
    // What this replica knows for certain it still says.
    let again = soar.isolate_once(WS_042, "case-1").await.expect(202);
    assert_eq!(again.json["id"], first.json["id"]);
    let path = format!("/v1/tasks/{}", first.task_id());
    soar.get(&path).await.expect(200);
    house.one.admin("/health/ready").await.expect(200);
    assert_eq!(house.sim.journal().count(ADD), 1);
    eventually("the metric says so", || async {
        let text = house.one.admin("/metrics").await.text;
        text.contains("edr_gateway_shared_store_up 0").then_some(())
    })
    .await;

    house.redis.start_again().await;
    let back = until(&soar, "case-2", WS_042, 202).await;
    let other = house
        .other
        .soar()
        .isolate_once(WS_042, "case-1")
        .await
        .expect(202);

    assert_eq!(back.header("idempotency-replayed"), "");
    assert_eq!(other.json["id"], first.json["id"]);
    assert_eq!(house.incidents(), 2);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs redis-server: cargo verify"]
async fn with_the_policy_local_requests_go_on_and_say_so() {
    let mut house = Replicas::with(&[("idempotency.store_policy", "local")]).await;
    let soar = house.one.soar();
    house.redis.kill();

    let tried = soar.rehearse(WS_042).await.expect(200);
    let taken = soar.isolate_once(WS_042, "case-1").await.expect(202);
    assert_eq!(tried.json["warnings"], taken.json["warnings"]);
    let again = soar.isolate_once(WS_042, "case-1").await.expect(202);

    let warnings = taken.json["warnings"].as_array().expect("warnings");
    let warned = warnings
        .iter()
        .any(|it| it.as_str().is_some_and(|it| it.contains("shared store")));
    assert!(warned, "{warnings:?}");
    assert_eq!(again.json["id"], taken.json["id"]);
    // When it is back it is told.
    house.redis.start_again().await;
    house.until_kept("*:key:*", 1).await;
    let other = house
        .other
        .soar()
        .isolate_once(WS_042, "case-1")
        .await
        .expect(202);
    assert_eq!(other.json["id"], taken.json["id"]);
    assert_eq!(other.header("idempotency-replayed"), "true");
    assert_eq!(house.incidents(), 1);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs redis-server: cargo verify"]
async fn an_answer_that_redis_could_not_be_told_is_told_when_it_is_back() {
    let mut house = Replicas::start().await;
    let gate = house.sim.gate().clone();
    gate.hold_calls_to(ADD);
    let soar = house.one.soar();
    let asking = tokio::spawn(async move { soar.isolate_once(WS_042, "case-1").await });
    gate.wait_until_waiting(1).await;

    house.redis.kill();
    gate.open();
    // The request had left: its answer is the truth, with or without a Redis.
    let taken = asking.await.expect("no panic").expect(202);
    house.redis.start_again().await;
    let other = until(&house.other.soar(), "case-1", WS_042, 202).await;

    assert_eq!(other.json["id"], taken.json["id"]);
    assert_eq!(house.incidents(), 1);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs redis-server: cargo verify"]
async fn a_redis_that_hangs_is_given_up_on_and_found_again() {
    let house = Replicas::start().await;
    let soar = house.one.soar();
    house.redis.freeze();

    let refused = soar.isolate_once(WS_042, "case-1").await.expect(503);
    house.redis.thaw();
    let taken = until(&soar, "case-1", WS_042, 202).await;
    let other = house
        .other
        .soar()
        .isolate_once(WS_042, "case-1")
        .await
        .expect(202);

    assert_eq!(refused.code(), "store_unavailable");
    assert_eq!(other.json["id"], taken.json["id"]);
    assert_eq!(house.incidents(), 1);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs redis-server: cargo verify"]
async fn a_redis_that_lost_its_memory_is_noticed_and_a_replica_still_knows_its_own() {
    let mut house = Replicas::start().await;
    let first = house
        .one
        .soar()
        .isolate_once(WS_042, "case-1")
        .await
        .expect(202);

    house.redis.start_empty().await;
    eventually("it is noticed", || async {
        let log = house.one.log();
        log.iter()
            .any(|it| it.contains("has lost its memory"))
            .then_some(())
    })
    .await;
    let again = house
        .one
        .soar()
        .isolate_once(WS_042, "case-1")
        .await
        .expect(202);

    assert_eq!(again.json["id"], first.json["id"]);
    assert_eq!(house.incidents(), 1);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs redis-server: cargo verify"]
async fn a_new_password_is_read_from_the_file() {
    let mut house = Replicas::start().await;
    let soar = house.one.soar();
    soar.isolate_once(WS_042, "case-1").await.expect(202);

    house.redis.stop().await;
    house.redis = RedisServer::with_password("an0ther-password").await;
    house.write_url();
    let taken = until(&soar, "case-2", WS_042, 202).await;

    assert_eq!(taken.json["incident"]["id"], json!(43));
    assert!(!house.one.log().join("\n").contains("an0ther-password"));
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs redis-server: cargo verify"]
async fn doctor_tells_a_store_that_keeps_from_one_that_forgets_and_one_that_is_away() {
    let mut redis = RedisServer::with_password("s3cr3t-of-redis").await;
    let folder = tempfile::tempdir().expect("a folder");
    let url_file = redis.url_file(folder.path());

    let keeps = edr_gateway::store::inspect(&url_file, "edr-gateway")
        .await
        .expect("it answers");
    redis
        .ask(&["CONFIG", "SET", "maxmemory-policy", "allkeys-lru"])
        .await;
    redis.ask(&["CONFIG", "SET", "appendonly", "no"]).await;
    let forgets = edr_gateway::store::inspect(&url_file, "edr-gateway")
        .await
        .expect("it answers");
    std::fs::write(&url_file, format!("redis://:wr0ng@{}", redis.addr())).expect("a file");
    let refused = edr_gateway::store::inspect(&url_file, "edr-gateway").await;
    redis.stop().await;
    let away = edr_gateway::store::inspect(&url_file, "edr-gateway").await;

    assert!(keeps.writes_down && keeps.eviction == "noeviction" && keeps.role == "master");
    assert!(!forgets.writes_down && forgets.eviction == "allkeys-lru");
    for error in [refused, away] {
        let said = error.expect_err("it cannot be asked").to_string();
        assert!(
            !said.contains("wr0ng") && !said.contains("127.0.0.1"),
            "{said}"
        );
    }
}
