//! Reads, as KSC fills with incidents.

use std::path::Path;

use ksc_simulator::NameSuffix;
use serde_json::json;

use crate::meter::Meter;
use crate::stage::{Plan, Stage};
use crate::table::Table;

/// How many tasks are read once each.
const FEW: usize = 20;

pub(crate) async fn measure(
    gateway: Option<&Path>,
    incidents: usize,
    times: usize,
    table: &mut Table,
) {
    let stage = Stage::set(Plan {
        incidents,
        // Two hundred incidents of each in a month, and ten thousand of one.
        hosts: 500,
        ..Plan::of(gateway)
    })
    .await;
    one_by_one(&stage, incidents, times, table).await;
    old_ones(&stage, incidents, times, table).await;
    let busy = format!("/v1/tasks?host={}", stage.hosts[0]);
    many(
        &stage,
        "list all, first time",
        &["/v1/tasks"],
        incidents,
        1,
        table,
    )
    .await;
    many(&stage, "list all", &["/v1/tasks"], incidents, times, table).await;
    many(
        &stage,
        "list of the busy host, first time",
        &[&busy],
        incidents,
        1,
        table,
    )
    .await;
    many(
        &stage,
        "list of the busy host",
        &[&busy],
        incidents,
        times,
        table,
    )
    .await;
    stage.strike().await;

    let stage = Stage::set(Plan {
        incidents,
        names: NameSuffix::Random,
        ..Plan::of(gateway)
    })
    .await;
    let page = ["/v1/tasks?limit=200"];
    many(
        &stage,
        "page with odd names, first time",
        &page,
        incidents,
        1,
        table,
    )
    .await;
    many(
        &stage,
        "page with odd names",
        &page,
        incidents,
        times / 5,
        table,
    )
    .await;
    stage.strike().await;
}

/// Tasks that were just made, and the same when they are over.
async fn one_by_one(stage: &Stage, incidents: usize, times: usize, table: &mut Table) {
    let mut made = Vec::new();
    for number in 0..FEW {
        let host = &stage.hosts[1 + number % (stage.hosts.len() - 1)];
        let body = json!({"targetHost": host, "action": "isolate"});
        let created = stage.soar.post("/v1/tasks/isolateHost", &body).await;
        made.push(created.expect(202));
    }
    stage.settle().await;
    let meter = Meter::start(stage);
    for created in &made {
        stage.soar.read(created).await.expect(200);
    }
    table.note("GET of a fresh task", incidents, meter.each(stage, FEW));

    let meter = Meter::start(stage);
    for number in 0..times {
        let read = stage.soar.read(&made[number % FEW]).await.expect(200);
        assert_eq!(read.json["state"], "succeeded", "{}", read.text);
    }
    table.note(
        "GET of a finished task",
        incidents,
        meter.each(stage, times),
    );
}

/// Tasks of long ago, of a host that has had many since.
async fn old_ones(stage: &Stage, incidents: usize, times: usize, table: &mut Table) {
    let all = stage.of_busy.len();
    // From the first half, spread.
    let few = FEW.min(all / 2).max(1);
    let old: Vec<String> = (0..few)
        .map(|it| format!("/v1/tasks/ksc-{}", stage.of_busy[it * (all / 2) / few]))
        .collect();
    let old: Vec<&str> = old.iter().map(String::as_str).collect();
    let first = "GET of an old one on a busy host, first time";
    many(stage, first, &old, incidents, few, table).await;
    many(
        stage,
        "GET of an old one on a busy host",
        &old,
        incidents,
        times,
        table,
    )
    .await;
}

async fn many(
    stage: &Stage,
    operation: &'static str,
    paths: &[&str],
    size: usize,
    times: usize,
    table: &mut Table,
) {
    let meter = Meter::start(stage);
    for number in 0..times {
        stage
            .soar
            .get(paths[number % paths.len()])
            .await
            .expect(200);
    }
    table.note(operation, size, meter.each(stage, times));
}
