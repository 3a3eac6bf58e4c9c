//! Several ways to one Central Node: in their order, and on for the right reasons only.

use kata::{
    Delivery, Error, GetIsolation, Isolation, IsolationSeconds, Kind, PutIsolation, SensorId,
    Settings,
};
use serde_json::json;
use trust::Trust;

use crate::identity::{BOTH, Identity};
use crate::server::{Answer, Heard, SHORT, SYSTEM, Server, Takes, client, closed_port, settings};

fn host() -> SensorId {
    SensorId::new("a").unwrap()
}

fn question() -> GetIsolation {
    GetIsolation { host: host() }
}

fn isolate() -> PutIsolation {
    PutIsolation {
        host: host(),
        lasts: IsolationSeconds::LEAST,
        exclusions: Vec::new(),
        replaces: None,
    }
}

/// Two servers behind one pin.
async fn two(
    first: impl Fn(&Heard, usize) -> Answer + Send + Sync + 'static,
    second: impl Fn(&Heard, usize) -> Answer + Send + Sync + 'static,
) -> (Server, Server, Settings) {
    let identity = Identity::like_kaspersky();
    let twin = identity.twin();
    let pin = identity.pin();
    let first = Server::start_as(identity, BOTH, Takes::Anybody, first).await;
    let second = Server::start_as(twin, BOTH, Takes::Anybody, second).await;
    let settings = Settings {
        request_timeout: SHORT,
        ..settings(vec![first.url(), second.url()], pin)
    };
    (first, second, settings)
}

fn dead(port: u16) -> url::Url {
    format!("https://127.0.0.1:{port}").parse().unwrap()
}

#[tokio::test]
async fn the_first_that_works_is_kept() {
    let server = Server::saying(Answer::not_found()).await;
    let endpoints = vec![dead(closed_port().await), server.url()];
    let client = client(settings(endpoints, server.identity.pin()));
    assert_eq!(client.status().endpoint, 0);

    let outcome = client.call(&question(), "x").await.unwrap();

    assert_eq!(
        (outcome.found, outcome.endpoint),
        (Isolation::NoRuleOrHost, 1)
    );
    assert_eq!(client.status().endpoint, 1);
}

#[tokio::test]
async fn an_order_that_nobody_took_goes_to_the_next_without_a_look() {
    let server = Server::saying(Answer::status(204, "")).await;
    let endpoints = vec![dead(closed_port().await), server.url()];
    let client = client(settings(endpoints, server.identity.pin()));

    let outcome = client.call(&isolate(), "x").await.unwrap();

    assert!(!outcome.repeated && !outcome.read_back);
    assert_eq!(server.story(), ["POST settings"]);
}

#[tokio::test]
async fn a_question_moves_on_from_who_is_out_of_service_and_from_nobody_else() {
    for (answer, moves_on) in [
        (Answer::status(502, ""), true),
        (Answer::status(503, ""), true),
        (Answer::status(504, ""), true),
        (Answer::stall(), true),
        (Answer::close(), true),
        (Answer::status(500, ""), false),
        (Answer::status(400, ""), false),
        (Answer::status(403, ""), false),
        (Answer::status(302, ""), false),
        (Answer::status(418, ""), false),
        (Answer::unauthorised(), false),
        (Answer::status(429, ""), false),
    ] {
        let (said, yes) = (answer.clone(), |_: &Heard, _| Answer::not_found());
        let (first, second, settings) = two(move |_, _| said.clone(), yes).await;

        let outcome = client(settings).call(&question(), "x").await;

        assert_eq!(outcome.is_ok(), moves_on, "{answer:?}: {outcome:?}");
        assert_eq!(second.heard().len(), usize::from(moves_on), "{answer:?}");
        assert_eq!(first.heard().len(), 1);
    }
}

#[tokio::test]
async fn a_lost_order_is_looked_up_at_the_next_and_sent_there() {
    let (first, second, settings) = two(
        |_, _| Answer::stall(),
        |heard, _| match heard.method.as_str() {
            "GET" => Answer::not_found(),
            _ => Answer::status(200, ""),
        },
    )
    .await;
    let client = client(settings);

    let outcome = client.call(&isolate(), "x").await.unwrap();

    assert!(outcome.repeated);
    assert_eq!(outcome.endpoint, 1);
    assert_eq!(first.story(), ["POST settings"]);
    assert_eq!(second.story(), ["GET settings", "POST settings"]);
}

#[tokio::test]
async fn a_lost_order_that_stands_is_found_at_the_next() {
    let rule = json!({"autoTurnoffTimeoutInSec": 3600, "excludedRules": []});
    let (first, second, settings) =
        two(|_, _| Answer::stall(), move |_, _| Answer::json(&rule)).await;

    let outcome = client(settings).call(&isolate(), "x").await.unwrap();

    assert!(outcome.read_back && !outcome.repeated);
    assert_eq!(
        (first.heard().len(), second.story()),
        (1, vec!["GET settings".to_owned()])
    );
}

#[tokio::test]
async fn nobody_anywhere_is_not_sent() {
    let endpoints = vec![dead(closed_port().await), dead(closed_port().await)];
    let client = client(settings(endpoints, Identity::like_kaspersky().pin()));

    for error in [
        client.call(&question(), "x").await.map(drop).unwrap_err(),
        client.call(&isolate(), "x").await.map(drop).unwrap_err(),
    ] {
        assert!(matches!(error, Error::Connect { .. }), "{error:?}");
        let words = format!("{error} {error:?}");
        assert!(!words.contains(SYSTEM), "{words}");
        assert_eq!(
            (error.delivery(), error.kind()),
            (Delivery::NotSent, Kind::Unavailable)
        );
    }
}

#[tokio::test]
async fn an_order_that_was_lost_before_nobody_was_left_is_unknown() {
    let server = Server::start(|heard, _| match heard.method.as_str() {
        "GET" => Answer::not_found(),
        _ => Answer::close(),
    })
    .await;
    let endpoints = vec![server.url(), dead(closed_port().await)];
    let client = client(settings(endpoints, server.identity.pin()));

    let error = client.call(&isolate(), "x").await.unwrap_err();

    let Error::Unconfirmed {
        order,
        after: Some(after),
    } = &error
    else {
        panic!("{error:?}");
    };
    assert!(matches!(**order, Error::Lost { .. }), "{order:?}");
    assert!(matches!(**after, Error::Connect { .. }), "{after:?}");
    assert_eq!(error.delivery(), Delivery::Unknown);
}

#[tokio::test]
async fn an_impostor_is_told_nothing_and_passed_by() {
    let impostor = Server::saying(Answer::status(200, "")).await;
    let real = Server::saying(Answer::status(200, "")).await;
    let endpoints = vec![impostor.url(), real.url()];
    let client = client(settings(endpoints, real.identity.pin()));

    client.call(&isolate(), "x").await.unwrap();

    assert!(impostor.heard().is_empty());
    assert_eq!(real.heard().len(), 1);
}

#[tokio::test]
async fn settings_that_cannot_work_are_refused_before_anything_is_sent() {
    let refused = |endpoint: &str| {
        let settings = settings(vec![endpoint.parse().unwrap()], Trust::SystemRoots);
        settings.check().unwrap_err().to_string()
    };
    for (endpoint, reason) in [
        ("http://kata.example", "https"),
        ("https://u:p@kata.example", "password"),
        ("https://kata.example/?x=1", "query"),
    ] {
        let words = refused(endpoint);
        assert!(words.contains(reason) && !words.contains("u:p"), "{words}");
    }
    assert!(settings(Vec::new(), Trust::SystemRoots).check().is_err());
    for requests_per_second in [0, 1001] {
        let settings = Settings {
            requests_per_second,
            ..settings(vec![dead(1)], Trust::SystemRoots)
        };
        assert!(settings.check().is_err());
    }
}

#[tokio::test]
async fn the_path_of_an_endpoint_is_kept() {
    let server = Server::saying(Answer::not_found()).await;
    let endpoint = format!("{}x/y/", server.url()).parse().unwrap();
    let client = client(settings(vec![endpoint], server.identity.pin()));

    // The server of these tests does not know such a path: what counts is what was asked.
    client.call(&question(), "x").await.unwrap();

    assert!(
        server.heard()[0]
            .target
            .starts_with("/x/y/kata/response_api/v1/")
    );
}
