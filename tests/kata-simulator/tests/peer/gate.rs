//! The gates, before the server and on the way out.

use crate::clients::{Client, GATEWAY, Identity, below, settings};
use kata_simulator::{Scenario, Simulator};
use serde_json::json;

const POST: &str = "POST settings/network_isolation";

async fn start() -> (Simulator, Client, String) {
    let sim = Simulator::start(Scenario::default())
        .await
        .expect("it starts");
    let client = Client::accepted(&sim).await;
    let rule = settings(&sim.sensor("WS-042"), "network_isolation");
    (sim, client, below(GATEWAY, &rule))
}

fn an_hour() -> String {
    json!({"settings": {"autoTurnoffTimeoutInSec": 3_600}}).to_string()
}

#[tokio::test]
async fn whoever_waits_at_the_gate_has_changed_nothing() {
    let (sim, mut client, rule) = start().await;
    sim.gate().hold_calls_to("POST *");
    client.send("POST", &rule, &an_hour()).await;

    sim.gate().wait_until_waiting(1).await;

    assert_eq!(sim.gate().waiting_calls(), [POST]);
    assert!(sim.journal().rule_changes().is_empty());
    sim.gate().let_through(1);
    assert_eq!(client.reply().await.expect("it comes").status, 200);
    assert!(sim.gate().is_held());
    sim.gate().open();
    assert!(!sim.gate().is_held());
}

#[tokio::test]
async fn whoever_waits_on_the_way_out_has_changed_all_that_he_will() {
    let (sim, mut client, rule) = start().await;
    sim.way_out().hold();
    client.send("POST", &rule, &an_hour()).await;

    sim.way_out().wait_until_waiting(1).await;

    assert_eq!(sim.journal().rule_changes().len(), 1);
    drop(client);
    let gone = |sim: &Simulator| sim.way_out().waiting() == 0;
    sim.wait_until("the caller should be seen to give up", gone)
        .await;
    assert_eq!(sim.journal().rule_changes().len(), 1);
}

#[tokio::test]
async fn requests_go_through_one_by_one_in_the_order_of_their_arrival() {
    let (sim, mut first, rule) = start().await;
    sim.behave(|it| it.accept_everybody = true);
    let mut second = Client::connect(&sim, &Identity::make()).await;
    sim.gate().hold();
    first.send("POST", &rule, &an_hour()).await;
    sim.gate().wait_until_waiting(1).await;
    second.send("DELETE", &rule, "").await;
    sim.gate().wait_until_waiting(2).await;

    sim.gate().let_through(1);
    assert_eq!(first.reply().await.expect("it comes").status, 200);
    assert_eq!(sim.gate().waiting(), 1);
    sim.gate().let_through(1);

    assert_eq!(second.reply().await.expect("it comes").status, 200);
    assert_eq!(sim.journal().rule_changes().len(), 2);
}
