//! Two gateways whose store is watched by Sentinels: whichever server they name, is asked.

use acceptance::{RedisSentinels, WS_042, eventually};
use edr_gateway::store::{self, StoreFound};

use super::failover::{SETTINGS, keeps_the_order, replayed, survives_the_death_of, until_said};
use super::pair::{Replicas, until};

async fn start() -> Replicas<RedisSentinels> {
    let redis = RedisSentinels::start(1).await;
    let url = redis.url();
    Replicas::over(redis, &url, &SETTINGS).await
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs redis-server: cargo verify"]
async fn a_fail_over_under_load_carries_nothing_out_twice() {
    let mut house = start().await;
    survives_the_death_of(&mut house, "a master with Sentinels", |redis| {
        &mut redis.servers[0]
    })
    .await;

    assert_eq!(house.redis.master().await, 1);
    // The old master comes back as a replica, and takes over again when the new one is gone.
    house.redis.servers[0].start_again().await;
    house.redis.servers[1].until_replicated("1").await;
    house.redis.servers[1].kill();
    assert_eq!(house.redis.until_master_is_not(1).await, 0);
    replayed(&house.other.soar(), "after", WS_042).await;
    let incidents = house.incidents();
    until(&house.one.soar(), "last", WS_042, 202).await;
    assert_eq!(house.incidents(), incidents + 1);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs redis-server: cargo verify"]
async fn a_master_that_only_its_sentinels_have_lost_is_given_up() {
    let house = start().await;
    until(&house.one.soar(), "first", WS_042, 202).await;
    let old = &house.redis.servers[0];
    old.until_replicated("1").await;

    // It lets them in no more. The gateways have a connection, and it would take what they write.
    assert_eq!(old.told(&["ACL", "DELUSER", "sentinel"]).await, "1");
    let new = house.redis.until_master_is_not(0).await;
    for gateway in [&house.one, &house.other] {
        until_said(gateway, "the Sentinels name another Redis by now").await;
    }

    assert!(old.is_master().await, "as far as it knows");
    until(&house.one.soar(), "second", WS_042, 202).await;
    replayed(&house.other.soar(), "second", WS_042).await;
    replayed(&house.other.soar(), "first", WS_042).await;
    // It may have been asked for a claim once more, by who had just heard another Sentinel; nothing
    // has left by its word.
    let settled = async |server: usize| {
        let server = &house.redis.servers[server];
        let keys = server.ask(&["KEYS", "{edr-gateway}:key:*"]).await;
        let mut settled = 0;
        for key in keys.expect("an answer") {
            let state = server.ask(&["HGET", &key, "state"]).await;
            settled += usize::from(state.expect("an answer") == ["settled"]);
        }
        settled
    };
    assert_eq!((settled(0).await, settled(new).await), (1, 2));
    assert_eq!(house.incidents(), 2);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs redis-server: cargo verify"]
async fn a_master_that_stood_still_and_comes_back_is_not_used() {
    let house = start().await;
    until(&house.one.soar(), "first", WS_042, 202).await;
    house.redis.servers[0].until_replicated("1").await;

    house.redis.servers[0].freeze();
    house.redis.until_master_is_not(0).await;
    until(&house.one.soar(), "second", WS_042, 202).await;
    house.redis.servers[0].thaw();
    for key in ["third", "fourth", "fifth"] {
        until(&house.one.soar(), key, WS_042, 202).await;
        replayed(&house.other.soar(), key, WS_042).await;
    }
    eventually("it has become a replica", || async {
        let is_master = house.redis.servers[0].is_master().await;
        (!is_master).then_some(())
    })
    .await;

    for key in ["first", "second", "third", "fourth", "fifth"] {
        replayed(&house.other.soar(), key, WS_042).await;
    }
    keeps_the_order(&house).await;
    assert_eq!(house.incidents(), 11);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs redis-server: cargo verify"]
async fn doctor_tells_what_the_sentinels_say_and_what_is_wrong() {
    let mut redis = RedisSentinels::start(1).await;
    let folder = tempfile::tempdir().expect("a folder");
    let url_file = folder.path().join("redis-url");
    let look = async |url: String| {
        std::fs::write(&url_file, url).expect("a file");
        store::inspect(&url_file, "edr-gateway").await
    };
    let whole = redis.url_of(
        "default:s3cr3t-of-redis",
        "mymaster?sentinel_password=s3cr3t-of-sentinels",
    );

    let careless = look(whole.clone()).await.expect("it answers");
    redis.servers[0]
        .told(&["CONFIG", "SET", "min-replicas-to-write", "1"])
        .await;
    let careful = look(whole.clone()).await.expect("it answers");
    let modest = look(redis.url()).await.expect("it answers");
    let server = redis.servers[0].addr();
    let sentinel = redis.sentinels[0].addr();
    let wrong = [
        (
            redis.url_of(
                "gateway:s3cr3t-of-gateway",
                "other?sentinel_password=s3cr3t-of-sentinels",
            ),
            "no group of the name",
        ),
        (
            redis.url_of(
                "gateway:s3cr3t-of-gateway",
                "mymaster?sentinel_password=s3cr3t",
            ),
            "no Sentinel can be asked",
        ),
        (
            redis.url_of("gateway:s3cr3t-of-gateway", "mymaster"),
            "does not answer as one",
        ),
        (
            redis.url_of(
                "gateway:s3cr3t",
                "mymaster?sentinel_password=s3cr3t-of-sentinels",
            ),
            "WRONGPASS",
        ),
        (
            format!("redis-sentinel://{server}/mymaster?sentinel_password=s3cr3t-of-redis"),
            "does not answer as one",
        ),
        (
            format!("redis://:s3cr3t-of-sentinels@{sentinel}"),
            "it is a Sentinel",
        ),
    ];
    let mut refused = Vec::new();
    for (url, why) in wrong {
        refused.push((look(url).await, why));
    }
    redis.sentinels[0].kill();
    let fewer = look(whole).await.expect("it answers");

    let sentinels = |answering| StoreFound::BySentinels {
        known: 3,
        answering,
        agreeing: answering,
    };
    assert_eq!((careless.replicas, careless.needs_replicas), (1, Some(0)));
    assert_eq!(
        (careful.found, careful.needs_replicas),
        (sentinels(3), Some(1))
    );
    assert_eq!((modest.found, modest.needs_replicas), (sentinels(3), None));
    assert_eq!(fewer.found, sentinels(2));
    for (found, why) in refused {
        let said = found.expect_err(why).to_string();
        assert!(said.contains(why), "{said}");
        assert!(
            !said.contains("s3cr3t") && !said.contains("127.0.0.1"),
            "{said}"
        );
    }
}
