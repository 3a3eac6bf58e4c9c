//! The dry run: everything but the incident.

use serde_json::{Value, json};

use crate::paper::{Paper, Style};
use crate::problem::problem;
use crate::stage::Stage;

/// Asks for a dry run and shows the answer; gives what was not as it should be.
pub(crate) async fn show(stage: &Stage, paper: &Paper) -> Vec<String> {
    paper.chapter(
        "A dry run first: POST /v1/tasks/isolateHost/dry-run",
        "A playbook can be tried without touching a device: host, rights and console are checked, and the \
         answer holds the exact call that would go to KSC.",
    );
    let body = json!({"targetHost": "ws-042.corp.example", "action": "isolate",
                      "comment": "INC-20417: beaconing to a known C2 address"});
    let before = stage.house().sim.journal().incidents().len();
    let reply = stage
        .soar()
        .post("/v1/tasks/isolateHost/dry-run", &body)
        .await;
    let after = stage.house().sim.journal().incidents().len();
    if reply.status != 200 || reply.json["dryRun"] != true {
        return vec![format!("the dry run was answered with {}", problem(&reply))];
    }
    paper.line(&format!(
        "  {}",
        paper.paint(Style::Good, "200  nothing was created")
    ));
    let mut complaints = Vec::new();
    for check in reply.json["checks"].as_array().into_iter().flatten() {
        let text = |name: &str| check[name].as_str().unwrap_or_default();
        let (lead, style) = if check["ok"] == true {
            ("✓", Style::Plain)
        } else {
            ("✗", Style::Bad)
        };
        paper.entry(
            4,
            &format!("{lead} {}", label(text("name"))),
            text("detail"),
            style,
        );
        if check["ok"] != true {
            complaints.push(format!("dry run: {}", text("detail")));
        }
    }
    paper.entry(
        4,
        "would call",
        "HostGroup.AddIncident with pData",
        Style::Plain,
    );
    for (name, value) in reply.json["pData"].as_object().into_iter().flatten() {
        let value = value
            .as_str()
            .map_or_else(|| value.to_string(), str::to_owned);
        paper.hanging(
            &format!("{}{name} = ", " ".repeat(16)),
            &value,
            Style::Quiet,
        );
    }
    if before != after {
        complaints.push("the dry run left an incident in KSC".to_owned());
    }
    if reply.json["pData"]["KLINCDT_BODY"]
        .as_str()
        .map(serde_json::from_str::<Value>)
        .is_none_or(|it| it.is_err())
    {
        complaints.push("the dry run does not show the incident's body".to_owned());
    }
    complaints
}

/// The name of a check, short enough for its column.
fn label(name: &str) -> &str {
    match name {
        "serviceConsole" => "console",
        "protection" => "allowed",
        other => other,
    }
}
