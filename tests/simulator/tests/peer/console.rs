//! The service console that comes and goes.

use crate::clients::{Client, isolation};
use ksc_simulator::{Scenario, Simulator, WS_042};
use serde_json::json;
use std::time::Duration;

const AVAILABLE: &str = "ConEvents.IsAnyServiceConsoleAvailable";

#[tokio::test]
async fn incidents_wait_for_a_console_and_are_acted_on_when_it_comes_back() {
    let scenario = Scenario {
        session_idle_seconds: 100_000,
        ..Scenario::default()
    };
    let sim = Simulator::start(scenario).await.expect("it starts");
    let mut client = Client::with_session(&sim).await;
    sim.set_console(false);
    assert_eq!(client.done(AVAILABLE, json!({})).await["PxgRetVal"], false);
    client
        .done("HostGroup.AddIncident", isolation(WS_042))
        .await;
    sim.advance(Duration::from_hours(1)).await;
    assert!(sim.response_tasks().is_empty());
    assert_eq!(sim.state().unattended_incidents, 1);

    sim.set_console(true);
    sim.advance(Duration::from_secs(2)).await;

    assert_eq!(client.done(AVAILABLE, json!({})).await["PxgRetVal"], true);
    assert_eq!(sim.response_tasks().len(), 1);
    let incident = sim.journal().incident(42).expect("it was stored");
    assert_eq!(incident.ksc_task.as_deref(), Some("195"));
}

#[tokio::test]
async fn those_that_waited_for_the_console_come_before_those_behind_them() {
    let sim = Simulator::start(Scenario::default())
        .await
        .expect("it starts");
    let mut client = Client::with_session(&sim).await;
    sim.set_console(false);
    client
        .done("HostGroup.AddIncident", isolation(WS_042))
        .await;
    sim.advance(Duration::from_secs(10)).await;
    client
        .done("HostGroup.AddIncident", isolation(WS_042))
        .await;
    // The second would be due a second from now, the first in two.
    sim.advance(Duration::from_secs(1)).await;

    sim.set_console(true);
    sim.advance(Duration::from_secs(5)).await;

    let task_of = |id| sim.journal().incident(id).and_then(|it| it.ksc_task);
    assert_eq!(task_of(42).as_deref(), Some("195"));
    assert_eq!(task_of(43).as_deref(), Some("196"));
}

#[tokio::test]
async fn a_deleted_incident_makes_no_task() {
    let sim = Simulator::start(Scenario::default())
        .await
        .expect("it starts");
    let mut client = Client::with_session(&sim).await;
    client
        .done("HostGroup.AddIncident", isolation(WS_042))
        .await;

    client
        .done("HostGroup.DeleteIncident", json!({"nId": 42}))
        .await;
    sim.advance(Duration::from_mins(1)).await;

    assert!(sim.response_tasks().is_empty());
}
