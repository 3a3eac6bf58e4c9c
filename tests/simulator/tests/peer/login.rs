//! Logins of both models, wrong passwords, the second factor.

use crate::clients::{Client, basic};
use ksc_simulator::{Scenario, Simulator};
use serde_json::json;
use std::time::Duration;

async fn start(scenario: Scenario) -> Simulator {
    Simulator::start(scenario).await.expect("it starts")
}

#[tokio::test]
async fn a_login_is_bound_to_its_connection() {
    let sim = start(Scenario::default()).await;
    let mut one = Client::connect(&sim).await;
    let mut two = Client::connect(&sim).await;

    let login = one.log_in("login", sim.username(), sim.password()).await;

    assert_eq!((login.status, login.body.as_str()), (200, "{}"));
    one.done("HostGroup.GroupIdGroups", json!({})).await;
    let stranger = two.call("HostGroup.GroupIdGroups", json!({})).await;
    assert_eq!(
        (stranger.status, stranger.body.as_str()),
        (401, "Authentication failure")
    );
}

#[tokio::test]
async fn a_session_is_good_on_any_connection_until_it_is_ended() {
    let sim = start(Scenario::default()).await;
    let mut one = Client::with_session(&sim).await;
    let mut two = Client::connect(&sim).await;
    two.use_session(one.session());

    two.done("Session.Ping", json!({})).await;
    two.done("Session.EndSession", json!({})).await;

    let after = one.call("Session.Ping", json!({})).await;
    assert_eq!((after.status, after.body.as_str()), (403, "Forbidden"));
    assert_eq!(after.header("content-type").as_deref(), Some("text/plain"));
    assert_eq!(sim.open_sessions(), 0);
    sim.verdict().expect("nothing is left behind");
}

#[tokio::test]
async fn an_invented_token_is_forbidden() {
    let sim = start(Scenario::default()).await;
    let mut client = Client::connect(&sim).await;
    client.use_session(Some("nsPbUpP1oAVZlM1lODEbg8A==".to_owned()));

    assert_eq!(client.call("Session.Ping", json!({})).await.status, 403);
}

#[tokio::test]
async fn wrong_passwords_block_the_account_even_for_the_right_one() {
    let sim = start(Scenario {
        lockout_after: 3,
        ..Scenario::default()
    })
    .await;
    let mut client = Client::connect(&sim).await;

    for _ in 0..3 {
        let refused = client
            .log_in("Session.StartSession", sim.username(), "wrong")
            .await;
        assert_eq!(
            (refused.status, refused.body.as_str()),
            (401, "Authentication failure")
        );
    }

    let right = client
        .log_in("Session.StartSession", sim.username(), sim.password())
        .await;
    assert_eq!(right.pxg(), ("KLSPL".to_owned(), 2013));
    assert!(sim.state().account_blocked);
    sim.unblock_account();
    client.start_session(&sim).await;
}

#[tokio::test]
async fn a_changed_password_is_asked_for_at_the_next_login() {
    let sim = start(Scenario::default()).await;
    let mut client = Client::with_session(&sim).await;

    sim.set_password("staple battery");

    client.done("Session.Ping", json!({})).await;
    let old = client.log_in("login", sim.username(), sim.password()).await;
    assert_eq!(old.status, 401);
    let new = client
        .log_in("login", sim.username(), "staple battery")
        .await;
    assert_eq!(new.status, 200);
}

#[tokio::test]
async fn a_second_factor_leaves_a_half_open_session_that_can_only_be_ended() {
    let sim = start(Scenario::default()).await;
    sim.set_mfa(true);
    let mut client = Client::connect(&sim).await;

    let challenge = client
        .log_in("Session.StartSession", sim.username(), sim.password())
        .await;

    assert_eq!(
        (challenge.status, challenge.body.as_str()),
        (401, "Authentication not finished")
    );
    let scheme = challenge.header("www-authenticate");
    assert_eq!(
        scheme.as_deref(),
        Some("KSCMFA type=\"totp\", lengthHint=\"6\"")
    );
    assert!(
        sim.verdict()
            .expect_err("it is left half-open")
            .contains("half-open")
    );
    client.use_session(challenge.header("x-ksc-session"));
    assert_eq!(client.call("Session.Ping", json!({})).await.status, 401);
    client.done("Session.EndSession", json!({})).await;
    sim.verdict().expect("it was given up");
}

#[tokio::test]
async fn the_right_code_finishes_a_login_and_a_wrong_one_does_not() {
    let totp_code = Some("276069".to_owned());
    let sim = start(Scenario {
        mfa: true,
        totp_code,
        ..Scenario::default()
    })
    .await;
    let mut client = Client::connect(&sim).await;
    let challenge = client
        .log_in("Session.StartSession", sim.username(), sim.password())
        .await;
    client.use_session(challenge.header("x-ksc-session"));

    let wrong = r#"Authorization: KSCMFA totp="000000""#;
    let right = r#"Authorization: KSCMFA totp="276069""#;

    assert_eq!(
        client
            .post("Session.StartSession", &[wrong], "{}")
            .await
            .status,
        401
    );
    let reply = client.post("Session.StartSession", &[right], "{}").await;
    assert_eq!(reply.status, 200);
    client.done("Session.Ping", json!({})).await;
    client.end_session().await;
    sim.verdict().expect("nothing is left behind");
}

#[tokio::test]
async fn a_login_token_is_good_once_and_for_three_minutes() {
    let sim = start(Scenario {
        session_idle_seconds: 3600,
        ..Scenario::default()
    })
    .await;
    let mut client = Client::with_session(&sim).await;
    let mut tokens = Vec::new();
    for _ in 0..2 {
        let reply = client.done("Session.CreateToken", json!({})).await;
        tokens.push(reply["PxgRetVal"].as_str().expect("a token").to_owned());
    }
    let header = |token: &str| format!("Authorization: KSCT {token}");

    assert_eq!(
        client
            .post("login", &[&header(&tokens[0])], "")
            .await
            .status,
        200
    );
    assert_eq!(
        client
            .post("login", &[&header(&tokens[0])], "")
            .await
            .status,
        401
    );
    sim.advance(Duration::from_secs(181)).await;
    assert_eq!(
        client
            .post("login", &[&header(&tokens[1])], "")
            .await
            .status,
        401
    );
}

#[tokio::test]
async fn credentials_never_reach_the_journal() {
    let sim = start(Scenario::default()).await;
    let mut client = Client::with_session(&sim).await;
    client.done("Session.Ping", json!({})).await;

    let journal = sim.journal().print();

    let token = client.session().expect("a session was started");
    assert!(!journal.contains(&token), "{journal}");
    assert!(!journal.contains(sim.password()), "{journal}");
    assert!(
        !journal.contains(&basic(sim.username(), sim.password())),
        "{journal}"
    );
}

#[tokio::test]
async fn a_half_open_session_that_is_left_to_die_is_noted() {
    let sim = start(Scenario {
        mfa: true,
        ..Scenario::default()
    })
    .await;
    let mut client = Client::connect(&sim).await;
    client
        .log_in("Session.StartSession", sim.username(), sim.password())
        .await;

    sim.advance(Duration::from_secs(u64::MAX)).await;

    assert_eq!(sim.open_sessions(), 0);
    assert!(
        sim.verdict()
            .expect_err("it was left")
            .contains("half-open")
    );
}
