//! What each final state rests on: the KSC task, its status for the device, the device's own words.

use serde_json::Value;

use crate::board::Row;
use crate::paper::{Paper, Style, fit};

/// Shows it for every task.
pub(crate) fn show(rows: &[Row], paper: &Paper) {
    paper.chapter(
        "What the states rest on",
        "A stored incident is never called a success: every state names what KSC said, and a device that \
         fails says why in its own words.",
    );
    for row in rows.iter().filter(|it| !it.task.is_null()) {
        let kind = row.request.kind;
        let title = format!(
            "  {}  {} on {}",
            paper.paint(row.style(), &fit(row.state(), 9)),
            row.request.task,
            row.text("/targetHost/name"),
        );
        paper.line(&format!(
            "{title}{}",
            paper.paint(Style::Quiet, &format!(", asked for by its {kind}"))
        ));
        paper.entry(4, "KSC task", &ksc_task(row), Style::Plain);
        paper.entry(4, "evidence", row.text("/evidence"), Style::Plain);
        let said = row.text("/execution/description");
        if !said.is_empty() {
            paper.entry(4, "device", &format!("“{said}”"), row.style());
        }
        for warning in row.task["warnings"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
        {
            paper.entry(4, "mind", warning, Style::Quiet);
        }
    }
}

fn ksc_task(row: &Row) -> String {
    let name = row.text("/kscTask/name");
    if name.is_empty() {
        return "none has been seen".to_owned();
    }
    format!("{}  {name}", row.text("/kscTask/id"))
}
