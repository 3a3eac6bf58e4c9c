//! The processes that other tests rely on: the gateway's own binary, and a real Redis.

use std::time::Duration;

use acceptance::{Program, RedisServer, WS_042, ksc_in_real_time};

#[tokio::test(flavor = "multi_thread")]
async fn the_binary_serves_ends_in_order_and_can_be_started_again() {
    let sim = ksc_in_real_time(1.0).await;
    let mut gateway = Program::start(&sim, Vec::new()).await;
    gateway.until_ready().await;

    let first = gateway.soar().isolate(WS_042).await.expect(202);
    let status = gateway.terminate().await;
    gateway.start_again().await;
    gateway.until_ready().await;
    let path = format!("/v1/tasks/{}", first.task_id());
    let read = gateway.soar().get(&path).await.expect(200);
    let again = gateway.terminate().await;

    assert!(status.success(), "{status}");
    assert!(again.success(), "{again}");
    assert_eq!(read.json["incident"], first.json["incident"]);
    assert_eq!(sim.journal().incidents().len(), 1);
    sim.verdict().expect("nothing is left open");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_start_that_goes_well_is_one_line_of_the_log() {
    let sim = ksc_in_real_time(1.0).await;
    let mut gateway = Program::start(&sim, Vec::new()).await;
    gateway.until_ready().await;

    let said = gateway.log();
    gateway.terminate().await;

    let [line] = said.as_slice() else {
        panic!("{said:#?}");
    };
    for text in [
        "\"listening\"",
        "\"version\"",
        "\"backends\":\"ksc\"",
        "\"listen.api\"",
    ] {
        assert!(line.contains(text), "{text}: {line}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_binary_is_gone_and_a_frozen_one_goes_on() {
    let sim = ksc_in_real_time(1.0).await;
    let mut gateway = Program::start(&sim, Vec::new()).await;
    gateway.until_ready().await;
    let soar = gateway.soar();

    gateway.freeze();
    let frozen = tokio::time::timeout(Duration::from_millis(200), soar.get("/v1/whoami")).await;
    gateway.thaw();
    let answer = soar.get("/v1/whoami").await;
    gateway.kill();

    assert!(frozen.is_err(), "it answered while it stood still");
    assert_eq!(answer.status, 200);
    assert_eq!(gateway.ended().and_then(|it| it.code()), None);
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs redis-server: cargo verify"]
async fn a_redis_keeps_what_it_acknowledged_over_its_sudden_death() {
    let mut redis = RedisServer::with_password("hunter2").await;

    let set = redis.ask(&["SET", "a", "1"]).await;
    redis.kill();
    let dead = redis.ask(&["PING"]).await;
    redis.start_again().await;
    let kept = redis.ask(&["EXISTS", "a"]).await;
    redis.stop().await;
    redis.start_empty().await;
    let forgotten = redis.ask(&["EXISTS", "a"]).await;

    assert_eq!(set.as_deref(), Some("+OK"));
    assert_eq!(dead, None);
    assert_eq!(kept.as_deref(), Some(":1"));
    assert_eq!(forgotten.as_deref(), Some(":0"));
}
