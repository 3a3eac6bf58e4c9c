//! What each final state rests on: the KSC task, its status for the device, the device's own words.

use serde_json::Value;

use crate::paper::{Paper, Style, fit};
use crate::row::Row;

/// Shows it for every task.
pub(crate) fn show(rows: &[Row], paper: &Paper) {
    paper.chapter(
        "What the states rest on",
        "A stored incident is never called a success: every state names what KSC said of its task, which \
         has this name in KSC's console, and a device that fails says why in its own words.",
    );
    for row in rows.iter().filter(|it| !it.task.is_null()) {
        let name = Some(row.text("/kscTask/name")).filter(|it| !it.is_empty());
        let columns = format!(
            "  {}  {}  ",
            paper.paint(row.style(), &fit(row.state(), 9)),
            fit(row.text("/targetHost/name"), 11),
        );
        paper.beside(&columns, 26, name.unwrap_or(row.request.task));
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
