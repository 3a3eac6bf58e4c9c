//! Memory of the programs that stay: at rest, under load, and with thousands who watch a task.

use std::time::Duration;

use serde_json::{Value, json};

use super::cells::LANES;
use crate::cell::{Cell, as_float};
use crate::load::{Connection, Errand, Target};
use crate::rig::{Lane, Setup};
use crate::rounds::Bench;
use crate::screen::say;

/// Who watch, and how many of them in a smoke.
const WATCHERS: usize = 10_000;
const FEW_WATCHERS: usize = 200;

/// How long a program is looked at while it idles.
const IDLE: Duration = Duration::from_secs(1);

/// What one program takes, KiB.
#[derive(Debug, Default)]
struct Taken {
    ready_after: Option<Duration>,
    idle: u64,
    loaded: u64,
    peak: u64,
    watched: Option<u64>,
    /// Of one processor, while they watch and nothing changes.
    watching: Option<f64>,
}

/// Measures each program once; gives what was found, and whether something went wrong.
pub(crate) async fn memory(bench: &mut Bench<'_>) -> (Value, bool) {
    let count = if bench.options.quick {
        FEW_WATCHERS
    } else {
        WATCHERS
    };
    say("\nmemory, MiB");
    say(&format!(
        "{:<34} {:>8} {:>8} {:>8} {:>8} {:>10} {:>11} {:>9}",
        "way", "ready ms", "idle", "loaded", "peak", "watched", "KiB each", "cpu"
    ));
    let (mut found, mut bad) = (Vec::new(), false);
    for lane in LANES {
        let stays = !matches!(lane, Lane::Floor | Lane::Script);
        if !stays || !bench.options.takes(lane) {
            continue;
        }
        match taken(bench, lane, count).await {
            Ok(taken) => {
                say(&line(lane, &taken, count));
                found.push(record(lane, &taken, count));
            }
            Err(reason) => {
                say(&format!("{:<34} NOT MEASURED: {reason}", lane.label()));
                bad = bad || !lane.is_optional();
            }
        }
    }
    (Value::Array(found), bad)
}

async fn taken(bench: &mut Bench<'_>, lane: Lane, count: usize) -> Result<Taken, String> {
    let is_gateway = matches!(lane, Lane::Gateway | Lane::Before);
    let mut cell = Cell::plain(lane, bench.options.many(), bench.options);
    // More than are wanted, so that nobody is turned away; and a program that has done nothing yet.
    cell.setup = Setup {
        watchers: Some(2 * count),
        ..cell.setup
    };
    let rig = bench.rig(lane, cell.setup).await?;
    tokio::time::sleep(IDLE).await;
    let memory = |it: &crate::rig::Rig| it.memory().ok_or("it does not stay".to_owned());
    let mut taken = Taken {
        ready_after: rig.ready_after,
        idle: memory(rig)?.resident,
        ..Taken::default()
    };
    let row = bench.rounds(vec![cell.clone()], 1).await.remove(0);
    if let Some(complaint) = row.complaint() {
        return Err(complaint);
    }
    let token = bench.workshop.issuer.tokens(1)?.remove(0);
    let rig = bench.rig(lane, cell.setup).await?;
    taken.loaded = memory(rig)?.resident;
    taken.peak = memory(rig)?.peak;
    if is_gateway && let Errand::Service(target) = rig.errand.clone() {
        let watchers = watch(&target, &token, count).await?;
        let before = rig.used()?;
        tokio::time::sleep(IDLE).await;
        let used = rig.used()?.of_subjects_since(&before);
        taken.watching = Some(used.as_secs_f64() / IDLE.as_secs_f64());
        taken.watched = Some(memory(rig)?.resident);
        drop(watchers);
    }
    Ok(taken)
}

/// So many callers that watch one task.
async fn watch(target: &Target, token: &str, count: usize) -> Result<Vec<Connection>, String> {
    let broken = |it: std::io::Error| it.to_string();
    let body = format!(
        "{{\"targetHost\":\"{}\",\"action\":\"isolate\"}}",
        crate::devices::id(0)
    );
    let head = format!("Host: bench\r\nAuthorization: Bearer {token}\r\n");
    let request = format!(
        "POST /v1/tasks/isolateHost HTTP/1.1\r\n{head}Content-Type: application/json\r\n\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let mut first = Connection::open(target).await.map_err(broken)?;
    let status = first.exchange(request.as_bytes()).await.map_err(broken)?;
    let task: Value = serde_json::from_slice(first.body()).unwrap_or_default();
    let id = task["id"].as_str().ok_or(format!("no task: {status}"))?;
    let request =
        format!("GET /v1/tasks/{id}/events HTTP/1.1\r\n{head}Accept: text/event-stream\r\n\r\n");
    let mut watchers = Vec::with_capacity(count);
    for number in 0..count {
        let mut watcher = Connection::open(target).await.map_err(broken)?;
        let status = watcher.begin(request.as_bytes()).await.map_err(broken)?;
        if status != 200 {
            let said = String::from_utf8_lossy(watcher.body()).into_owned();
            return Err(format!("watcher {number}: {status} {said}"));
        }
        watchers.push(watcher);
    }
    Ok(watchers)
}

fn line(lane: Lane, taken: &Taken, count: usize) -> String {
    let mebibytes = |kibibytes: u64| as_float(kibibytes) / 1024.0;
    let ready = taken
        .ready_after
        .map_or("–".to_owned(), |it| it.as_millis().to_string());
    let watched = taken
        .watched
        .map_or("–".to_owned(), |it| format!("{:.1}", mebibytes(it)));
    let each = each(taken, count).map_or("–".to_owned(), |it| format!("{it:.1}"));
    let cpu = taken
        .watching
        .map_or("–".to_owned(), |it| format!("{:.1}%", it * 100.0));
    format!(
        "{:<34} {ready:>8} {:>8.1} {:>8.1} {:>8.1} {watched:>10} {each:>11} {cpu:>9}",
        lane.label(),
        mebibytes(taken.idle),
        mebibytes(taken.loaded),
        mebibytes(taken.peak),
    )
}

/// KiB for each who watches.
fn each(taken: &Taken, count: usize) -> Option<f64> {
    let more = taken.watched?.saturating_sub(taken.loaded);
    Some(as_float(more) / as_float(u64::try_from(count).ok()?))
}

fn record(lane: Lane, taken: &Taken, count: usize) -> Value {
    json!({
        "label": lane.label(),
        "ready after ms": taken.ready_after.map(|it| it.as_secs_f64() * 1e3),
        "idle KiB": taken.idle,
        "loaded KiB": taken.loaded,
        "peak KiB": taken.peak,
        "watchers": taken.watched.map(|_| count),
        "watched KiB": taken.watched,
        "KiB a watcher": each(taken, count),
        "share of a processor while watched": taken.watching,
    })
}
