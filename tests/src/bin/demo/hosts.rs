//! Hosts, and whether they can take a task.

use acceptance::Reply;
use serde_json::Value;

use crate::paper::{Paper, Style, fit};
use crate::problem::problem;
use crate::stage::Stage;

/// A host, and whether it should be ready in this world.
const HOSTS: [(&str, &str); 3] = [
    ("ws-042.corp.example", "yes"),
    ("WS-012", "no"),
    ("WS-007", "no"),
];

/// Shows some; gives what was not as it should be.
pub(crate) async fn show(stage: &Stage, paper: &Paper) -> Vec<String> {
    paper.chapter(
        "Can a device take a task? GET /v1/hosts?name=…, then GET /v1/hosts/{id}",
        "A name is looked up, and the host's checks say what is missing. A task may be sent all the same: \
         KSC keeps it until the device is back.",
    );
    let mut complaints = Vec::new();
    for (name, ready) in HOSTS {
        let found = stage.soar().get(&format!("/v1/hosts?name={name}")).await;
        let hosts = found.json["hosts"].as_array().map(Vec::as_slice);
        let Some([only]) = hosts else {
            let said = hosts.map_or_else(|| problem(&found), |it| format!("{} hosts", it.len()));
            complaints.push(format!(
                "{name} should be one host, and was answered {said}"
            ));
            continue;
        };
        let id = only["id"].as_str().unwrap_or_default();
        let host = stage.soar().get(&format!("/v1/hosts/{id}")).await;
        tell(name, &host, paper);
        if host.json["ready"] != ready {
            let said = &host.json["ready"];
            complaints.push(format!("{name} has ready {said} and not {ready}"));
        }
    }
    complaints
}

fn tell(name: &str, host: &Reply, paper: &Paper) {
    let text = |it: &Value, name: &str| it[name].as_str().unwrap_or_default().to_owned();
    let checks = host.json["checks"].as_array().cloned().unwrap_or_default();
    let missing = checks.iter().filter(|it| it["outcome"] != "passed");
    let missing: Vec<String> = missing
        .map(|it| format!("{}: {}", text(it, "name"), text(it, "detail")))
        .collect();
    let says = if missing.is_empty() {
        let passed: Vec<String> = checks.iter().map(|it| text(it, "name")).collect();
        format!("{} passed", passed.join(", "))
    } else {
        missing.join("; ")
    };
    let ready = text(&host.json, "ready");
    let style = if ready == "yes" {
        Style::Good
    } else {
        Style::Warning
    };
    let ready = paper.paint(style, &fit(&format!("ready: {ready}"), 10));
    paper.beside(&format!("  {}  {ready}  ", fit(name, 19)), 35, &says);
}
