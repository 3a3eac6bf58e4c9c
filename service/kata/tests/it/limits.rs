//! How much, how long, how fast; and what a call that is given up leaves behind.

use std::sync::Arc;
use std::time::Duration;

use kata::{
    Delivery, Error, GetIsolation, GetPrevention, Isolation, IsolationSeconds, Kind, ListSensors,
    PutIsolation, Scope, SensorId, Settings,
};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use crate::server::{Answer, PATIENCE, SHORT, Server, client};

fn host() -> SensorId {
    SensorId::new("a").unwrap()
}

fn question() -> GetIsolation {
    GetIsolation { host: host() }
}

#[tokio::test]
async fn a_body_without_an_end_is_not_read_to_it() {
    let server = Server::saying(Answer::Endless(200)).await;

    let error = server.client().call(&question(), "x").await.unwrap_err();

    assert!(
        matches!(error, Error::TooLarge { limit: 1_048_576 }),
        "{error:?}"
    );
    assert_eq!(
        (error.delivery(), error.kind()),
        (Delivery::Unknown, Kind::Protocol)
    );
    let error = server
        .client()
        .call(&GetPrevention { scope: Scope::All }, "x")
        .await
        .unwrap_err();
    assert!(
        matches!(error, Error::TooLarge { limit: 8_388_608 }),
        "{error:?}"
    );
}

#[tokio::test]
async fn a_body_that_is_announced_too_long_is_not_read_at_all() {
    let head = "HTTP/1.1 200 X\r\nContent-Length: 67108865\r\n\r\n";
    let server = Server::saying(Answer::BytesThenStall(head.into())).await;

    let error = server
        .client()
        .call(&ListSensors::default(), "x")
        .await
        .unwrap_err();

    assert!(
        matches!(error, Error::TooLarge { limit: 67_108_864 }),
        "{error:?}"
    );
}

#[tokio::test]
async fn a_failure_without_an_end_is_known_by_its_status() {
    let server = Server::saying(Answer::Endless(400)).await;

    let error = server.client().call(&question(), "x").await.unwrap_err();

    let Error::Refused { status: 400, body } = error else {
        panic!("{error:?}");
    };
    assert_eq!(body.as_str(), "x".repeat(4096));
}

#[tokio::test]
async fn the_time_limit_covers_the_body() {
    let head = b"HTTP/1.1 200 X\r\nContent-Length: 10\r\n\r\n[".to_vec();
    let server = Server::saying(Answer::BytesThenStall(head)).await;

    let error = server.impatient().call(&question(), "x").await.unwrap_err();

    assert!(matches!(error, Error::Timeout), "{error:?}");
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let other = Server::saying(Answer::not_found()).await;
    for status in [301, 302, 303, 307, 308] {
        let location = format!(
            "Location: {}kata/response_api/v1/x/settings\r\n",
            other.url()
        );
        let server = Server::saying(Answer::with(status, &location, "")).await;

        let error = server.client().call(&question(), "x").await.unwrap_err();

        assert!(matches!(error, Error::Unreadable { .. }), "{error:?}");
    }
    assert!(other.heard().is_empty());
}

#[tokio::test]
async fn what_an_answer_calls_itself_does_not_count() {
    let rule = json!([{"autoTurnoffTimeoutInSec": 3600}]).to_string();
    for kind in [
        "text/html",
        "application/octet-stream",
        "application/json; charset=x",
    ] {
        let header = format!("Content-Type: {kind}\r\n");
        let json = Server::saying(Answer::with(200, &header, &rule)).await;
        let html = Server::saying(Answer::with(200, &header, "<html></html>")).await;

        let read = json.client().call(&question(), "x").await.unwrap();
        let unread = html.client().call(&question(), "x").await.unwrap();

        assert!(matches!(read.found, Isolation::Rule(_)), "{kind}");
        assert!(matches!(unread.found, Isolation::Unknown(_)), "{kind}");
    }
}

#[tokio::test]
async fn a_list_of_many_hosts_is_read() {
    let row = |at: usize| json!({"sensorId": format!("host-{at}"), "hostIp": "192.0.2.1"});
    let rows: Vec<Value> = (0..20_000).map(row).collect();
    let server = Server::saying(Answer::json(&json!({"sensors": rows}))).await;

    let list = server
        .client()
        .call(&ListSensors::default(), "x")
        .await
        .unwrap();

    assert_eq!(list.found.hosts.len(), 20_000);
    assert_eq!(list.found.hosts[19_999].id.as_str(), "host-19999");
}

#[tokio::test]
async fn a_list_that_breaks_off_is_no_shorter_list() {
    let body = r#"{"sensors":[{"sensorId":"a"},{"sensorId":"b"}]}"#;
    let head = format!("HTTP/1.1 200 X\r\nContent-Length: {}\r\n\r\n", body.len());
    for cut in [0, 1, 13, 29, 45, body.len() - 1] {
        let bytes = format!("{head}{}", &body[..cut]).into_bytes();
        let ends = Server::saying(Answer::BytesThenClose(bytes.clone())).await;
        let error = ends.client().call(&ListSensors::default(), "x").await;
        assert!(matches!(error, Err(Error::Lost { .. })), "{cut}: {error:?}");
    }
    let bytes = format!("{head}{}", &body[..29]).into_bytes();
    let stalls = Server::saying(Answer::BytesThenStall(bytes)).await;
    let error = stalls.impatient().call(&ListSensors::default(), "x").await;
    assert!(matches!(error, Err(Error::Timeout)), "{error:?}");
}

#[tokio::test]
async fn a_list_that_is_none_is_given_up_as_soon_as_that_is_seen() {
    let server = Server::saying(Answer::Endless(200)).await;

    let error = server
        .client()
        .call(&ListSensors::default(), "x")
        .await
        .unwrap_err();

    let Error::Unreadable { status: 200, body } = error else {
        panic!("{error:?}");
    };
    assert_eq!(body.as_str(), "x".repeat(4096));
}

#[tokio::test]
async fn after_429_nothing_is_sent_for_as_long_as_it_says() {
    for (headers, least, most) in [
        ("Retry-After: 100\r\n", 90, 100),
        ("", 1, 5),
        ("Retry-After: 100000\r\n", 290, 300),
        (
            "Date: Sun, 29 Nov 2026 15:00:00 GMT\r\nRetry-After: Sun, 29 Nov 2026 15:01:40 GMT\r\n",
            90,
            100,
        ),
    ] {
        let server = Server::saying(Answer::with(429, headers, "")).await;
        let client = server.client();

        let first = client.call(&question(), "x").await.unwrap_err();
        let second = client.call(&question(), "x").await.unwrap_err();

        assert_eq!(first.delivery(), Delivery::Refused);
        assert_eq!(second.delivery(), Delivery::NotSent);
        for error in [first, second] {
            assert_eq!(error.kind(), Kind::Throttled);
            let wait = error.retry_after().unwrap();
            let expected = Duration::from_secs(least)..=Duration::from_secs(most);
            assert!(expected.contains(&wait), "{headers} {wait:?}");
        }
        assert_eq!(server.heard().len(), 1);
        assert!(client.status().throttled_for.is_some());
    }
}

#[tokio::test]
async fn out_of_service_says_when_it_will_be_back() {
    let server = Server::saying(Answer::with(503, "Retry-After: 7\r\n", "")).await;

    let error = server.client().call(&question(), "x").await.unwrap_err();

    assert_eq!(error.retry_after(), Some(Duration::from_secs(7)));
    assert_eq!(error.kind(), Kind::Unavailable);
}

#[tokio::test]
async fn who_would_wait_too_long_for_a_turn_is_told_so() {
    let server = Server::saying(Answer::not_found()).await;
    // Each waits a second longer than the one before it, and at most as long as an exchange lasts.
    let client = Arc::new(client(Settings {
        requests_per_second: 1,
        request_timeout: PATIENCE,
        ..server.settings()
    }));
    let mut calls = JoinSet::new();
    for _ in 0..100 {
        let client = Arc::clone(&client);
        calls.spawn(async move { client.call(&question(), "x").await.map(drop) });
    }

    let error = loop {
        if let Err(error) = calls.join_next().await.unwrap().unwrap() {
            break error;
        }
    };

    assert!(matches!(error, Error::Busy { .. }), "{error:?}");
    assert_eq!(
        (error.delivery(), error.kind()),
        (Delivery::NotSent, Kind::Throttled)
    );
    assert!(error.retry_after().unwrap() > PATIENCE);
}

#[tokio::test]
async fn a_call_that_is_given_up_leaves_the_client_as_it_was() {
    let server = Server::start(|heard, _| match heard.method.as_str() {
        "POST" => Answer::stall(),
        _ => Answer::not_found(),
    })
    .await;
    let client = server.client();
    let order = PutIsolation {
        host: host(),
        lasts: IsolationSeconds::LEAST,
        exclusions: Vec::new(),
        replaces: None,
    };

    for given_up in 1..=5 {
        tokio::select! {
            biased;
            outcome = client.call(&order, "x") => panic!("{outcome:?}"),
            () = server.until_heard(given_up) => {}
        }
    }

    let outcome = client.call(&question(), "x").await.unwrap();
    assert_eq!(outcome.found, Isolation::NoRuleOrHost);
}

#[tokio::test]
async fn many_calls_at_once_are_each_answered_their_own() {
    let server = Server::start(|heard, _| {
        let host = heard.target.split("sensor_id=host").nth(1).unwrap();
        let number: u64 = host.split('&').next().unwrap().parse().unwrap();
        Answer::json(&json!([{"autoTurnoffTimeoutInSec": number}]))
    })
    .await;
    let client = Arc::new(server.client());

    let mut calls = JoinSet::new();
    for number in 0..50_u64 {
        let client = Arc::clone(&client);
        calls.spawn(async move {
            let host = SensorId::new(format!("host{number}")).unwrap();
            let outcome = client.call(&GetIsolation { host }, "x").await.unwrap();
            let Isolation::Rule(rule) = outcome.found else {
                panic!("a rule");
            };
            assert_eq!(rule.seconds, Some(number));
        });
    }

    calls.join_all().await;
    assert_eq!(server.heard().len(), 50);
}

#[tokio::test]
async fn a_connection_that_ends_behind_an_answer_costs_nobody_anything() {
    let end = Answer::not_found();
    let Answer::Bytes(bytes) = end else {
        unreachable!("it is whole")
    };
    let server = Server::saying(Answer::BytesThenClose(bytes)).await;
    let client = server.client();

    for _ in 0..20 {
        client.call(&question(), "x").await.unwrap();
    }
}

/// The proxy is asked for a way to the server, and hears nothing of what goes there.
#[tokio::test]
async fn a_proxy_is_used_where_one_is_set() {
    let server = Server::saying(Answer::not_found()).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let proxy = format!("http://{}", listener.local_addr().unwrap());
    let client = client(Settings {
        proxy: Some(proxy.parse().unwrap()),
        request_timeout: PATIENCE,
        connection_timeout: SHORT * 10,
        ..server.settings()
    });
    let asked = async {
        let (stream, _) = listener.accept().await.unwrap();
        let mut line = String::new();
        BufReader::new(stream).read_line(&mut line).await.unwrap();
        line
    };

    let question = question();
    let (outcome, asked) = tokio::join!(client.call(&question, "x"), asked);

    assert!(outcome.is_err(), "the proxy has hung up");
    assert_eq!(
        asked,
        format!("CONNECT 127.0.0.1:{} HTTP/1.1\r\n", server.port)
    );
    assert!(server.heard().is_empty());
}
