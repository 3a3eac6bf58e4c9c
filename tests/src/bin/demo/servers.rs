//! Several back ends behind the one gateway.

use acceptance::Reply;
use reqwest::Method;
use serde_json::{Value, json};

use crate::paper::{Paper, Style, fit};
use crate::problem::problem;
use crate::row::style;
use crate::stage::{BRANCH, BRANCH_HOST, Stage};

/// A device that both servers have.
const OF_BOTH: &str = "WS-042";

/// Shows where requests go; gives what was not as it should be.
pub(crate) async fn show(stage: &Stage, paper: &Paper) -> Vec<String> {
    paper.chapter(
        "Three back ends: GET /v1/backends, and which of them acts",
        "Each that can do the task is asked for the host, side by side; the one that has it acts. A host of \
         several is refused and never guessed, unless the request names its backend.",
    );
    let mut complaints = list(stage, paper).await;
    complaints.extend(of_the_branch(stage, paper).await);
    complaints.extend(of_both(stage, paper).await);
    complaints
}

async fn list(stage: &Stage, paper: &Paper) -> Vec<String> {
    let reply = stage.soar().get("/v1/backends").await;
    let backends = reply.json["backends"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    for one in &backends {
        let text = |name: &str| one[name].as_str().unwrap_or_default();
        let state = match one["reason"].as_str() {
            None => paper.paint(Style::Good, "can be asked"),
            Some(reason) => paper.paint(Style::Bad, reason),
        };
        paper.line(&format!(
            "  {}  {}  {}  {state}",
            fit(text("backend"), 8),
            fit(text("kind"), 4),
            fit(&format!("version {}", text("version")), 24),
        ));
    }
    let well = backends.iter().filter(|it| it["available"] == true).count();
    if well == 3 {
        return Vec::new();
    }
    vec![format!(
        "{well} of three back ends can be asked: {}",
        reply.text
    )]
}

async fn of_the_branch(stage: &Stage, paper: &Paper) -> Vec<String> {
    let created = stage.soar().isolate(BRANCH_HOST).await;
    tell(&format!("isolateHost on {BRANCH_HOST}"), &created, paper);
    if created.status != 202 || created.json["backend"] != BRANCH {
        return vec![format!(
            "a host of {BRANCH} was answered {}, and not 202 by {BRANCH}",
            problem(&created)
        )];
    }
    // The states in between were shown before.
    let location = created.header("location").to_owned();
    let mut task = created.json;
    while task["terminal"] != true {
        let read = stage.soar().request(Method::GET, &location);
        let read = Reply::of(read.header("prefer", "wait=10")).await;
        if read.status != 200 {
            return vec![format!("{location} was answered {}", problem(&read))];
        }
        task = read.json;
    }
    let text = |name: &str| task[name].as_str().unwrap_or_default();
    let state = paper.paint(style(text("state")), &fit(text("state"), 9));
    paper.beside(&format!("       {state}  "), 18, text("evidence"));
    if task["state"] == "succeeded" {
        return Vec::new();
    }
    vec![format!("the isolation at {BRANCH} ended {}", text("state"))]
}

async fn of_both(stage: &Stage, paper: &Paper) -> Vec<String> {
    let soar = stage.soar();
    let mut body = json!({"targetHost": OF_BOTH, "action": "release"});
    let unnamed = soar.post("/v1/tasks/isolateHost/dry-run", &body).await;
    tell(
        &format!("the same for {OF_BOTH}, which both have"),
        &unnamed,
        paper,
    );
    let candidates = unnamed.json["candidates"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    for it in &candidates {
        let text = |name: &str| it[name].as_str().unwrap_or_default();
        let line = format!("{} at {}", text("id"), text("backend"));
        paper.entry(7, "candidate", &line, Style::Quiet);
    }
    body["backend"] = Value::from(BRANCH);
    let named = soar.post("/v1/tasks/isolateHost/dry-run", &body).await;
    tell(
        &format!("… with \"backend\": \"{BRANCH}\" (a dry run)"),
        &named,
        paper,
    );
    let mut complaints = Vec::new();
    if unnamed.status != 409 || candidates.len() != 2 {
        complaints.push(format!(
            "a host of both was answered {}, and not 409",
            problem(&unnamed)
        ));
    }
    if named.status != 200 || named.json["backend"] != BRANCH {
        complaints.push(format!("a named back end was answered {}", problem(&named)));
    }
    complaints
}

fn tell(what: &str, reply: &Reply, paper: &Paper) {
    let said = match reply.json["id"].as_str() {
        Some(id) => id.to_owned(),
        None if reply.status == 200 => "would be sent".to_owned(),
        None => reply.json["code"].as_str().unwrap_or_default().to_owned(),
    };
    paper.line(&format!("  {}  {}  {said}", reply.status, fit(what, 46)));
}
