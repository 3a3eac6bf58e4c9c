//! A KSC that is away, lets nobody in, is another one, or lacks what it needs.

use acceptance::calls::{ADD, LOGIN};
use acceptance::{House, Plan, eventually};
use ksc_simulator::{Fault, FaultKind};

use super::impatient::impatient;

#[tokio::test(flavor = "multi_thread")]
async fn a_ksc_that_is_away_makes_503_and_is_used_again_when_it_is_back() {
    let house = impatient().await;
    house.sim.stop_listening().await;

    let away = house
        .soar()
        .isolate("ws-042.corp.example")
        .await
        .expect(503);

    assert_eq!(away.code(), "ksc_unavailable");
    assert_eq!(away.json["retryable"], true);
    assert!(!away.header("retry-after").is_empty());
    assert_eq!(
        house.admin("/health/ready").await.status,
        200,
        "a passing fault is no reason to leave the service"
    );
    house.sim.listen_again().await.expect("the port is free");
    let back = eventually("KSC is used again", || async {
        let reply = house.soar().isolate("ws-042.corp.example").await;
        (reply.status == 202).then_some(reply)
    })
    .await;
    assert_eq!(house.sim.journal().incidents().len(), 1);
    assert_eq!(
        back.json["incident"]["id"],
        house.sim.journal().incidents()[0].id
    );
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_that_ksc_has_dropped_are_opened_anew_without_the_caller_noticing() {
    let house = House::open().await;
    house
        .soar()
        .isolate("ws-042.corp.example")
        .await
        .expect(202);

    house.sim.expire_sessions();
    house
        .soar()
        .isolate("ws-042.corp.example")
        .await
        .expect(202);
    // In the very moment of the creation, too.
    house
        .sim
        .faults()
        .push(Fault::on(ADD, FaultKind::ExpireSessions));
    house
        .soar()
        .isolate("ws-042.corp.example")
        .await
        .expect(202);

    assert_eq!(house.sim.journal().incidents().len(), 3);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn refused_credentials_are_tried_once_and_make_the_gateway_unready() {
    let password = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(&password, "wrong").expect("a file");
    let settings = vec![(
        "backends.ksc.password_file",
        password.path().display().to_string(),
    )];
    let house = House::furnish(Plan {
        unready: true,
        settings,
        ..Plan::default()
    })
    .await;

    let reply = eventually("the refusal is known", || async {
        let reply = house.soar().isolate("ws-042.corp.example").await;
        (reply.status == 503 && reply.code() == "ksc_credentials_refused").then_some(reply)
    })
    .await;
    for _ in 0..5 {
        assert_eq!(
            house.soar().isolate("ws-042.corp.example").await.code(),
            "ksc_credentials_refused"
        );
    }

    assert_eq!(reply.json["retryable"], true);
    assert_eq!(house.sim.journal().count(LOGIN), 1, "KSC locks accounts");
    assert_eq!(house.admin("/health/ready").await.status, 503);
    assert_eq!(house.admin("/health/live").await.status, 200);
    std::fs::write(&password, house.sim.password()).expect("a file");
    house.until_ready().await;
    house
        .soar()
        .isolate("ws-042.corp.example")
        .await
        .expect(202);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_with_two_step_verification_is_a_configuration_error() {
    let mut plan = Plan {
        unready: true,
        ..Plan::default()
    };
    plan.scenario.mfa = true;
    let house = House::furnish(plan).await;

    eventually("the challenge is known", || async {
        let reply = house.soar().isolate("ws-042.corp.example").await;
        (reply.status == 503 && reply.json["detail"].as_str()?.contains("two-step")).then_some(())
    })
    .await;

    assert_eq!(house.sim.journal().count(LOGIN), 1);
    house
        .sim
        .journal()
        .wait_for_calls("Session.EndSession", 1)
        .await;
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_with_another_certificate_gets_neither_password_nor_request() {
    let other = ksc_simulator::Simulator::start(ksc_simulator::Scenario::default())
        .await
        .expect("starts");
    let pin = other.certificate_file().display().to_string();
    let plan = Plan {
        unready: true,
        settings: vec![("backends.ksc.pinned_certificate_file", pin)],
        ..Plan::default()
    };
    let house = House::furnish(plan).await;

    let reply = house
        .soar()
        .isolate("ws-042.corp.example")
        .await
        .expect(503);

    assert_eq!(reply.code(), "ksc_unavailable");
    assert!(house.sim.journal().calls().is_empty());
    assert_ne!(house.admin("/health/ready").await.status, 200);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_service_console_nothing_is_written_unless_the_operator_says_so() {
    let house = House::open().await;
    house.sim.set_console(false);

    let reply = house
        .soar()
        .isolate("ws-042.corp.example")
        .await
        .expect(503);

    assert_eq!(reply.code(), "service_console_unavailable");
    assert!(house.sim.journal().incidents().is_empty());
    house.close().await;

    let house = House::with(&[("backends.ksc.require_service_console", "false")]).await;
    house.sim.set_console(false);
    let tried = house.soar().rehearse("ws-042.corp.example").await;
    let tried = tried.expect(200);
    let waiting = house
        .soar()
        .isolate("ws-042.corp.example")
        .await
        .expect(202);
    assert!(waiting.text.contains("can still fire"), "{}", waiting.text);
    assert_eq!(tried.json["warnings"], waiting.json["warnings"]);
    let refused = FaultKind::pxg("KLSTD", 1184);
    house
        .sim
        .faults()
        .push(Fault::on("ConEvents.IsAnyServiceConsoleAvailable", refused));
    house
        .soar()
        .isolate("ws-042.corp.example")
        .await
        .expect(202);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_too_old_to_know_its_console_is_used_all_the_same() {
    let house = House::open().await;
    let unknown_call = FaultKind::pxg("KLCONN", 1194);
    house
        .sim
        .faults()
        .push(Fault::on("ConEvents.IsAnyServiceConsoleAvailable", unknown_call).forever());

    house
        .soar()
        .isolate("ws-042.corp.example")
        .await
        .expect(202);

    house.close().await;
}
