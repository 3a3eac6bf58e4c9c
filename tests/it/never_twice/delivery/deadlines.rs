//! The caller's patience and the gateway's end: what goes on, and what is not begun any more.

use std::time::Duration;

use acceptance::calls::{ADD, FIND_HOSTS, LOGIN};
use acceptance::{House, decisions, eventually, isolation};
use ksc_simulator::{Fault, FaultKind};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_was_never_sent_is_not_said_to_be_unknown() {
    let house = House::with(&[("server.request_timeout", "500ms")]).await;
    let slow = FaultKind::delay(Duration::from_secs(2));
    house.sim.faults().push(Fault::on(FIND_HOSTS, slow));

    let reply = house
        .soar()
        .isolate("ws-042.corp.example")
        .await
        .expect(503);

    assert_eq!(reply.code(), "ksc_unavailable");
    assert_eq!(reply.json["retryable"], true);
    assert_eq!(house.sim.journal().count(ADD), 0);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_open_when_the_grace_is_over_is_answered_and_audited_as_unknown() {
    let mut house = House::with(&[("server.shutdown_grace", "2s")]).await;
    let gate = house.sim.gate().clone();
    gate.hold_calls_to(ADD);
    let request = house
        .soar()
        .request(reqwest::Method::POST, "/v1/tasks/isolateHost")
        .header("x-request-id", "open-at-the-end")
        .json(&isolation("ws-042.corp.example"));
    let asking = tokio::spawn(acceptance::Reply::of(request));
    gate.wait_until_waiting(1).await;
    let began = std::time::Instant::now();

    house.stop().await;

    assert!(
        began.elapsed() < Duration::from_millis(2600),
        "{:?}",
        began.elapsed()
    );
    let reply = asking.await.expect("no panic").expect(504);
    assert_eq!(reply.code(), "outcome_unknown");
    let audit = decisions("open-at-the-end");
    assert_eq!((audit.len(), &audit[0]["decision"]), (1, &json!("unknown")));
    gate.open();
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_caller_that_hangs_up_does_not_take_the_request_along() {
    let house = House::open().await;
    house.sim.gate().hold_calls_to(ADD);
    let soar = house.soar();
    let request = soar
        .request(reqwest::Method::POST, "/v1/tasks/isolateHost")
        .header("x-request-id", "hangs-up")
        .json(&isolation("ws-042.corp.example"));
    let asking = tokio::spawn(request.send());
    house.sim.gate().wait_until_waiting(1).await;

    asking.abort();
    house.sim.gate().open();

    house
        .sim
        .journal()
        .wait_for(|it| it.incidents().first().is_some_and(|it| it.updates == 1))
        .await;
    let audit = eventually("the audit line", || async {
        decisions("hangs-up").into_iter().next()
    })
    .await;
    assert_eq!(audit["decision"], "created");
    assert_eq!(audit["task.id"], "ksc-42");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_finishes_what_is_in_flight_and_ends_the_sessions() {
    let mut house = House::open().await;
    let addr = house.addr();
    let gate = house.sim.gate().clone();
    gate.hold_calls_to(ADD);
    let soar = house.soar();
    let asking = tokio::spawn(async move { soar.isolate("ws-042.corp.example").await });
    gate.wait_until_waiting(1).await;

    let release = async {
        eventually("the listener is closed", || async {
            tokio::net::TcpStream::connect(addr)
                .await
                .is_err()
                .then_some(())
        })
        .await;
        gate.open();
    };
    let (reply, (), ()) = tokio::join!(asking, house.stop(), release);

    let reply = reply.expect("no panic").expect(202);
    assert_eq!(reply.json["incident"]["id"], 42);
    assert_eq!(house.sim.open_sessions(), 0);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_callers_wait_is_bounded_and_the_work_goes_on() {
    let house = House::with(&[("server.request_timeout", "1s")]).await;
    house.sim.gate().hold_calls_to(ADD);

    let reply = house
        .soar()
        .isolate("ws-042.corp.example")
        .await
        .expect(504);

    assert_eq!(reply.code(), "outcome_unknown");
    house.sim.gate().open();
    house
        .sim
        .journal()
        .wait_for(|it| it.incidents().first().is_some_and(|it| it.updates == 1))
        .await;
    let audit = eventually("the audit line", || async {
        decisions(reply.request_id())
            .into_iter()
            .find(|it| it["decision"] == "created")
    })
    .await;
    assert_eq!(audit["task.id"], "ksc-42");
    house.advance(Duration::from_secs(1)).await;
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_login_that_takes_too_long_is_not_followed_by_a_late_isolation() {
    let house = House::with(&[("server.request_timeout", "1s")]).await;
    house
        .sim
        .faults()
        .push(Fault::on(ADD, FaultKind::ExpireSessions));
    let slow = FaultKind::delay(Duration::from_secs(2));
    house.sim.faults().push(Fault::on(LOGIN, slow));

    let reply = house.soar().isolate(acceptance::WS_042).await;
    eventually("the work is over", || async {
        let in_hand = house.metric("edr_gateway_admission_in_hand").await;
        (in_hand == "0").then_some(())
    })
    .await;

    // Until KSC has shown that it has not stored the incident before it turned the session away,
    // nobody can say.
    assert_eq!(reply.status, 504, "{}", reply.text);
    assert_eq!(reply.code(), "outcome_unknown");
    assert_eq!(house.sim.journal().count(ADD), 1, "turned away once");
    assert!(house.sim.journal().incidents().is_empty());
    house.close().await;
}
