//! Faults: before and after the effect, by status, by silence, by too much and too little.

use crate::clients::{Client, Identity, settings};
use kata_simulator::{CannedAnswer, Fault, FaultKind, Outcome, Scenario, Simulator};
use serde_json::{Value, json};
use std::time::Duration;

const POST: &str = "POST settings/network_isolation";

async fn start() -> (Simulator, Client, String) {
    let sim = Simulator::start(Scenario::default())
        .await
        .expect("it starts");
    let client = Client::accepted(&sim).await;
    let rule = settings(&sim.sensor("WS-042"), "network_isolation");
    (sim, client, rule)
}

fn an_hour() -> Value {
    json!({"settings": {"autoTurnoffTimeoutInSec": 3_600}})
}

fn is_isolated(sim: &Simulator) -> bool {
    sim.device(&sim.sensor("WS-042")).isolated_until.is_some()
}

#[tokio::test]
async fn server_errors_come_as_often_as_planned_and_then_all_is_well() {
    let (sim, mut client, rule) = start().await;
    sim.faults()
        .push(Fault::on(POST, FaultKind::status(503)).times(2));

    let first = client.post(&rule, &an_hour()).await;
    assert_eq!(
        (first.status, first.body.as_str()),
        (503, r#"{"error":"Service Unavailable"}"#)
    );
    assert_eq!(client.get("sensors").await.status, 200, "another call");
    assert_eq!(client.post(&rule, &an_hour()).await.status, 503);
    assert!(!is_isolated(&sim));
    assert_eq!(client.post(&rule, &an_hour()).await.status, 200);

    let requests = sim.journal().requests_of(POST);
    let processed: Vec<bool> = requests.iter().map(|it| it.processed).collect();
    assert_eq!(processed, [false, false, true]);
}

#[tokio::test]
async fn an_error_may_come_though_the_write_took_effect() {
    let (sim, mut client, rule) = start().await;
    let kind = FaultKind::ProcessThenAnswer(CannedAnswer::status(504));
    sim.faults().push(Fault::on(POST, kind));

    assert_eq!(client.post(&rule, &an_hour()).await.status, 504);

    assert!(is_isolated(&sim));
}

#[tokio::test]
async fn too_many_requests_come_with_and_without_a_word_on_when_to_come_again() {
    let (sim, mut client, _) = start().await;
    for retry_after in [None, Some("3"), Some("Sun, 29 Nov 2026 16:00:00 GMT")] {
        let kind = FaultKind::Answer(CannedAnswer::too_many_requests(retry_after));
        sim.faults().push(Fault::on("GET sensors", kind));

        let reply = client.get("sensors").await;

        assert_eq!(reply.status, 429);
        assert_eq!(reply.header("retry-after").as_deref(), retry_after);
    }
}

#[tokio::test]
async fn the_probe_of_registration_may_be_told_to_wait_too() {
    let (sim, mut client, _) = start().await;
    let kind = FaultKind::Answer(CannedAnswer::too_many_requests(Some("1")));
    sim.faults().push(Fault::on("GET scans/state", kind));
    let id = crate::clients::GATEWAY;

    let probe = format!("/kata/scanner/v1/sensors/{id}/scans/state");
    assert_eq!(client.ask("GET", &probe, "").await.status, 429);
    assert_eq!(client.ask("GET", &probe, "").await.status, 204);
}

#[tokio::test]
async fn an_error_may_be_a_page_in_html() {
    let (sim, mut client, _) = start().await;
    let kind = FaultKind::Answer(CannedAnswer::html(502));
    sim.faults().push(Fault::once(kind));

    let reply = client.get("sensors").await;

    assert_eq!(reply.status, 502);
    assert_eq!(reply.header("content-type").as_deref(), Some("text/html"));
    assert!(reply.body.starts_with("<!DOCTYPE html>"));
}

#[tokio::test]
async fn an_answer_may_lead_elsewhere_be_no_json_or_be_empty() {
    let (sim, mut client, _) = start().await;
    let mut next = async |answer: CannedAnswer| {
        sim.faults().push(Fault::once(FaultKind::Answer(answer)));
        client.get("sensors").await
    };

    let away = next(CannedAnswer::redirect("https://192.0.2.1/")).await;
    assert_eq!(away.status, 307);
    assert_eq!(
        away.header("location").as_deref(),
        Some("https://192.0.2.1/")
    );
    let broken = next(CannedAnswer::malformed()).await;
    assert!(serde_json::from_str::<Value>(&broken.body).is_err());
    assert_eq!(broken.status, 200);
    let empty = next(CannedAnswer::empty()).await;
    assert_eq!((empty.status, empty.body.as_str()), (200, ""));
    let nothing = next(CannedAnswer::status(204)).await;
    assert_eq!((nothing.status, nothing.body.as_str()), (204, ""));
}

#[tokio::test]
async fn an_answer_may_be_larger_than_anybody_wants() {
    let (sim, mut client, _) = start().await;
    let bytes = 20_000_000;
    sim.faults()
        .push(Fault::once(FaultKind::Oversize { bytes }));

    let reply = client.get("sensors").await;

    assert!(reply.body.len() >= 20_000_000, "{}", reply.body.len());
    assert!(
        reply.json()["sensors"].is_array(),
        "blanks do not hurt JSON"
    );
}

#[tokio::test]
async fn an_answer_may_break_off_in_its_middle_after_the_effect() {
    let (sim, mut client, rule) = start().await;
    sim.faults().push(Fault::on(POST, FaultKind::Truncate));
    let body = an_hour().to_string();
    let path = crate::clients::below(crate::clients::GATEWAY, &rule);

    client.send("POST", &path, &body).await;

    assert!(client.reply().await.is_none());
    assert!(is_isolated(&sim));
    let request = sim.journal().requests_of(POST).remove(0);
    assert_eq!(request.outcome, Outcome::CutOff);
}

#[tokio::test]
async fn a_connection_may_be_cut_before_the_effect_and_after_it() {
    for (kind, effect) in [(FaultKind::Drop, false), (FaultKind::ProcessThenDrop, true)] {
        let (sim, mut client, rule) = start().await;
        sim.faults().push(Fault::on(POST, kind));
        let path = crate::clients::below(crate::clients::GATEWAY, &rule);

        client.send("POST", &path, &an_hour().to_string()).await;

        assert!(client.reply().await.is_none());
        assert_eq!(is_isolated(&sim), effect);
        let request = sim.journal().requests_of(POST).remove(0);
        assert_eq!(
            (request.processed, request.outcome),
            (effect, Outcome::CutOff)
        );
    }
}

#[tokio::test]
async fn nothing_may_come_before_the_effect_and_after_it_until_the_caller_gives_up() {
    for (kind, effect) in [
        (FaultKind::Stall, false),
        (FaultKind::ProcessThenStall, true),
    ] {
        let (sim, mut client, rule) = start().await;
        sim.faults().push(Fault::on(POST, kind));
        let path = crate::clients::below(crate::clients::GATEWAY, &rule);

        client.send("POST", &path, &an_hour().to_string()).await;
        let struck = |sim: &Simulator| sim.journal().requests_of(POST).iter().any(|it| it.fault);
        sim.wait_until("the fault should strike", struck).await;
        drop(client);

        let given_up = |sim: &Simulator| {
            let requests = sim.journal().requests_of(POST);
            requests.iter().any(|it| it.outcome == Outcome::GivenUp)
        };
        sim.wait_until("the caller should be seen to give up", given_up)
            .await;
        assert_eq!(is_isolated(&sim), effect);
    }
}

#[tokio::test]
async fn an_answer_may_be_late_though_the_write_took_effect_at_once() {
    let (sim, mut client, rule) = start().await;
    let late = FaultKind::delay(Duration::from_millis(200));
    sim.faults().push(Fault::on(POST, late));
    let path = crate::clients::below(crate::clients::GATEWAY, &rule);

    client.send("POST", &path, &an_hour().to_string()).await;
    sim.wait_until("the write should take effect", is_isolated)
        .await;

    let request = sim.journal().requests_of(POST).remove(0);
    assert_eq!(request.outcome, Outcome::UnderWay);
    assert_eq!(client.reply().await.expect("it comes").status, 200);
}

#[tokio::test]
async fn a_fault_may_concern_one_address_of_a_cluster_only() {
    let sim = Simulator::start(Scenario {
        listeners: 2,
        ..Scenario::default()
    })
    .await
    .expect("it starts");
    sim.behave(|it| it.accept_everybody = true);
    sim.faults()
        .push(Fault::once(FaultKind::status(500)).at(1).forever());
    let pem = sim.certificate_pem();
    let identity = Identity::make();

    let mut statuses = Vec::new();
    for addr in sim.addresses() {
        let client = Client::reach(*addr, &pem, Some(&identity)).await;
        statuses.push(client.expect("TLS").get("sensors").await.status);
    }

    assert_eq!(statuses, [200, 500]);
    sim.faults().clear();
    assert!(sim.faults().planned().is_empty());
}

#[tokio::test]
async fn a_connection_may_be_refused_before_tls_and_faults_stand_in_a_scenario() {
    let scenario: Scenario =
        serde_json::from_str(r#"{"faults": [{"kind": "refuse_connection", "times": 1}]}"#)
            .expect("a scenario");
    let sim = Simulator::start(scenario).await.expect("it starts");
    let pem = sim.certificate_pem();

    assert!(Client::reach(sim.address(), &pem, None).await.is_err());
    assert!(Client::reach(sim.address(), &pem, None).await.is_ok());
}
