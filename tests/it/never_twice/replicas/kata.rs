//! Orders to a Central Node from several replicas: once, in turn, and remembered by all.

use std::sync::Arc;
use std::time::Duration;

use acceptance::{House, RedisServer, at, eventually, isolation, release};
use edr_gateway::clock::Clock;
use edr_gateway::metrics::Metrics;
use edr_gateway::store::{Knowledge, RequestAmong, Store, StoreSettings, StoreTimes, TaskNote};
use kata_simulator::{Fault, FaultKind};
use vocabulary::task_id::{Alias, TaskId};

/// A house with a Central Node, and a store that replicas share.
async fn house(redis: &RedisServer, folder: &std::path::Path) -> House {
    let url = redis.url_file(folder).display().to_string();
    House::with_central_node(&[
        ("idempotency.store", "redis"),
        ("idempotency.redis_url_file", url.as_str()),
    ])
    .await
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs redis-server: cargo verify"]
async fn an_order_is_given_once_and_known_to_a_replica_that_never_saw_it() {
    let redis = RedisServer::start().await;
    let folder = tempfile::tempdir().expect("a folder");
    let house = house(&redis, folder.path()).await;
    let other = house.replica().await;
    let body = at("kata", isolation("srv-db-01"));
    let path = "/v1/tasks/isolateHost";

    let first = house.soar().post_once(path, "key-1", &body).await;
    let first = first.expect(202);
    let second = other.soar().post_once(path, "key-1", &body).await;
    let second = second.expect(202);

    assert_eq!(first.json["id"], second.json["id"]);
    assert_eq!(house.isolation_changes(), 1);
    let location = first.header("location").to_owned();
    let found = eventually("the other replica knows it", || async {
        let found = other.soar().get(&location).await;
        (found.status == 200).then_some(found)
    })
    .await;
    assert_eq!(found.json["state"], "pending", "{}", found.text);
    let listed = other.soar().get("/v1/tasks?backend=kata").await.expect(200);
    assert_eq!(listed.json["tasks"].as_array().map(Vec::len), Some(1));

    // What one has seen to its end, the other one does not see anew.
    house.advance(Duration::from_mins(16)).await;
    other.advance(Duration::from_mins(16));
    let over = house.read(&first).await;
    assert_eq!(over.json["state"], "unconfirmed", "{}", over.text);
    let released = other
        .soar()
        .post(path, &at("kata", release("srv-db-01")))
        .await;
    released.expect(202);
    let still = eventually("the other replica has heard of it", || async {
        let found = other.soar().get(&location).await.expect(200);
        (found.json["terminal"] == true).then_some(found)
    })
    .await;
    assert_eq!(still.json["state"], "unconfirmed", "{}", still.text);
    other.close().await;
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs redis-server: cargo verify"]
async fn orders_for_one_host_are_given_one_after_another_whoever_gives_them() {
    let redis = RedisServer::start().await;
    let folder = tempfile::tempdir().expect("a folder");
    let house = house(&redis, folder.path()).await;
    let other = house.replica().await;
    let path = "/v1/tasks/isolateHost";
    let gate = house.kata().gate();
    gate.hold_calls_to("POST settings/network_isolation");

    let first = {
        let soar = house.soar();
        let body = at("kata", isolation("srv-db-01"));
        tokio::spawn(async move { soar.post(path, &body).await })
    };
    gate.wait_until_waiting(1).await;
    let second = {
        let soar = other.soar();
        let body = at("kata", release("srv-db-01"));
        tokio::spawn(async move { soar.post(path, &body).await })
    };
    gate.open();

    first.await.expect("it ends").expect(202);
    second.await.expect("it ends").expect(202);
    let sensor = house.kata().sensor("srv-db-01");
    assert_eq!(house.kata().device(&sensor).isolated_until, None);
    assert_eq!(house.isolation_changes(), 2);
    other.close().await;
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs redis-server: cargo verify"]
async fn an_isolation_of_unknown_fate_does_not_undo_a_release_by_another_replica() {
    released_by_another(Duration::ZERO).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs redis-server: cargo verify"]
async fn nor_one_by_a_replica_whose_clock_is_an_hour_behind() {
    released_by_another(Duration::from_hours(1)).await;
}

/// One replica isolates a host and does not hear what became of it, another one releases the host;
/// the first one's clock is ahead.
async fn released_by_another(ahead: Duration) {
    let redis = RedisServer::start().await;
    let folder = tempfile::tempdir().expect("a folder");
    let house = house(&redis, folder.path()).await;
    let other = house.replica().await;
    house.advance(ahead).await;
    let path = "/v1/tasks/isolateHost";
    let isolation = at("kata", isolation("srv-db-01"));
    let faults = house.kata().faults();
    // It takes effect, its answer is lost, and so is every look for it.
    let lost = Fault::on(
        "POST settings/network_isolation",
        FaultKind::ProcessThenDrop,
    );
    let gate = house.kata().way_out();
    gate.hold_calls_to("GET settings/network_isolation");
    let unknown = {
        let (soar, body) = (house.soar(), isolation.clone());
        tokio::spawn(async move { soar.post_once(path, "key-1", &body).await })
    };
    gate.wait_until_waiting(1).await;
    faults.push(lost);
    let blind = Fault::on("GET settings/network_isolation", FaultKind::status(503));
    faults.push(blind.forever());
    gate.open();
    let unknown = unknown.await.expect("it ends").expect(504);
    assert_eq!(unknown.code(), "outcome_unknown");
    faults.clear();

    let release = at("kata", release("srv-db-01"));
    other.soar().post(path, &release).await.expect(202);
    house.advance(Duration::from_mins(2)).await;
    let again = house.soar().post_once(path, "key-1", &isolation).await;

    assert_eq!(again.expect(504).code(), "outcome_unknown");
    assert_eq!(house.isolation_changes(), 2);
    let sensor = house.kata().sensor("srv-db-01");
    assert_eq!(house.kata().device(&sensor).isolated_until, None);
    other.close().await;
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs redis-server: cargo verify"]
async fn what_is_known_of_a_task_is_not_replaced_by_what_was_known_before() {
    let redis = RedisServer::start().await;
    let folder = tempfile::tempdir().expect("a folder");
    let second = Duration::from_secs(1);
    let settings = StoreSettings {
        url_file: redis.url_file(folder.path()),
        prefix: "edr-gateway".to_owned(),
        times: StoreTimes {
            life: second,
            claim_for: second,
            turn_for: second,
        },
        ttl: second,
    };
    let store = Store::new(settings, Clock::system(), Arc::new(Metrics::new()));
    let alias = Alias::parse("kata").expect("an alias");
    let id = TaskId::of(&alias, "5f2c1c4e-3a0d-4c86-9a55-0c1de4b0a7f1").expect("an id");

    for (text, knows, kept) in [
        ("sent", Knowledge::Doubted, "sent"),
        ("sent again", Knowledge::Doubted, "sent again"),
        ("runs", Knowledge::There, "runs"),
        ("sent", Knowledge::Doubted, "runs"),
        ("removed", Knowledge::Removed, "removed"),
        ("runs", Knowledge::There, "removed"),
        ("over", Knowledge::Over, "over"),
        ("runs", Knowledge::There, "over"),
        ("over for good", Knowledge::Over, "over for good"),
    ] {
        let note = TaskNote {
            text: text.to_owned(),
            knows,
            life: Duration::from_mins(1),
        };
        let among = RequestAmong {
            name: "orders".to_owned(),
            text: "one".to_owned(),
            place: 1,
            life: Duration::from_mins(1),
            most: 10,
        };
        store.remember(&id, note, among).await.expect("it is there");

        let told = store.recall(&id).await.expect("it is there");
        assert_eq!(told.as_deref(), Some(kept), "{text}");
    }
}
