//! Operations, as KSC fills with hosts.

use std::path::Path;

use crate::meter::Meter;
use crate::posts;
use crate::stage::{Plan, Stage};
use crate::table::Table;

/// Incidents there are, whatever the hosts.
const INCIDENTS: usize = 1_000;

pub(crate) async fn measure(gateway: Option<&Path>, hosts: usize, times: usize, table: &mut Table) {
    let stage = Stage::set(Plan {
        incidents: INCIDENTS,
        hosts,
        ..Plan::of(gateway)
    })
    .await;
    posts::without_key(&stage, "POST by id", hosts, times, table).await;

    let meter = Meter::start(&stage);
    for number in 0..times {
        // Names that were not asked for a moment ago.
        let name = format!("PC-{:05}", (number * 7_919 + 11) % hosts);
        stage.soar.isolate(&name).await.expect(202);
    }
    stage.settle().await;
    table.note("POST by name", hosts, meter.each(&stage, times));

    let of_busy = stage.of_busy[stage.of_busy.len() - 5];
    let path = format!("/v1/tasks/ksc-{of_busy}");
    for (operation, path) in [("GET of a task", path.as_str()), ("list all", "/v1/tasks")] {
        stage.soar.get(path).await.expect(200);
        let meter = Meter::start(&stage);
        for _ in 0..times {
            stage.soar.get(path).await.expect(200);
        }
        table.note(operation, hosts, meter.each(&stage, times));
    }
    stage.strike().await;
}
