//! Everybody's tasks, a page at a time.

use acceptance::Reply;
use serde_json::Value;

use crate::paper::{Paper, Style, fit};
use crate::problem::problem;
use crate::row::{Row, style};
use crate::stage::Stage;

/// Shows two pages; gives what was not as it should be.
pub(crate) async fn show(stage: &Stage, rows: &[Row], paper: &Paper) -> Vec<String> {
    paper.chapter(
        "All tasks: GET /v1/tasks?limit=5",
        "The newest first, by whichever replica; also by host, task, state, time, or a list of ids.",
    );
    let soar = stage.soar();
    let first = soar.get("/v1/tasks?limit=5").await;
    let mut listed = tell(&first, paper);
    let Some(cursor) = first.json["nextCursor"].as_str() else {
        return vec![format!("the list has no next page: {}", problem(&first))];
    };
    let next = format!("next page: ?limit=5&cursor={cursor}");
    paper.hanging("  ", &next, Style::Quiet);
    let second = soar
        .get(&format!("/v1/tasks?limit=5&cursor={cursor}"))
        .await;
    listed.extend(tell(&second, paper));
    let line = |task: &Value| {
        let text = |name: &str| task[name].as_str().unwrap_or_default();
        format!("{} {}", text("id"), text("state"))
    };
    let listed: Vec<String> = listed.iter().map(line).collect();
    let newest_first = rows.iter().rev().filter(|it| !it.task.is_null());
    let known: Vec<String> = newest_first.map(|it| line(&it.task)).collect();
    if listed == known {
        return Vec::new();
    }
    vec![format!(
        "the pages hold {listed:?}, and the table {known:?}"
    )]
}

/// Shows the tasks of a page, and gives them.
fn tell(page: &Reply, paper: &Paper) -> Vec<Value> {
    let tasks = page.json["tasks"].as_array().cloned().unwrap_or_default();
    for task in &tasks {
        let text = |pointer: &str| task.pointer(pointer).and_then(Value::as_str);
        let column = |pointer: &str, width| fit(text(pointer).unwrap_or_default(), width);
        let state = text("/state").unwrap_or_default();
        paper.line(&format!(
            "  {}  {}  {}  {}",
            column("/id", 8),
            column("/task", 16),
            column("/targetHost/name", 9),
            paper.paint(style(state), state),
        ));
    }
    tasks
}
