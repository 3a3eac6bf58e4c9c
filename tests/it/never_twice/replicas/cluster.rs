//! Two gateways whose store is a Redis Cluster: whichever node has their slot, is asked.

use acceptance::{RedisCluster, WS_042};
use edr_gateway::store::{self, StoreFound};

use super::failover::{SETTINGS, keeps_the_order, replayed, survives_the_death_of};
use super::pair::{Replicas, until};

async fn start() -> Replicas<RedisCluster> {
    let redis = RedisCluster::start().await;
    let url = redis.url(&[0, 1, 2, 3]);
    Replicas::over(redis, &url, &SETTINGS).await
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs redis-server: cargo verify"]
async fn a_fail_over_under_load_carries_nothing_out_twice() {
    let mut house = start().await;
    let owner = house.redis.owner().await;

    survives_the_death_of(&mut house, "the slot's node of a Redis Cluster", |redis| {
        &mut redis.nodes[owner]
    })
    .await;

    assert_ne!(house.redis.owner().await, owner);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs redis-server: cargo verify"]
async fn a_slot_that_is_moved_to_another_node_is_followed() {
    let house = start().await;
    let first = until(&house.one.soar(), "first", WS_042, 202).await;
    let from = house.redis.owner().await;
    let to = (from + 1) % 3;

    house.redis.begin_to_move(from, to).await;
    // What is new has no place while what is old is on its way.
    let soar = house.one.soar();
    let refused = soar.isolate_once("ws-001", "between").await.expect(503);
    house.redis.move_on(from, to).await;

    assert_eq!(refused.code(), "store_unavailable");
    assert_eq!(refused.json["retryable"], true);
    until(&soar, "between", "ws-001", 202).await;
    for gateway in [&house.one, &house.other] {
        let again = replayed(&gateway.soar(), "first", WS_042).await;
        assert_eq!(again.json["id"], first.json["id"]);
        replayed(&gateway.soar(), "between", "ws-001").await;
    }
    keeps_the_order(&house).await;
    assert_eq!(house.redis.owner().await, to);
    assert_eq!(house.incidents(), 8);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs redis-server: cargo verify"]
async fn doctor_tells_how_the_cluster_is_and_that_it_is_one() {
    let mut redis = RedisCluster::start().await;
    let folder = tempfile::tempdir().expect("a folder");
    let url_file = folder.path().join("redis-url");
    let look = async |url: String| {
        std::fs::write(&url_file, url).expect("a file");
        store::inspect(&url_file, "edr-gateway").await
    };
    let owner = redis.owner().await;
    let stranger = (owner + 1) % 3;

    let mut found = Vec::new();
    for node in 0..4 {
        // Any of them knows the way, the replica too.
        found.push(look(redis.url(&[node])).await.expect("it answers"));
    }
    let plain = redis.url(&[owner]).replace("redis-cluster", "redis");
    let plain = look(plain).await;
    let wrong = redis.url(&[0, 1]).replace("of-gateway", "of-nobody");
    let wrong = look(wrong).await;
    redis.nodes[stranger].kill();
    let past_the_dead = look(redis.url(&[stranger, owner])).await;

    let well = StoreFound::InCluster {
        state: Some("ok".to_owned()),
    };
    for one in &found {
        assert_eq!((&one.found, one.replicas), (&well, 1));
        assert!(one.writes_down && one.role == "master");
    }
    past_the_dead.expect("it answers");
    for (found, why) in [(plain, "redis-cluster://"), (wrong, "WRONGPASS")] {
        let said = found.expect_err(why).to_string();
        assert!(said.contains(why), "{said}");
        assert!(
            !said.contains("s3cr3t") && !said.contains("127.0.0.1"),
            "{said}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs redis-server: cargo verify"]
async fn a_gateway_that_takes_a_node_for_the_one_server_creates_nothing_and_says_why() {
    let redis = RedisCluster::start().await;
    let stranger = (redis.owner().await + 1) % 3;
    let url = redis.url(&[stranger]).replace("redis-cluster", "redis");
    let house = Replicas::over(redis, &url, &SETTINGS).await;

    let refused = house
        .one
        .soar()
        .isolate_once(WS_042, "first")
        .await
        .expect(503);

    assert_eq!(refused.code(), "store_unavailable");
    super::failover::until_said(&house.one, "redis-cluster://").await;
    assert_eq!(house.incidents(), 0);
    house.close().await;
}
