//! The tag at a KSC: beside its simulator, which plays the same devices.

use crate::clients::{Client, settings};
use kata_simulator::{Scenario, Simulator, TagReport, TaggedDevices};
use ksc_simulator::ISOLATED;
use serde_json::json;
use std::net::SocketAddr;

/// A KSC with the Linux host that the Central Node knows, and its control listener.
async fn ksc() -> (ksc_simulator::Simulator, SocketAddr) {
    let host = json!({"id": "linux-61", "name": "srv-db-01", "fqdn": "srv-db-01.corp.example",
        "netbios": "SRV-DB-01", "ip": "10.20.40.61", "os": "Ubuntu 24.04"});
    let scenario = ksc_simulator::Scenario {
        extra_hosts: vec![serde_json::from_value(host).expect("a host")],
        ..ksc_simulator::Scenario::default()
    };
    let ksc = ksc_simulator::Simulator::start(scenario)
        .await
        .expect("it starts");
    let any = SocketAddr::from(([127, 0, 0, 1], 0));
    let control = ksc.serve_control(any).await.expect("a port is free");
    (ksc, control)
}

async fn isolate(client: &mut Client, sensor: &str) {
    let rule = settings(sensor, "network_isolation");
    let body = json!({"settings": {"autoTurnoffTimeoutInSec": 3_600}});
    assert_eq!(client.post(&rule, &body).await.status, 200);
}

async fn reports(sim: &Simulator, count: usize) -> Vec<TagReport> {
    let enough = |sim: &Simulator| sim.journal().tag_reports().len() >= count;
    sim.wait_until("KSC should be told", enough).await;
    sim.journal().tag_reports()
}

#[tokio::test]
async fn an_isolated_linux_device_gets_its_tag_and_loses_it_at_release() {
    let (ksc, control) = ksc().await;
    let sim = Simulator::start(Scenario::default())
        .await
        .expect("it starts");
    sim.tell_ksc(control, TaggedDevices::Linux);
    let mut client = Client::accepted(&sim).await;
    let id = sim.sensor("srv-db-01");

    isolate(&mut client, &id).await;
    isolate(&mut client, &sim.sensor("WS-042")).await;
    let told = reports(&sim, 1).await;
    assert_eq!((told[0].isolated, &told[0].error), (true, &None));
    // Removing it shows that it was there; it is put back.
    ksc.remove_tag("linux-61", ISOLATED);
    ksc.set_tag("linux-61", ISOLATED, ksc_simulator::TagSetter::Product);
    client.delete(&settings(&id, "network_isolation")).await;

    let told = reports(&sim, 2).await;
    assert_eq!((told[1].isolated, &told[1].error), (false, &None));
    assert_eq!(told.len(), 2, "Windows is not documented to have one");
}

#[tokio::test]
async fn every_device_may_have_one_and_what_comes_to_nothing_is_said() {
    let (ksc, control) = ksc().await;
    let sim = Simulator::start(Scenario::default())
        .await
        .expect("it starts");
    sim.tell_ksc(control, TaggedDevices::Everywhere);
    let mut client = Client::accepted(&sim).await;

    isolate(&mut client, &sim.sensor("WS-042")).await;
    let told = reports(&sim, 1).await;
    assert_eq!(told[0].error, None);
    ksc.remove_tag(&ksc.host("WS-042").id, ISOLATED);
    isolate(&mut client, &sim.sensor("srv-old-01")).await;

    let told = reports(&sim, 2).await;
    assert_eq!(told[1].error.as_deref(), Some("0 hosts of KSC are meant"));
}
