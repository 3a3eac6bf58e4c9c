//! What is refused, and how: every refusal says what to change, and none of them reaches KSC.

use acceptance::{Caller, Reply};
use serde_json::{Value, json};

use crate::paper::{Paper, Style};
use crate::problem::problem;
use crate::stage::Stage;

/// A request that must be refused.
struct Refusal {
    what: &'static str,
    caller: Caller,
    task: &'static str,
    host: &'static str,
    params: Value,
    more: Value,
    status: u16,
    code: &'static str,
    /// What the answer must list: violations, candidates.
    lists: Option<(&'static str, usize)>,
}

/// Sends them and shows the answers; gives what was not as it should be.
pub(crate) async fn show(stage: &Stage, paper: &Paper) -> Vec<String> {
    paper.chapter(
        "What is refused",
        "Every refusal is a problem document (RFC 9457) with a stable code; a request that breaks several \
         rules hears about all of them at once.",
    );
    let before = stage.house().sim.journal().incidents().len();
    let mut complaints = Vec::new();
    for refusal in refusals(stage) {
        let mut body = refusal.params.clone();
        body["targetHost"] = refusal.host.into();
        for (name, value) in refusal.more.as_object().into_iter().flatten() {
            body[name] = value.clone();
        }
        let reply = refusal
            .caller
            .post(&format!("/v1/tasks/{}", refusal.task), &body)
            .await;
        tell(&refusal, &reply, paper);
        complaints.extend(judge(&refusal, &reply));
    }
    let after = stage.house().sim.journal().incidents().len();
    if before == after {
        paper.line("");
        paper.hanging(
            "  ✓ ",
            "KSC has seen none of them: no incident was added.",
            Style::Good,
        );
    } else {
        complaints.push(format!(
            "refused requests left {} incidents in KSC",
            after - before
        ));
    }
    complaints
}

fn refusals(stage: &Stage) -> Vec<Refusal> {
    let isolate = || json!({"action": "isolate"});
    let refusal = |what, caller, status, code| Refusal {
        what,
        caller,
        task: "isolateHost",
        host: "ws-042.corp.example",
        params: isolate(),
        more: json!({}),
        status,
        code,
        lists: None,
    };
    vec![
        Refusal {
            task: "getFile",
            host: "ws-0*",
            params: json!({"hash": "not a hash", "path": r"C:\Temp\*.log"}),
            more: json!({"severity": "grave", "priority": "high"}),
            lists: Some(("errors", 5)),
            ..refusal(
                "getFile with several mistakes",
                stage.soar(),
                422,
                "validation_failed",
            )
        },
        Refusal {
            host: "SRV-FILES",
            lists: Some(("candidates", 2)),
            ..refusal(
                "isolateHost on a name that two servers share",
                stage.soar(),
                409,
                "host_ambiguous",
            )
        },
        refusal(
            "isolateHost without a token",
            stage.house().stranger(),
            401,
            "token_missing",
        ),
        refusal(
            "isolateHost with a token that may only read",
            stage.house().caller("tasks.read"),
            403,
            "scope_missing",
        ),
    ]
}

fn tell(refusal: &Refusal, reply: &Reply, paper: &Paper) {
    let text = |value: &Value, name: &str| value[name].as_str().unwrap_or_default().to_owned();
    let status = paper.paint(
        Style::Warning,
        &format!("{} {}", reply.status, text(&reply.json, "code")),
    );
    let width = 4 + reply.status.to_string().len() + 1 + text(&reply.json, "code").chars().count();
    paper.beside(&format!("  {status}  "), width, refusal.what);
    paper.hanging("    ", &text(&reply.json, "detail"), Style::Plain);
    for error in reply.json["errors"].as_array().into_iter().flatten() {
        let pointer = Some(text(error, "pointer")).filter(|it| !it.is_empty());
        let pointer = pointer.unwrap_or_else(|| "the body".to_owned());
        paper.hanging(
            &format!("      {pointer:<22}  "),
            &text(error, "detail"),
            Style::Quiet,
        );
    }
    for host in reply.json["candidates"].as_array().into_iter().flatten() {
        let line = format!("{:<28}  {}", text(host, "fqdn"), text(host, "id"));
        paper.line(&format!("      {}", paper.paint(Style::Quiet, &line)));
    }
}

/// What is not as it should be about an answer.
fn judge(refusal: &Refusal, reply: &Reply) -> Vec<String> {
    let mut complaints = Vec::new();
    if reply.status != refusal.status || reply.json["code"] != refusal.code {
        complaints.push(format!(
            "{}: {} {} was expected, and not {}",
            refusal.what,
            refusal.status,
            refusal.code,
            problem(reply)
        ));
    }
    if let Some((list, least)) = refusal.lists {
        let found = reply.json[list].as_array().map_or(0, Vec::len);
        if found < least {
            complaints.push(format!(
                "{}: {found} {list} were named, and not {least}",
                refusal.what
            ));
        }
    }
    complaints
}
