//! A task that is watched, as more and more do.

use std::path::Path;
use std::time::Duration;

use acceptance::{Events, Said};
use reqwest::Method;
use tokio::task::JoinSet;

use crate::meter::Meter;
use crate::stage::{Plan, Stage};
use crate::table::Table;

/// As many streams are opened at a time.
const AT_A_TIME: usize = 100;

/// For so long the task is watched.
const SECONDS: u64 = 10;

pub(crate) async fn measure(gateway: Option<&Path>, sizes: &[usize], table: &mut Table) {
    for size in sizes {
        let stage = Stage::set(Plan {
            // Nothing happens while it is watched.
            running: Duration::from_hours(1),
            ..Plan::of(gateway)
        })
        .await;
        let created = stage.soar.isolate(&stage.hosts[1]).await.expect(202);
        stage.settle().await;
        let path = format!("/v1/tasks/{}/events", created.task_id());
        let mut streams = Vec::new();
        let meter = Meter::start(&stage);
        while streams.len() < *size {
            let mut opening = JoinSet::new();
            for _ in streams.len()..(*size).min(streams.len() + AT_A_TIME) {
                let request = stage.soar.request(Method::GET, &path);
                opening.spawn(async move {
                    let mut events = Events::open(request).await;
                    while !matches!(events.next().await, Said::Event(..)) {}
                    events
                });
            }
            streams.extend(opening.join_all().await);
        }
        table.note("opening a stream", *size, meter.each(&stage, *size));
        let meter = Meter::start(&stage);
        tokio::time::sleep(Duration::from_secs(SECONDS)).await;
        let seconds = usize::try_from(SECONDS).expect("a few");
        table.note("a second of watching", *size, meter.each(&stage, seconds));
        drop(streams);
        stage.strike().await;
    }
}
