//! Requests, as keys are kept and the budget's book fills.

use std::path::Path;

use acceptance::{Caller, RedisServer};
use tokio::task::JoinSet;

use crate::meter::{Cost, Meter};
use crate::stage::{Plan, Stage};
use crate::table::Table;

/// As many send at a time.
const HANDS: usize = 8;

/// One caller has no more keys than this.
const OF_ONE: usize = 9_000;

pub(crate) async fn measure(
    gateway: Option<&Path>,
    shared: bool,
    sizes: &[usize],
    times: usize,
    table: &mut Table,
) {
    let redis = if shared {
        Some(RedisServer::start().await)
    } else {
        None
    };
    let folder = tempfile::tempdir().expect("a folder");
    // Counted, and never too many: what was sent since the last count is in the book.
    let mut settings = vec![
        ("backends.ksc.budget_policy", "refuse".to_owned()),
        ("backends.ksc.budget", "10000".to_owned()),
        ("backends.ksc.stalled_after", "60m".to_owned()),
    ];
    if let Some(redis) = &redis {
        let file = redis.url_file(folder.path()).display().to_string();
        settings.push(("idempotency.store", "redis".to_owned()));
        settings.push(("idempotency.redis_url_file", file));
    }
    let stage = Stage::set(Plan {
        settings,
        ..Plan::of(gateway)
    })
    .await;
    let mut sent = 0;
    for size in sizes {
        fill(&stage, sent, *size).await;
        sent = *size;
        stage.settle().await;
        stage.sim.journal().forget_calls();
        let meter = Meter::start(&stage);
        let host = |number: usize| &stage.hosts[number % stage.hosts.len()];
        for number in 0..times {
            stage.soar.isolate(host(number)).await.expect(202);
        }
        table.note("POST, counted", *size, meter.each(&stage, times));
        let meter = Meter::start(&stage);
        let measurer = stage.caller("measurer");
        for number in 0..times {
            let key = format!("m-{size}-{number}");
            measurer.isolate_once(host(number), &key).await.expect(202);
        }
        table.note("POST with a key, counted", *size, meter.each(&stage, times));
        let meter = Meter::start(&stage);
        for number in 0..times {
            let key = format!("m-{size}-{number}");
            measurer.isolate_once(host(number), &key).await.expect(202);
        }
        table.note("the same key again", *size, meter.each(&stage, times));
        let memory = stage.program.resident_kib().expect("it runs");
        table.note("memory", *size, Cost::Memory(memory));
    }
    stage.strike().await;
}

/// Requests with keys of their own, from so many sent to so many.
async fn fill(stage: &Stage, from: usize, to: usize) {
    let mut hands = JoinSet::new();
    for hand in 0..HANDS {
        let numbers: Vec<usize> = (from..to).filter(|it| it % HANDS == hand).collect();
        let callers: Vec<Caller> = (0..=to / OF_ONE)
            .map(|it| stage.caller(&format!("caller-{it}")))
            .collect();
        let hosts = stage.hosts.clone();
        let sim = std::sync::Arc::clone(&stage.sim);
        hands.spawn(async move {
            for number in numbers {
                let caller = &callers[number / OF_ONE];
                let host = &hosts[number % hosts.len()];
                let key = format!("fill-{number:08}");
                caller.isolate_once(host, &key).await.expect(202);
                if number % 500 == 0 {
                    sim.journal().forget_calls();
                }
            }
        });
    }
    hands.join_all().await;
}
