//! What is too much is refused before anything is done, and nobody else suffers from it.

use acceptance::calls::ADD;
use acceptance::{Caller, House, Issuer, Reply, Token, WS_042, eventually};
use reqwest::Method;
use serde_json::json;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;

fn caller(house: &House, name: &str) -> Caller {
    let scopes = "tasks.create tasks.read hosts.read";
    house.caller_with(&Issuer::shared().sign(&Token::of(name, scopes)))
}

async fn until_metric(house: &House, series: &str, value: &str) {
    eventually("the metric shows it", || async {
        (house.metric(series).await == value).then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_ksc_fills_the_room_and_the_queue_and_no_more() {
    let house = House::with(&[
        ("limits.max_in_flight", "4"),
        ("backends.ksc.max_sessions", "2"),
    ])
    .await;
    let gate = house.sim.gate().clone();
    gate.hold_calls_to(ADD);
    let send = |name: &str, host: usize| {
        let caller = caller(&house, name);
        tokio::spawn(async move { caller.isolate(&format!("ws-{host:03}")).await })
    };

    let mut taken: Vec<_> = (1..=4).map(|host| send("first", host)).collect();
    until_metric(&house, "edr_gateway_admission_in_hand", "4").await;
    // Its own share is full: it is not put before others.
    let own = caller(&house, "first").isolate(WS_042).await.expect(429);
    taken.extend((1..=4).map(|host| send("second", host)));
    until_metric(&house, "edr_gateway_admission_waiting", "4").await;
    let third = caller(&house, "third");
    let refused = third.isolate(WS_042).await.expect(503);
    let read = third.get("/v1/tasks/ksc-42").await.expect(503);
    // Whoever runs the gateway sees all the same how it is.
    house.admin("/health/live").await.expect(200);
    house.admin("/health/ready").await.expect(200);
    assert_eq!(house.metric("edr_gateway_admission_in_hand").await, "4");
    gate.open();

    assert_eq!(own.code(), "rate_limited");
    for reply in [refused, read] {
        assert_eq!(reply.code(), "overloaded");
        assert_eq!(reply.json["retryable"], true);
        assert_ne!(reply.header("retry-after"), "");
    }
    for one in taken {
        one.await.expect("no panic").expect(202);
    }
    assert_eq!(house.sim.journal().count(ADD), 8);
    until_metric(&house, "edr_gateway_admission_in_hand", "0").await;
    assert_eq!(house.metric("edr_gateway_admission_waiting").await, "0");
    third.isolate(WS_042).await.expect(202);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn work_that_outlives_its_answer_still_counts() {
    let house = House::with(&[
        ("limits.max_in_flight", "1"),
        ("server.request_timeout", "1s"),
    ])
    .await;
    let gate = house.sim.gate().clone();
    gate.hold_calls_to(ADD);

    let first = caller(&house, "first").isolate(WS_042).await.expect(504);
    let in_hand = house.metric("edr_gateway_admission_in_hand").await;
    gate.open();
    until_metric(&house, "edr_gateway_admission_in_hand", "0").await;

    assert_eq!(first.code(), "outcome_unknown");
    assert_eq!(in_hand, "1");
    assert_eq!(house.sim.journal().incidents().len(), 1);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_waits_for_a_task_to_change_leaves_its_room_to_others() {
    let house = House::with(&[("limits.max_in_flight", "1")]).await;
    let soar = house.soar();
    let task = soar.isolate(WS_042).await.expect(202);
    let path = format!("/v1/tasks/{}", task.task_id());
    let waiting = {
        let request = soar.request(Method::GET, &path).header("prefer", "wait=60");
        tokio::spawn(Reply::of(request))
    };
    until_metric(&house, "edr_gateway_watchers", "1").await;

    caller(&house, "other").get(&path).await.expect(200);
    assert!(!waiting.is_finished());
    house.advance(std::time::Duration::from_mins(10)).await;

    waiting.await.expect("no panic").expect(200);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_caller_that_asks_too_often_is_told_when_it_may_again_and_others_go_on() {
    let house = House::with(&[("limits.requests_per_minute_per_caller", "5")]).await;
    let greedy = caller(&house, "greedy");
    // Whoever has no good token is not counted as anybody.
    for _ in 0..10 {
        house.stranger().get("/v1/whoami").await.expect(401);
    }

    let mut left = Vec::new();
    for _ in 0..5 {
        let reply = greedy.get("/v1/whoami").await.expect(200);
        assert_eq!(reply.header("ratelimit-policy"), "\"caller\";q=5;w=60");
        left.push(reply.header("ratelimit").to_owned());
    }
    let refused = greedy.isolate(WS_042).await.expect(429);

    assert!(left[0].starts_with("\"caller\";r=4;t="), "{left:?}");
    assert!(left[4].starts_with("\"caller\";r=0;t="), "{left:?}");
    assert_eq!(refused.code(), "rate_limited");
    let wait: u32 = refused.header("retry-after").parse().expect("seconds");
    assert!((1..=12).contains(&wait), "{wait}");
    assert!(refused.header("ratelimit").starts_with("\"caller\";r=0;t="));
    caller(&house, "modest").isolate(WS_042).await.expect(202);
    assert_eq!(house.sim.journal().count(ADD), 1);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_counts_as_its_requests_and_is_taken_whole_or_not() {
    let house = House::with(&[("limits.requests_per_minute_per_caller", "5")]).await;
    let soar = caller(&house, "soar");
    let batch = |count: usize| {
        let one = json!({"task": "isolateHost", "targetHost": "ws-042", "params": {"action": 1}});
        let body = json!({"tasks": vec![one; count]});
        Reply::of(soar.request(Method::POST, "/v1/tasks/batch").json(&body))
    };

    let taken = batch(3).await.expect(200);
    let refused = batch(3).await.expect(429);

    assert_eq!(taken.json["results"].as_array().map(Vec::len), Some(3));
    assert_eq!(refused.code(), "rate_limited");
    assert_eq!(house.sim.journal().count(ADD), 3);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_body_takes_the_room_of_many_before_it_is_read() {
    let house = House::with(&[("limits.max_in_flight", "200")]).await;
    let token = Issuer::shared().sign(&Token::of("large", "tasks.create"));
    for (length, weight) in [
        ("content-length: 100", "1"),
        ("content-length: 1048576", "5"),
        ("content-length: 16777216", "65"),
        // Nobody knows how large it will be.
        ("transfer-encoding: chunked", "65"),
    ] {
        // A body that is announced and does not come yet: what it takes is taken already.
        let mut stream = TcpStream::connect(house.addr())
            .await
            .expect("a connection");
        let head = format!(
            "POST /v1/tasks/iocScan HTTP/1.1\r\nhost: gateway\r\nauthorization: Bearer {token}\r\ncontent-type: application/json\r\n{length}\r\n\r\n"
        );
        stream.write_all(head.as_bytes()).await.expect("it is sent");
        until_metric(&house, "edr_gateway_admission_in_hand", weight).await;
        drop(stream);
        until_metric(&house, "edr_gateway_admission_in_hand", "0").await;
    }
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_of_more_than_a_minutes_worth_has_its_time_and_is_told_when() {
    let house = House::with(&[("limits.requests_per_minute_per_caller", "6")]).await;
    let batch = |name: &str, count: usize| {
        let one = json!({"task": "isolateHost", "targetHost": "ws-042", "params": {"action": 1}});
        let body = json!({"tasks": vec![one; count]});
        let caller = caller(&house, name);
        async move { Reply::of(caller.request(Method::POST, "/v1/tasks/batch").json(&body)).await }
    };

    let quiet = batch("quiet", 7).await;
    batch("busy", 3).await.expect(200);
    let busy = batch("busy", 7).await;

    quiet.expect(200);
    // Three are left, and all six are needed again, the one that is asked in included.
    let wait: u32 = busy
        .expect(429)
        .header("retry-after")
        .parse()
        .expect("seconds");
    assert!((31..=40).contains(&wait), "{wait}");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_takes_up_room_for_each_of_its_requests() {
    let house = House::with(&[("limits.max_in_flight", "4")]).await;
    let gate = house.sim.gate().clone();
    gate.hold_calls_to(ADD);
    let batch = |name: &str, count: usize| {
        let one = json!({"task": "isolateHost", "targetHost": "ws-042", "params": {"action": 1}});
        let body = json!({"tasks": vec![one; count]});
        let caller = caller(&house, name);
        tokio::spawn(async move {
            let request = caller.request(Method::POST, "/v1/tasks/batch");
            Reply::of(request.json(&body)).await
        })
    };

    let first = batch("first", 3);
    until_metric(&house, "edr_gateway_admission_in_hand", "3").await;
    let more = batch("first", 2).await.expect("no panic").expect(429);
    let others = [batch("second", 2), batch("third", 8)];
    until_metric(&house, "edr_gateway_admission_waiting", "2").await;
    gate.open();

    assert_eq!(more.code(), "rate_limited");
    for one in [first].into_iter().chain(others) {
        one.await.expect("no panic").expect(200);
    }
    assert_eq!(house.sim.journal().count(ADD), 13);
    until_metric(&house, "edr_gateway_admission_in_hand", "0").await;
    house.close().await;
}
