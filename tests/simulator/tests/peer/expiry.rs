//! Sessions, results and tasks that die by the simulated clock.

use crate::clients::{Client, isolation};
use ksc_simulator::{Scenario, Simulator, WS_042};
use serde_json::json;
use std::time::Duration;

fn find_all(life: u32) -> serde_json::Value {
    json!({"strFilter": "(KLINCDT_ID > 0)", "pFieldsToReturn": ["KLINCDT_ID"],
           "pFieldsToOrder": [], "lMaxLifeTime": life})
}

#[tokio::test]
async fn a_session_dies_after_its_idle_time_and_calls_prolong_it() {
    let sim = Simulator::start(Scenario::default())
        .await
        .expect("it starts");
    let mut client = Client::with_session(&sim).await;

    for _ in 0..3 {
        sim.advance(Duration::from_mins(3)).await;
        client.done("Session.Ping", json!({})).await;
    }
    sim.advance(Duration::from_secs(181)).await;

    assert_eq!(client.call("Session.Ping", json!({})).await.status, 403);
    assert_eq!(sim.open_sessions(), 0);
    sim.verdict()
        .expect("a session that died of idling is no leak");
}

#[tokio::test]
async fn expired_sessions_take_their_accessors_along() {
    let sim = Simulator::start(Scenario::default())
        .await
        .expect("it starts");
    let mut client = Client::with_session(&sim).await;
    client.done("HostGroup.FindIncidents", find_all(60)).await;

    sim.expire_sessions();

    assert_eq!(client.call("Session.Ping", json!({})).await.status, 403);
    assert_eq!(sim.open_accessors(), 0);
    sim.verdict().expect("the server took it away");
}

#[tokio::test]
async fn an_accessor_dies_its_life_time_after_its_last_use() {
    let sim = Simulator::start(Scenario::default())
        .await
        .expect("it starts");
    let mut client = Client::with_session(&sim).await;
    client.done("HostGroup.FindIncidents", find_all(60)).await;
    let read = json!({"strAccessor": "acc-1", "nStart": 0, "nCount": 10});

    sim.advance(Duration::from_mins(1)).await;
    client
        .done("ChunkAccessor.GetItemsChunk", read.clone())
        .await;
    sim.advance(Duration::from_secs(61)).await;

    let late = client.call("ChunkAccessor.GetItemsChunk", read).await;
    assert_eq!(late.pxg(), ("KLSTD".to_owned(), 1186));
    let release = client
        .call("ChunkAccessor.Release", json!({"strAccessor": "acc-1"}))
        .await;
    assert_eq!(release.pxg(), ("KLSTD".to_owned(), 1186));
    client.end_session().await;
    sim.verdict()
        .expect("it was given back as well as it could be");
}

#[tokio::test]
async fn what_is_not_given_back_is_named_in_the_verdict() {
    let sim = Simulator::start(Scenario::default())
        .await
        .expect("it starts");
    let mut client = Client::with_session(&sim).await;
    client.done("HostGroup.FindIncidents", find_all(60)).await;

    let verdict = sim.verdict().expect_err("there are leaks");

    assert!(verdict.contains("session 1 was not ended"), "{verdict}");
    assert!(verdict.contains("acc-1"), "{verdict}");
    client.end_session().await;
    let verdict = sim
        .verdict()
        .expect_err("ending the session does not excuse it");
    assert!(verdict.contains("acc-1"), "{verdict}");
}

#[tokio::test]
async fn accessors_of_another_session_are_not_found() {
    let sim = Simulator::start(Scenario::default())
        .await
        .expect("it starts");
    let mut one = Client::with_session(&sim).await;
    let mut two = Client::with_session(&sim).await;
    one.done("HostGroup.FindIncidents", find_all(60)).await;

    for call in ["ChunkAccessor.GetItemsCount", "ChunkAccessor.Release"] {
        let foreign = two.call(call, json!({"strAccessor": "acc-1"})).await;
        assert_eq!(foreign.pxg(), ("KLSTD".to_owned(), 1186), "{call}");
    }
    one.done("ChunkAccessor.Release", json!({"strAccessor": "acc-1"}))
        .await;
}

#[tokio::test]
async fn a_response_task_dies_after_thirty_days() {
    let sim = Simulator::start(Scenario::default())
        .await
        .expect("it starts");
    let mut client = Client::with_session(&sim).await;
    client
        .done("HostGroup.AddIncident", isolation(WS_042))
        .await;
    sim.advance(Duration::from_secs(2)).await;
    let id = sim.response_tasks()[0].id.clone();

    sim.advance(Duration::from_secs(30 * 86_400 - 1)).await;
    assert_eq!(sim.response_tasks().len(), 1);
    sim.advance(Duration::from_secs(1)).await;

    assert!(sim.response_tasks().is_empty());
    client.start_session(&sim).await;
    let gone = client.call("Tasks.GetTask", json!({"strTask": id})).await;
    assert_eq!(gone.pxg(), ("KLSTD".to_owned(), 1186));
}

#[tokio::test]
async fn the_status_of_an_expired_session_follows_the_scenario() {
    let scenario = Scenario {
        expired_session_status: 401,
        session_idle_seconds: 5,
        ..Scenario::default()
    };
    let sim = Simulator::start(scenario).await.expect("it starts");
    let mut client = Client::with_session(&sim).await;

    sim.advance(Duration::from_secs(6)).await;

    assert_eq!(client.call("Session.Ping", json!({})).await.status, 401);
}

#[tokio::test]
async fn a_login_bound_to_a_connection_dies_with_it() {
    let sim = Simulator::start(Scenario::default())
        .await
        .expect("it starts");
    let mut client = Client::connect(&sim).await;
    client.log_in("login", sim.username(), sim.password()).await;
    client.done("HostGroup.FindIncidents", find_all(60)).await;
    assert_eq!((sim.open_sessions(), sim.open_accessors()), (1, 1));

    drop(client);
    sim.journal().wait_for(|_| sim.open_sessions() == 0).await;

    assert_eq!(sim.open_accessors(), 0);
    sim.verdict().expect("a login by connection ends with it");
}
