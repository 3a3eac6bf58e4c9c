//! The pool at rest and at its end: the stack, the limit, the ping, the drain.

use std::sync::Arc;
use std::time::Duration;

use ksc::{
    CredentialState, Delivery, Error, IsAnyServiceConsoleAvailable, Kind, NoObserver, Pool,
    Settings,
};
use serde_json::json;
use tokio::sync::{Notify, oneshot};

use crate::server::{Answer, Server, session_calls, until};

const SOON: Duration = Duration::from_millis(20);

async fn willing() -> Server {
    Server::start(|heard, before| {
        session_calls(heard, before).unwrap_or_else(|| Answer::json(&json!({"PxgRetVal": true})))
    })
    .await
}

fn pool_with(server: &Server, change: impl FnOnce(&mut Settings)) -> Arc<Pool> {
    let mut settings = server.settings();
    change(&mut settings);
    Pool::new(settings, Arc::new(NoObserver)).unwrap()
}

#[tokio::test]
async fn the_session_used_last_is_used_next() {
    let server = willing().await;
    let pool = server.pool();
    let first = pool.lease().await.unwrap();
    let second = pool.lease().await.unwrap();
    drop(second);
    drop(first);

    pool.lease()
        .await
        .unwrap()
        .call(&IsAnyServiceConsoleAvailable, "r")
        .await
        .unwrap();

    assert_eq!(server.heard().last().unwrap().session(), "token-1==");
    assert_eq!(pool.status().sessions, 2);
}

#[tokio::test]
async fn warming_up_opens_one_session_and_no_more() {
    let server = willing().await;
    let pool = server.pool();
    assert_eq!(pool.status().credentials, CredentialState::Unproven);

    pool.warm().await.unwrap();
    pool.warm().await.unwrap();

    assert_eq!(server.methods(), ["Session.StartSession"]);
    let status = pool.status();
    assert_eq!((status.sessions, status.in_use), (1, 0));
    assert_eq!(status.credentials, CredentialState::Accepted);
}

#[tokio::test]
async fn who_finds_every_session_lent_waits_and_then_goes_without() {
    let server = willing().await;
    let pool = pool_with(&server, |settings| {
        settings.max_sessions = 1;
        settings.lease_wait = SOON;
    });
    let lease = pool.lease().await.unwrap();

    let error = pool.lease().await.err().unwrap();

    assert!(
        matches!(error, Error::NoLease { waited } if waited == SOON),
        "{error:?}"
    );
    assert_eq!(error.delivery(), Delivery::NotSent);
    assert_eq!(error.kind(), Kind::Unavailable);
    drop(lease);
    drop(pool.lease().await.unwrap());
    assert_eq!(server.methods(), ["Session.StartSession"]);
}

#[tokio::test]
async fn draining_ends_every_session_and_lets_nobody_in() {
    let server = willing().await;
    let pool = server.pool();
    let leases = [pool.lease().await.unwrap(), pool.lease().await.unwrap()];
    drop(leases);

    pool.drain().await;

    let mut ended: Vec<_> = server
        .heard_of("Session.EndSession")
        .iter()
        .map(|heard| heard.session().to_owned())
        .collect();
    ended.sort();
    assert_eq!(ended, ["token-1==", "token-2=="]);
    assert_eq!(pool.status().sessions, 0);
    assert!(matches!(pool.lease().await, Err(Error::Draining)));
    assert!(matches!(pool.warm().await, Err(Error::Draining)));
}

#[tokio::test]
async fn draining_waits_for_leases_that_are_out_and_for_nobody_who_queues() {
    let server = willing().await;
    let pool = pool_with(&server, |settings| settings.max_sessions = 1);
    let mut lease = pool.lease().await.unwrap();
    let queue = tokio::spawn({
        let pool = Arc::clone(&pool);
        async move { pool.lease().await.map(drop) }
    });
    let drain = tokio::spawn({
        let pool = Arc::clone(&pool);
        async move { pool.drain().await }
    });

    assert!(matches!(queue.await.unwrap(), Err(Error::Draining)));
    assert!(
        lease
            .call(&IsAnyServiceConsoleAvailable, "r")
            .await
            .unwrap()
    );
    assert!(!drain.is_finished());
    drop(lease);
    drain.await.unwrap();

    assert_eq!(server.heard_of("Session.EndSession").len(), 1);
}

#[tokio::test]
async fn draining_gives_up_after_the_request_timeout() {
    let server = Server::start(|heard, before| match heard.method.as_str() {
        "Session.EndSession" => Answer::Stall,
        _ => session_calls(heard, before).unwrap(),
    })
    .await;
    let pool = pool_with(&server, |settings| {
        // It is the limit of the login as well, on a busy machine too.
        settings.request_timeout = Duration::from_millis(1_500);
    });
    pool.warm().await.unwrap();
    let lent = pool.lease().await.unwrap();

    pool.drain().await;

    drop(lent);
}

/// Runs `maintain` until `condition` holds.
async fn maintain_until(pool: &Arc<Pool>, condition: impl Future<Output = ()>) {
    let (stop, stopped) = oneshot::channel::<()>();
    let work = tokio::spawn(Arc::clone(pool).maintain(async {
        let _ = stopped.await;
    }));
    condition.await;
    stop.send(()).unwrap();
    work.await.unwrap();
}

#[tokio::test]
async fn a_resting_session_is_pinged_again_and_again() {
    let server = willing().await;
    let pool = pool_with(&server, |settings| settings.ping_after_idle = SOON);
    pool.warm().await.unwrap();

    maintain_until(&pool, server.until_heard("Session.Ping", 3)).await;

    assert!(
        server
            .heard_of("Session.Ping")
            .iter()
            .all(|ping| ping.session() == "token-1==")
    );
    assert_eq!(server.heard_of("Session.StartSession").len(), 1);
    until(|| pool.status().in_use == 0).await;
}

#[tokio::test]
async fn sessions_that_are_not_needed_any_more_are_ended_but_for_one() {
    let server = willing().await;
    let pool = pool_with(&server, |settings| settings.ping_after_idle = SOON);
    let leases = [pool.lease().await.unwrap(), pool.lease().await.unwrap()];
    drop(leases);

    let ended = async {
        server.until_heard("Session.EndSession", 1).await;
        server.until_heard("Session.Ping", 2).await;
        assert_eq!(pool.status().sessions, 1);
    };
    maintain_until(&pool, ended).await;

    assert_eq!(server.heard_of("Session.StartSession").len(), 2);
}

#[tokio::test]
async fn who_waits_for_a_login_takes_a_session_that_is_given_back_meanwhile() {
    let server = Server::start(|heard, before| match heard.method.as_str() {
        "Session.StartSession" if before == 1 => Answer::Stall,
        _ => session_calls(heard, before).unwrap(),
    })
    .await;
    let pool = server.pool();
    let first = pool.lease().await.unwrap();
    let lease_late = || {
        let pool = Arc::clone(&pool);
        tokio::spawn(async move { pool.lease().await.map(drop) })
    };
    let (one, other) = (lease_late(), lease_late());
    server.until_heard("Session.StartSession", 2).await;

    drop(first);

    // One of them waits for the login that does not end; the other has the session.
    let done = || one.is_finished() || other.is_finished();
    until(done).await;
    one.abort();
    other.abort();
}

#[tokio::test]
async fn a_dead_session_is_let_go_and_not_replaced_before_it_is_needed() {
    let server = Server::start(|heard, before| match heard.session() {
        "token-1==" => Answer::status(403, "", "Forbidden"),
        _ => session_calls(heard, before).unwrap(),
    })
    .await;
    let pool = pool_with(&server, |settings| settings.ping_after_idle = SOON);
    pool.warm().await.unwrap();

    maintain_until(&pool, until(|| pool.status().sessions == 0)).await;

    assert_eq!(server.methods(), ["Session.StartSession", "Session.Ping"]);
    pool.warm().await.unwrap();
    assert_eq!(pool.status().sessions, 1);
}

#[tokio::test]
async fn a_server_out_of_order_does_not_cost_the_resting_sessions() {
    let server = Server::start(|heard, before| match heard.method.as_str() {
        "Session.Ping" => Answer::status(503, "", "busy"),
        _ => session_calls(heard, before).unwrap(),
    })
    .await;
    let pool = pool_with(&server, |settings| settings.ping_after_idle = SOON);
    pool.warm().await.unwrap();

    maintain_until(&pool, server.until_heard("Session.Ping", 2)).await;

    assert_eq!(server.heard_of("Session.StartSession").len(), 1);
}

#[tokio::test]
async fn stopping_in_the_middle_of_a_ping_ends_that_session() {
    let gate = Arc::new(Notify::new());
    let server = {
        let gate = Arc::clone(&gate);
        Server::start(move |heard, before| match heard.method.as_str() {
            "Session.Ping" => Answer::Wait(Arc::clone(&gate), Box::new(Answer::json(&json!({})))),
            _ => session_calls(heard, before).unwrap(),
        })
        .await
    };
    let pool = pool_with(&server, |settings| settings.ping_after_idle = SOON);
    pool.warm().await.unwrap();

    maintain_until(&pool, server.until_heard("Session.Ping", 1)).await;
    pool.drain().await;

    assert_eq!(server.heard_of("Session.EndSession").len(), 1);
}

#[tokio::test]
async fn credentials_are_tried_again_without_a_caller() {
    let server = Server::start(|heard, before| match (heard.method.as_str(), before) {
        ("Session.StartSession", 0) => Answer::status(401, "", "Authentication failure"),
        _ => session_calls(heard, before).unwrap(),
    })
    .await;
    let pool = pool_with(&server, |settings| {
        settings.credentials_back_off = SOON;
        settings.ping_after_idle = SOON;
    });
    assert!(pool.warm().await.is_err());

    let accepted = || pool.status().credentials == CredentialState::Accepted;
    maintain_until(&pool, until(accepted)).await;

    assert_eq!(server.heard_of("Session.StartSession").len(), 2);
}
