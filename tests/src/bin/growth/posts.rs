//! Requests, as KSC fills with incidents.

use std::path::Path;

use serde_json::json;

use crate::meter::Meter;
use crate::stage::{Plan, Stage};
use crate::table::Table;

pub(crate) async fn measure(
    gateway: Option<&Path>,
    incidents: usize,
    times: usize,
    table: &mut Table,
) {
    let stage = Stage::set(Plan {
        incidents,
        ..Plan::of(gateway)
    })
    .await;
    without_key(&stage, "POST by id", incidents, times, table).await;
    let meter = Meter::start(&stage);
    for number in 0..times {
        let host = &stage.hosts[number % stage.hosts.len()];
        let key = format!("growth-{number}");
        stage.soar.isolate_once(host, &key).await.expect(202);
    }
    stage.settle().await;
    table.note(
        "POST by id, with a key",
        incidents,
        meter.each(&stage, times),
    );
    stage.strike().await;
}

/// Isolations of one host after the other.
pub(crate) async fn without_key(
    stage: &Stage,
    operation: &'static str,
    size: usize,
    times: usize,
    table: &mut Table,
) {
    // The first ones open sessions.
    for host in stage.hosts.iter().take(5) {
        let body = json!({"targetHost": host, "action": "release"});
        stage
            .soar
            .post("/v1/tasks/isolateHost", &body)
            .await
            .expect(202);
    }
    stage.settle().await;
    let meter = Meter::start(stage);
    for number in 0..times {
        let host = &stage.hosts[number % stage.hosts.len()];
        stage.soar.isolate(host).await.expect(202);
    }
    stage.settle().await;
    table.note(operation, size, meter.each(stage, times));
}
