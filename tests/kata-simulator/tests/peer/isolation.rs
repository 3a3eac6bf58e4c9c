//! Rules of isolation as the API takes and shows them.

use crate::clients::{Client, settings};
use kata_simulator::{
    KataVersion, NoRule, Scenario, SettingsShape, Simulator, Spelling, WriteAnswer, Writer,
};
use serde_json::{Value, json};
use std::time::Duration;

const KIND: &str = "network_isolation";

/// A simulator, a client, and the address of a host's rule.
async fn start() -> (Simulator, Client, String) {
    let sim = Simulator::start(Scenario::default())
        .await
        .expect("it starts");
    let client = Client::accepted(&sim).await;
    let rule = settings(&sim.sensor("WS-042"), KIND);
    (sim, client, rule)
}

fn hours(hours: u64) -> Value {
    json!({"settings": {"autoTurnoffTimeoutInSec": hours * 3_600, "excludedRules": []}})
}

#[tokio::test]
async fn a_rule_is_made_read_and_removed() {
    let (sim, mut client, rule) = start().await;
    let exclusions = json!([
        {"direction": "outbound", "protocol": 6, "remoteIpv4Address": "192.0.2.10",
         "remotePortRange": {"fromPort": 443, "toPort": 443}},
        {"direction": "inbound", "localPortRange": {"fromPort": 22, "toPort": 22}},
        {"direction": "both", "remoteIpv4Address": "192.0.2.53"},
    ]);
    let order = json!({"autoTurnoffTimeoutInSec": 14_400, "excludedRules": exclusions});

    let made = client.post(&rule, &json!({"settings": order})).await;
    assert_eq!((made.status, made.json()), (200, json!([order])));
    let read = client.get(&rule).await;
    assert_eq!((read.status, read.json()), (200, json!([order])));

    let removed = client.delete(&rule).await;
    assert_eq!((removed.status, removed.body.as_str()), (200, ""));
    let gone = client.get(&rule).await;
    assert_eq!(
        (gone.status, gone.body.as_str()),
        (404, r#"{"error":"Not Found"}"#)
    );
    sim.verdict().expect("nothing odd");
}

#[tokio::test]
async fn a_second_rule_overwrites_the_first_and_the_journal_says_what_was_lost() {
    let (sim, mut client, rule) = start().await;
    let sparing = json!({"settings": {"autoTurnoffTimeoutInSec": 3_600,
        "excludedRules": [{"remoteIpv4Address": "192.0.2.53"}]}});
    client.post(&rule, &sparing).await;

    client.post(&rule, &hours(8)).await;

    let now = client.get(&rule).await.json();
    assert_eq!(now[0]["excludedRules"], json!([]));
    let changes = sim.journal().rule_changes();
    assert_eq!(changes.len(), 2);
    assert_eq!(changes[1].before, [sparing["settings"].clone()]);
    assert!(matches!(changes[1].by, Writer::Api(_)));
    assert!(sim.journal().lost_rules().is_empty(), "it was its own");
}

#[tokio::test]
async fn the_time_is_a_number_of_seconds_from_one_hour_to_9999() {
    let (sim, mut client, rule) = start().await;
    let mut status = async |time: Value| {
        let body = json!({"settings": {"autoTurnoffTimeoutInSec": time}});
        client.post(&rule, &body).await.status
    };

    assert_eq!(status(json!(3_599)).await, 400);
    assert_eq!(status(json!(3_600)).await, 200);
    assert_eq!(status(json!(5_000)).await, 200);
    assert_eq!(status(json!(35_996_400)).await, 200);
    assert_eq!(status(json!(35_996_401)).await, 400);
    assert_eq!(status(json!("3600")).await, 400);
    assert_eq!(status(Value::Null).await, 400);
    sim.behave(|it| it.whole_hours_only = true);
    assert_eq!(status(json!(5_000)).await, 400);
    assert_eq!(status(json!(7_200)).await, 200);
}

#[tokio::test]
async fn what_is_wrong_with_a_request_is_refused() {
    let (sim, mut client, rule) = start().await;
    let id = sim.sensor("WS-042");
    let ports = json!({"settings": {"autoTurnoffTimeoutInSec": 3_600, "excludedRules": [
        {"direction": "both", "remotePortRange": {"fromPort": 1, "toPort": 2}}]}});

    assert_eq!(client.post(&rule, &ports).await.status, 400);
    assert_eq!(client.post(&rule, &json!({})).await.status, 400);
    assert_eq!(client.post(&rule, &json!([])).await.status, 400);
    assert_eq!(
        client.post(&settings("all", KIND), &hours(1)).await.status,
        400
    );
    assert_eq!(
        client
            .get("settings?settings_type=network_isolation")
            .await
            .status,
        400
    );
    assert_eq!(
        client.get(&format!("settings?sensor_id={id}")).await.status,
        400
    );
    assert_eq!(client.get(&settings(&id, "quarantine")).await.status, 400);
    let stranger = settings("0B6E0F6A-7F0B-4B57-9C1E-6D5A4E1F2A11", KIND);
    assert_eq!(client.post(&stranger, &hours(1)).await.status, 404);
    assert_eq!(client.delete(&stranger).await.status, 404);
    assert!(sim.journal().rule_changes().is_empty());
}

#[tokio::test]
async fn an_old_version_takes_other_exclusions() {
    let (sim, mut client, rule) = start().await;
    let body = |exclusion: Value| json!({"settings": {"autoTurnoffTimeoutInSec": 3_600, "excludedRules": [exclusion]}});
    let six = body(json!({"direction": "inbound", "remoteIpv6Address": "2001:db8::1"}));
    let both = body(json!({"direction": "both"}));
    assert_eq!(client.post(&rule, &six).await.status, 400);
    assert_eq!(client.post(&rule, &both).await.status, 200);

    sim.behave(|it| it.version = KataVersion::V4_0);

    assert_eq!(client.post(&rule, &six).await.status, 200);
    assert_eq!(client.post(&rule, &both).await.status, 400);
}

#[tokio::test]
async fn a_rule_can_be_read_in_every_shape() {
    let (sim, mut client, rule) = start().await;
    let order = json!({"autoTurnoffTimeoutInSec": 3_600, "excludedRules": []});
    client.post(&rule, &json!({"settings": order})).await;

    for (shape, expected) in [
        (SettingsShape::Rules, json!([order])),
        (SettingsShape::One, order.clone()),
        (SettingsShape::Settings, json!({"settings": order})),
        (
            SettingsShape::ResponseSettings,
            json!({"response": {"settings": order}}),
        ),
        (SettingsShape::Objects, json!({"objects": [order]})),
        (SettingsShape::Files, json!([order])),
        (SettingsShape::Strange, json!({"isolation": {"rules": 1}})),
    ] {
        sim.behave(|it| it.isolation_shape = shape);
        assert_eq!(client.get(&rule).await.json(), expected, "{shape:?}");
    }
}

#[tokio::test]
async fn no_rule_can_be_read_in_every_shape_and_removed_with_and_without_complaint() {
    let (sim, mut client, rule) = start().await;

    sim.behave(|it| it.no_isolation = NoRule::EmptyArray);
    assert_eq!(client.get(&rule).await.body, "[]");
    sim.behave(|it| it.no_isolation = NoRule::EmptyObjects);
    assert_eq!(client.get(&rule).await.body, r#"{"objects":[]}"#);
    assert_eq!(client.delete(&rule).await.status, 404);
    sim.behave(|it| it.removing_nothing_is_fine = true);
    assert_eq!(client.delete(&rule).await.status, 200);
}

#[tokio::test]
async fn a_server_may_know_isolation_by_its_misspelt_name_only() {
    let (sim, mut client, rule) = start().await;
    let misspelt = settings(&sim.sensor("WS-042"), "network_izolation");
    assert_eq!(client.post(&misspelt, &hours(1)).await.status, 400);

    sim.behave(|it| it.isolation_spelling = Spelling::Izolation);
    assert_eq!(client.post(&rule, &hours(1)).await.status, 400);
    assert_eq!(client.post(&misspelt, &hours(1)).await.status, 200);

    sim.behave(|it| it.isolation_spelling = Spelling::Either);
    assert_eq!(client.get(&rule).await.status, 200);
    assert_eq!(client.get(&misspelt).await.status, 200);
}

#[tokio::test]
async fn a_write_may_be_answered_with_nothing() {
    let (sim, mut client, rule) = start().await;

    sim.behave(|it| it.write_answer = WriteAnswer::Empty);
    let made = client.post(&rule, &hours(1)).await;
    assert_eq!((made.status, made.body.as_str()), (200, ""));
    sim.behave(|it| it.write_answer = WriteAnswer::NoContent);
    assert_eq!(client.post(&rule, &hours(1)).await.status, 204);
    assert_eq!(client.delete(&rule).await.status, 204);
}

#[tokio::test]
async fn swapped_codes_concern_what_is_read_and_not_what_is_written() {
    let (sim, mut client, rule) = start().await;
    sim.behave(|it| it.swapped_codes = true);

    let read = client.get("settings?settings_type=network_isolation").await;
    let write = client.post(&rule, &json!({})).await;

    assert_eq!(
        (read.status, read.body.as_str()),
        (401, r#"{"error":"Bad Request"}"#)
    );
    assert_eq!(write.status, 400);
}

#[tokio::test]
async fn members_that_no_page_has_are_passed_over_and_noted() {
    let (sim, mut client, rule) = start().await;
    let body = json!({"settings": {"autoTurnoffTimeoutInSec": 3_600, "reason": "test"}});

    assert_eq!(client.post(&rule, &body).await.status, 200);

    let verdict = sim.verdict().expect_err("it is odd");
    assert_eq!(verdict, "settings: no page has a member reason");
    sim.advance(Duration::from_secs(1));
}
