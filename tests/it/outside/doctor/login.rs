//! Logging in to KSC, once and no more often, and out of it.

use acceptance::calls::LOGIN;
use edr_gateway::doctor::{CheckResult, Name};
use ksc_simulator::{Fault, FaultKind, Scenario};

use super::installation::{Installation, expect, expect_failed, expect_skipped_from, one};

#[tokio::test(flavor = "multi_thread")]
async fn a_good_installation_is_ok_and_the_session_is_ended() {
    let it = Installation::new().await;

    let report = it.examine(&[]).await;

    expect_failed(&report, &[]);
    for name in Name::ALL {
        let expected = if name == Name::AddIncident {
            CheckResult::Skipped
        } else {
            CheckResult::Ok
        };
        assert_eq!(one(&report, name).outcome(), expected, "{report}");
    }
    assert_eq!(it.sim.open_sessions(), 0);
    assert_eq!(it.sim.journal().count("Session.EndSession"), 1);
    let lines = report.to_string();
    assert_eq!(lines.lines().count(), Name::ALL.len() + 2, "{lines}");
    let json: serde_json::Value = serde_json::from_str(&report.json()).expect("JSON");
    assert_eq!(json["ok"], true);
    let names: Vec<&str> = json["checks"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|it| it["name"].as_str().expect("a name"))
        .collect();
    let expected: Vec<&str> = Name::ALL.iter().map(|it| it.as_str()).collect();
    assert_eq!(names, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_is_tried_exactly_once() {
    let it = Installation::new().await;
    it.sim.set_password("another");

    let report = it.examine(&[]).await;

    expect_failed(&report, &[Name::Login]);
    expect(
        &report,
        Name::Login,
        CheckResult::Failed,
        "refuses the account",
    );
    let meaning = one(&report, Name::Login).meaning().expect("a meaning");
    assert!(meaning.contains("tried once"), "{meaning}");
    assert_eq!(it.sim.journal().count(LOGIN), 1);
    expect_skipped_from(&report, Name::Server, "there is no session");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_login_suggests_the_other_kind_of_account() {
    for (internal, other) in [("true", "set it to false"), ("false", "set it to true")] {
        let it = Installation::new().await;
        it.sim.set_password("another");

        let report = it.examine(&[("backends.ksc.internal", internal)]).await;

        let action = one(&report, Name::Login).action().expect("an action");
        assert!(action.contains(other), "{internal}: {action}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_is_tried_once_whatever_the_number_of_endpoints() {
    let it = Installation::new().await;
    it.sim.set_password("another");
    let twice = format!("{},{}", it.sim.url(), it.sim.url());

    let report = it.examine(&[("backends.ksc.endpoints", &twice)]).await;

    expect_failed(&report, &[Name::Login]);
    assert_eq!(it.sim.journal().count(LOGIN), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_blocked_account_is_told_from_a_wrong_password() {
    let it = Installation::of(Scenario {
        lockout_after: 1,
        ..Scenario::default()
    })
    .await;
    it.sim.set_password("another");
    let wrong = it.examine(&[]).await;
    it.sim.set_password(it.sim.password());

    let blocked = it.examine(&[]).await;

    for (report, says) in [(wrong, "refuses the account"), (blocked, "blocked")] {
        expect_failed(&report, &[Name::Login]);
        expect(&report, Name::Login, CheckResult::Failed, says);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_factor_is_named_and_the_half_open_session_ended() {
    let it = Installation::of(Scenario {
        mfa: true,
        ..Scenario::default()
    })
    .await;

    let report = it.examine(&[]).await;

    expect_failed(&report, &[Name::Login]);
    expect(&report, Name::Login, CheckResult::Failed, "second factor");
    let action = one(&report, Name::Login).action().expect("an action");
    assert!(action.contains("two-step verification"), "{action}");
    assert_eq!(it.sim.open_sessions(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_login_that_fails_for_another_reason_says_so() {
    for (kind, says) in [
        (FaultKind::http(503, "starting"), "503"),
        (FaultKind::http(404, "no such page"), "404"),
        (FaultKind::pxg("KLSTD", 1195), "KLSTD 1195"),
        (FaultKind::Garbage, "cannot be understood"),
        (FaultKind::DropBeforeCommit, "lost"),
        (FaultKind::Stall, "in time"),
    ] {
        let stalls = kind == FaultKind::Stall;
        let it = Installation::new().await;
        it.sim.faults().push(Fault::on(LOGIN, kind));
        let timeout = if stalls { "300ms" } else { "10s" };

        let report = it
            .examine(&[("backends.ksc.request_timeout", timeout)])
            .await;

        expect_failed(&report, &[Name::Login]);
        expect(&report, Name::Login, CheckResult::Failed, says);
    }
}
