//! Who asked for a task is known to every replica, and never stands in the way of an action.

use std::time::Duration;

use acceptance::{Caller, Reply, WS_042, eventually};
use serde_json::{Value, json};

use super::pair::Replicas;

/// What is remembered of whoever asked.
const MEMBERS: [&str; 4] = ["caller", "comment", "externalId", "requestId"];

fn wanted(host: &str, case: &str) -> Value {
    json!({
        "task": "isolateHost", "targetHost": host, "params": {"action": 1},
        "comment": "seen twice", "externalId": case,
    })
}

fn asker(task: &Value) -> Vec<Value> {
    MEMBERS.iter().map(|it| task[*it].clone()).collect()
}

async fn list(caller: &Caller, query: &str) -> Reply {
    caller.get(&format!("/v1/tasks{query}")).await
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs redis-server: cargo verify"]
async fn another_replica_reads_who_asked() {
    let mut house = Replicas::start().await;
    let (one, other) = (house.one.soar(), house.other.soar());
    let keyed = one
        .post_once("/v1/tasks", "key", &wanted("ws-001", "case-1"))
        .await;
    let keyed = keyed.expect(202);
    let plain = one.post("/v1/tasks", &wanted("ws-002", "case-1")).await;
    let plain = plain.expect(202);
    house.until_kept("*:asker:*", 2).await;

    // It comes again, at a replica that has never heard of it.
    let again = other
        .post_once("/v1/tasks", "key", &wanted("ws-001", "case-1"))
        .await
        .expect(202);

    assert_eq!(asker(&again.json), asker(&keyed.json));
    for created in [&keyed, &plain] {
        assert_eq!(created.json["requestId"], created.request_id());
        let read = other.read(created).await.expect(200);
        assert_eq!(asker(&read.json), asker(&created.json), "{}", read.text);
    }
    for query in ["?externalId=case-1", "?caller=soar", ""] {
        let page = list(&other, query).await.expect(200);
        let tasks = page.json["tasks"].as_array().expect("tasks");
        let askers: Vec<Vec<Value>> = tasks.iter().map(asker).collect();
        assert_eq!(askers, [asker(&plain.json), asker(&keyed.json)], "{query}");
    }
    // What all replicas know outlives them all.
    house.one.terminate().await;
    house.other.terminate().await;
    house.one.start_again().await;
    house.one.until_ready().await;
    let read = house.one.soar().read(&keyed).await.expect(200);
    assert_eq!(asker(&read.json), asker(&keyed.json));
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs redis-server: cargo verify"]
async fn nothing_of_it_stays_for_good() {
    const LIVES: &str = "local lives = {}
        for _, kind in ipairs({ 'asker', 'case' }) do
          for _, key in ipairs(redis.call('KEYS', '{*}:' .. kind .. ':*')) do
            table.insert(lives, redis.call('PTTL', key))
          end
        end
        table.sort(lives)
        if #lives ~= 3 or lives[1] < 29 * 86400000 or lives[3] > 30 * 86400000 then return 0 end
        return 1";
    let house = Replicas::start().await;
    for host in ["ws-001", "ws-002"] {
        let body = wanted(host, "case-1");
        house.one.soar().post("/v1/tasks", &body).await.expect(202);
    }

    house.until_kept("*:asker:*", 2).await;

    let lives = house.redis.ask(&["EVAL", LIVES, "0"]).await;
    assert_eq!(lives.as_deref(), Some(":1"));
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs redis-server: cargo verify"]
async fn with_redis_away_tasks_are_read_without_it_and_nothing_is_found_by_it() {
    let mut house = Replicas::start().await;
    let (one, other) = (house.one.soar(), house.other.soar());
    let created = one.post("/v1/tasks", &wanted(WS_042, "case-1")).await;
    let created = created.expect(202);
    house.until_kept("*:asker:*", 1).await;

    house.redis.kill();

    let read = other.read(&created).await.expect(200);
    assert_eq!(asker(&read.json), vec![Value::Null; 4], "{}", read.text);
    let all = list(&other, "").await.expect(200);
    assert_eq!(all.json["tasks"][0]["id"], created.json["id"]);
    assert_eq!(asker(&all.json["tasks"][0]), vec![Value::Null; 4]);
    // Its own replica knows it by itself.
    let read = one.read(&created).await.expect(200);
    assert_eq!(asker(&read.json), asker(&created.json));
    // That nothing is found would prove nothing.
    for query in ["?externalId=case-1", "?caller=soar"] {
        let refused = list(&other, query).await.expect(503);
        assert_eq!(refused.code(), "store_unavailable", "{query}");
        assert_eq!(refused.json["retryable"], true);
    }
    house.redis.start_again().await;
    eventually("it is known again", || async {
        let page = list(&other, "?externalId=case-1").await;
        (page.status == 200 && asker(&page.json["tasks"][0]) == asker(&created.json)).then_some(())
    })
    .await;
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs redis-server: cargo verify"]
async fn a_redis_that_hangs_keeps_no_reader_waiting() {
    let house = Replicas::start().await;
    let soar = house.one.soar();
    let created = soar.post("/v1/tasks", &wanted(WS_042, "case-1")).await;
    let created = created.expect(202);
    house.until_kept("*:asker:*", 1).await;

    house.redis.freeze();
    let other = house.other.soar();
    let read = tokio::time::timeout(Duration::from_secs(10), other.read(&created)).await;
    house.redis.thaw();

    read.expect("it does not wait for Redis").expect(200);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs redis-server: cargo verify"]
async fn what_redis_could_not_be_told_it_is_told_when_it_is_back() {
    let mut house = Replicas::with(&[("idempotency.store_policy", "local")]).await;
    house.redis.kill();
    let soar = house.one.soar();
    let keyed = soar
        .post_once("/v1/tasks", "key", &wanted("ws-001", "case-1"))
        .await;
    let keyed = keyed.expect(202);
    let plain = soar.post("/v1/tasks", &wanted("ws-002", "case-1")).await;
    let plain = plain.expect(202);

    house.redis.start_again().await;

    house.until_kept("*:asker:*", 2).await;
    for created in [keyed, plain] {
        let read = house.other.soar().read(&created).await.expect(200);
        assert_eq!(asker(&read.json), asker(&created.json), "{}", read.text);
    }
    let text = house.one.admin("/metrics").await.text;
    assert!(text.contains("edr_gateway_askers_lost_total 0"), "{text}");
    house.close().await;
}
