//! Several requests in one call: each has its own result.

use serde_json::{Value, json};

use crate::paper::{Paper, Style, fit};
use crate::problem::{problem, reasons};
use crate::stage::Stage;

/// What came of the batch.
pub(crate) struct Batch {
    /// Where the tasks can be read that were accepted, in their order.
    pub(crate) locations: Vec<String>,
    /// What was not as it should be.
    pub(crate) complaints: Vec<String>,
}

/// Sends it and shows the results.
pub(crate) async fn show(stage: &Stage, paper: &Paper) -> Batch {
    paper.chapter(
        "Several at once: POST /v1/tasks/batch",
        "Each request has its own result, in its place; one that is wrong harms no other.",
    );
    let isolate = |host: &str, action: u8| json!({"task": "isolateHost", "targetHost": host, "params": {"action": action}});
    // The first device is off: what becomes of its task is the next chapter.
    let tasks = [
        isolate("WS-007", 1),
        isolate("WS-018", 7),
        isolate("10.20.30.19", 1),
    ];
    let reply = stage
        .soar()
        .post("/v1/tasks/batch", &json!({ "tasks": tasks }))
        .await;
    let mut batch = Batch {
        locations: Vec::new(),
        complaints: Vec::new(),
    };
    let results = reply.json["results"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    for (asked, result) in tasks.iter().zip(&results) {
        tell(asked, result, paper);
        if let Some(id) = result["task"]["id"].as_str() {
            batch.locations.push(format!("/v1/tasks/{id}"));
        }
    }
    let statuses: Vec<_> = results
        .iter()
        .map(|it| it["status"].as_u64().unwrap_or_default())
        .collect();
    if reply.status != 200 || statuses != [202, 422, 202] {
        let said = if reply.status == 200 {
            format!("{statuses:?}")
        } else {
            problem(&reply)
        };
        batch
            .complaints
            .push(format!("the batch was answered with {said}"));
    }
    batch
}

fn tell(asked: &Value, result: &Value, paper: &Paper) {
    let text = |it: &Value| it.as_str().unwrap_or_default().to_owned();
    let problem = &result["problem"];
    let (style, says) = match (result["task"]["id"].as_str(), problem["errors"].get(0)) {
        (Some(id), _) => (Style::Good, id.to_owned()),
        (None, Some(error)) => {
            let violation = format!("{}: {}", text(&error["pointer"]), text(&error["detail"]));
            let says = format!("{}, {violation}", text(&problem["code"]));
            (Style::Warning, says)
        }
        (None, None) => (Style::Bad, reasons(problem)),
    };
    let status = paper.paint(style, &result["status"].to_string());
    let asked = format!("{} on {}", text(&asked["task"]), text(&asked["targetHost"]));
    paper.beside(&format!("  {status}  {}  ", fit(&asked, 26)), 35, &says);
}
