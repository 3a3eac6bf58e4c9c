//! Which connection a call goes out on: its session's own, as long as that certainly stands.

use std::sync::Arc;
use std::time::Duration;

use ksc::{AddIncident, Call, Pool, Settings, UpdateIncident};
use serde_json::json;

use crate::incident::{add_incident, update_incident};
use crate::server::{Answer, Heard, Server, session_calls};

/// A server that says yes to everything.
async fn server() -> Server {
    Server::start(|heard, before| session_calls(heard, before).unwrap_or_else(yes)).await
}

fn yes() -> Answer {
    Answer::json(&json!({"PxgRetVal": 42}))
}

fn pool(server: &Server, proven_for: Duration) -> Arc<Pool> {
    let settings = Settings {
        proven_for,
        ..server.settings()
    };
    Pool::new(settings, Arc::new(ksc::NoObserver)).unwrap()
}

/// The connections that a method's calls came over.
fn connections(server: &Server, method: &str) -> Vec<usize> {
    let heard = server.heard_of(method);
    heard.iter().map(|heard| heard.connection).collect()
}

#[tokio::test]
async fn a_session_and_its_calls_share_one_connection() {
    let server = server().await;
    let mut lease = pool(&server, Duration::from_secs(60))
        .lease()
        .await
        .unwrap();

    for _ in 0..2 {
        lease.prove().await.unwrap();
        lease.call_once(&add_incident(), "r").await.unwrap();
        lease.call_once(&update_incident(), "r").await.unwrap();
    }

    assert!(server.heard().iter().all(|heard| heard.connection == 1));
    assert!(server.heard_of("Session.Ping").is_empty(), "it was proven");
}

#[tokio::test]
async fn sessions_do_not_share_connections() {
    let server = server().await;
    let pool = pool(&server, Duration::from_secs(60));
    let (mut one, mut other) = (pool.lease().await.unwrap(), pool.lease().await.unwrap());

    for _ in 0..2 {
        one.call_once(&add_incident(), "r").await.unwrap();
        other.call_once(&update_incident(), "r").await.unwrap();
    }

    assert_eq!(connections(&server, AddIncident::NAME), [1, 1]);
    assert_eq!(connections(&server, UpdateIncident::NAME), [2, 2]);
}

#[tokio::test]
async fn what_must_not_happen_twice_takes_a_new_connection_where_none_is_proven() {
    let server = server().await;
    let mut lease = pool(&server, Duration::ZERO).lease().await.unwrap();

    lease.call_once(&add_incident(), "r").await.unwrap();
    lease.call_once(&update_incident(), "r").await.unwrap();
    lease.call_once(&add_incident(), "r").await.unwrap();

    assert_eq!(connections(&server, AddIncident::NAME), [2, 3]);
    assert_eq!(
        connections(&server, UpdateIncident::NAME),
        [2],
        "what may happen twice takes the one that is there"
    );
}

#[tokio::test]
async fn a_connection_that_rests_is_proven_by_a_ping() {
    let server = server().await;
    let mut lease = pool(&server, Duration::ZERO).lease().await.unwrap();

    lease.prove().await.unwrap();

    assert_eq!(connections(&server, "Session.Ping"), [1]);
}

#[tokio::test]
async fn a_session_that_has_ended_while_it_rested_is_replaced_before_anything_is_sent() {
    let server = Server::start(|heard, before| match heard.method.as_str() {
        "Session.Ping" if before == 0 => Answer::status(403, "", "Forbidden"),
        _ => session_calls(heard, before).unwrap_or_else(yes),
    })
    .await;
    let mut lease = pool(&server, Duration::ZERO).lease().await.unwrap();

    lease.prove().await.unwrap();
    lease.call_once(&add_incident(), "r").await.unwrap();

    let added = server.heard_of(AddIncident::NAME);
    assert_eq!(added.len(), 1);
    assert_eq!(added[0].session(), "token-2==");
}

#[tokio::test]
async fn a_connection_that_ends_behind_an_answer_is_never_sent_to() {
    let ends = |heard: &Heard, before: usize| {
        let Answer::Bytes(whole) = session_calls(heard, before).unwrap_or_else(yes) else {
            unreachable!("each is whole");
        };
        Answer::BytesThenClose(whole)
    };
    let server = Server::start(ends).await;
    let mut lease = pool(&server, Duration::from_secs(60))
        .lease()
        .await
        .unwrap();

    lease.call(&update_incident(), "r").await.unwrap();
    for _ in 0..20 {
        lease.call_once(&add_incident(), "r").await.unwrap();
    }

    let added = connections(&server, AddIncident::NAME);
    let mut once = added.clone();
    once.dedup();
    assert_eq!((added.len(), &added), (20, &once), "each had a new one");
}
