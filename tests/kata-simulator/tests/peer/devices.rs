//! What devices make of the rules, which no answer shows.

use crate::clients::{Client, settings};
use kata_simulator::{DeedKind, Freed, KataVersion, Scenario, SensorSpec, Simulator};
use serde_json::json;
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

const HOUR: Duration = Duration::from_secs(3_600);

async fn isolate(client: &mut Client, sensor: &str, hours: u64) {
    let rule = settings(sensor, "network_isolation");
    let body = json!({"settings": {"autoTurnoffTimeoutInSec": hours * 3_600}});
    let reply = client.post(&rule, &body).await;
    assert_eq!(reply.status, 200, "{}", reply.body);
}

async fn start(sensors: Vec<SensorSpec>) -> (Simulator, Client) {
    let scenario = Scenario {
        sensors,
        ..Scenario::default()
    };
    let sim = Simulator::start(scenario).await.expect("it starts");
    let client = Client::accepted(&sim).await;
    (sim, client)
}

fn freed(sim: &Simulator, sensor: &str) -> Vec<Freed> {
    let mut freed = Vec::new();
    for deed in sim.journal().deeds_of(sensor) {
        if let DeedKind::Free { why } = deed.kind {
            freed.push(why);
        }
    }
    freed
}

#[tokio::test]
async fn a_device_on_line_is_isolated_and_free_again_when_the_time_is_over() {
    let (sim, mut client) = start(Vec::new()).await;
    let id = sim.sensor("WS-042");

    isolate(&mut client, &id, 2).await;
    assert_eq!(sim.device(&id).isolated_until, Some(sim.now() + 2 * HOUR));
    sim.advance(Duration::from_secs(7_199));
    assert!(sim.device(&id).isolated_until.is_some());
    sim.advance(Duration::from_secs(1));

    assert_eq!(sim.device(&id).isolated_until, None);
    assert_eq!(freed(&sim, &id), [Freed::TimeOver]);
    let rule = client.get(&settings(&id, "network_isolation")).await;
    assert_eq!(rule.status, 200, "the rule is still there");
    sim.set_on_line(&id, false);
    sim.set_on_line(&id, true);
    assert_eq!(sim.device(&id).isolated_until, None, "and not heeded twice");
}

#[tokio::test]
async fn a_second_rule_starts_the_clock_again() {
    let (sim, mut client) = start(Vec::new()).await;
    let id = sim.sensor("WS-042");
    isolate(&mut client, &id, 2).await;
    sim.advance(HOUR);

    isolate(&mut client, &id, 2).await;
    sim.advance(HOUR + HOUR / 2);

    assert!(sim.device(&id).isolated_until.is_some());
    sim.advance(HOUR);
    assert_eq!(sim.device(&id).isolated_until, None);
    assert_eq!(freed(&sim, &id), [Freed::TimeOver], "once");
}

#[tokio::test]
async fn a_device_off_line_heeds_the_rule_when_it_comes() {
    let (sim, mut client) = start(Vec::new()).await;
    let id = sim.sensor("NB-TRAVEL");
    isolate(&mut client, &id, 1).await;
    sim.advance(3 * HOUR);
    assert!(sim.journal().deeds_of(&id).is_empty());

    assert!(sim.set_on_line(&id, true));

    assert_eq!(sim.device(&id).isolated_until, Some(sim.now() + HOUR));
    let kinds = sim.journal().deeds_of(&id);
    assert_eq!(kinds[0].kind, DeedKind::CameOnLine);
    assert!(matches!(kinds[1].kind, DeedKind::Isolated { .. }));
}

#[tokio::test]
async fn an_agent_may_come_late_by_itself_and_another_never() {
    let ip = Ipv4Addr::new(198, 51, 100, 7);
    let late = SensorSpec::linux("late-01", ip).after(4 * HOUR);
    let (sim, mut client) = start(vec![late]).await;
    let (late, never) = (sim.sensor("late-01"), sim.sensor("srv-lost-01"));
    isolate(&mut client, &late, 1).await;
    isolate(&mut client, &never, 1).await;

    sim.advance(Duration::from_secs(4 * 3_600 - 1));
    assert!(!sim.device(&late).on_line);
    sim.advance(Duration::from_secs(1));

    assert!(sim.device(&late).isolated_until.is_some());
    sim.advance(10_000 * HOUR);
    assert!(sim.journal().deeds_of(&never).is_empty());
}

#[tokio::test]
async fn a_rule_that_is_gone_before_the_device_comes_is_never_heeded() {
    let (sim, mut client) = start(Vec::new()).await;
    let id = sim.sensor("NB-TRAVEL");
    isolate(&mut client, &id, 1).await;
    client.delete(&settings(&id, "network_isolation")).await;

    sim.set_on_line(&id, true);

    assert_eq!(sim.journal().deeds_of(&id).len(), 1, "it came on line");
}

#[tokio::test]
async fn an_agent_hears_of_a_change_after_its_delay() {
    let (sim, mut client) = start(Vec::new()).await;
    sim.behave(|it| it.agent_delay_seconds = 300);
    let id = sim.sensor("srv-db-01");
    isolate(&mut client, &id, 1).await;

    sim.advance(Duration::from_secs(299));
    assert_eq!(sim.device(&id).isolated_until, None);
    sim.advance(Duration::from_secs(1));
    assert!(sim.device(&id).isolated_until.is_some());
}

#[tokio::test]
async fn a_device_can_leave_isolation_by_hand_and_by_release() {
    let (sim, mut client) = start(Vec::new()).await;
    let id = sim.sensor("srv-db-01");
    isolate(&mut client, &id, 1).await;

    assert!(sim.leave_isolation(&id));
    assert!(!sim.leave_isolation(&id));
    isolate(&mut client, &id, 1).await;
    client.delete(&settings(&id, "network_isolation")).await;

    assert_eq!(freed(&sim, &id), [Freed::ByHand, Freed::Released]);
    assert_eq!(sim.device(&id).isolated_until, None);
}

#[tokio::test]
async fn five_hours_without_contact_end_isolation_in_the_oldest_version_only() {
    for (version, expected) in [
        (KataVersion::V4_0, vec![Freed::LostContact]),
        (KataVersion::V7_1, Vec::new()),
    ] {
        let (sim, mut client) = start(Vec::new()).await;
        sim.behave(|it| it.version = version);
        let id = sim.sensor("WS-042");
        isolate(&mut client, &id, 100).await;
        sim.set_on_line(&id, false);

        sim.advance(5 * HOUR);

        assert_eq!(freed(&sim, &id), expected, "{version:?}");
    }
}

#[tokio::test]
async fn deeds_are_told_to_whoever_plays_the_same_device_before_the_answer_goes_out() {
    let (sim, mut client) = start(Vec::new()).await;
    let id = sim.sensor("srv-db-01");
    let heard = Arc::new(Mutex::new(Vec::new()));
    let hearing = Arc::clone(&heard);
    sim.on_device(move |deed| {
        let is_on = matches!(deed.kind, DeedKind::Isolated { .. });
        let what = if is_on { "isolated" } else { "free" };
        let line = format!("{} is {what}", deed.host);
        hearing.lock().expect("nobody panicked").push(line);
    });

    isolate(&mut client, &id, 1).await;
    let told = heard.lock().expect("nobody panicked").clone();
    assert_eq!(told, ["srv-db-01 is isolated"]);
    sim.advance(HOUR);

    let told = heard.lock().expect("nobody panicked").clone();
    assert_eq!(told, ["srv-db-01 is isolated", "srv-db-01 is free"]);
}

#[tokio::test]
async fn a_host_of_the_fleet_is_a_device_like_any_other() {
    let sim = Simulator::start(Scenario {
        fleet: 100_000,
        ..Scenario::default()
    })
    .await
    .expect("it starts");
    let mut client = Client::accepted(&sim).await;
    let id = sim.sensor("FLEET-054321");

    isolate(&mut client, &id, 1).await;

    assert!(sim.device(&id).isolated_until.is_some());
    assert_eq!(sim.devices().len(), 7, "the others are not remembered");
}
