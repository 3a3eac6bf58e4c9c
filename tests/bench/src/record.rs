//! The record of a sitting, for programs that read it: `target/bench/<time>.json`.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::cell::Found;
use crate::rounds::Row;
use crate::tokens::unix_now;

/// The rows of a scenario.
pub(crate) fn rows(rows: &[Row]) -> Value {
    rows.iter().map(row).collect()
}

/// Writes a record, and says where it is.
pub(crate) fn write(target: &Path, record: &Value) -> Result<PathBuf, String> {
    let folder = target.join("bench");
    let path = folder.join(format!("{}.json", unix_now()));
    let text = format!("{record:#}\n");
    std::fs::create_dir_all(&folder)
        .and_then(|()| std::fs::write(&path, text))
        .map_err(|it| format!("{}: {it}", path.display()))?;
    Ok(path)
}

fn row(row: &Row) -> Value {
    let cell = &row.cell;
    json!({
        "label": cell.label,
        "path": format!("{:?}", cell.lane),
        "setup": format!("{:?}", cell.setup),
        "callers": cell.callers,
        "pace": format!("{:?}", cell.pace),
        "tokens": format!("{:?}", cell.tokens),
        "hosts": format!("{:?}", cell.hosts),
        "keys": cell.keys,
        "delay ms": cell.delay.as_secs_f64() * 1e3,
        "rounds": row.found.iter().map(found).collect::<Value>(),
        "complaint": row.complaint(),
    })
}

fn found(found: &Found) -> Value {
    json!({
        "actions/s": found.rate,
        "latency µs": {
            "p50": found.latencies.p50, "p90": found.latencies.p90,
            "p99": found.latencies.p99, "max": found.latencies.most,
        },
        "cpu µs an action": {
            "program": found.subject, "ksc": found.stand_in,
            "front": found.front, "redis": found.redis, "load": found.load,
        },
        "load's share of a processor": found.load_share,
        "ksc calls an action": found.calls.iter().cloned().collect::<std::collections::BTreeMap<_, _>>(),
        "redis scripts an action": found.scripts,
        "tls handshakes an action": found.handshakes,
        "resident KiB": found.resident,
        "invalid": found.invalid,
    })
}
