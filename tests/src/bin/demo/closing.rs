//! How to go on by hand: working commands, with the real ports and a working token.

use crate::linux::UNHEARD;
use crate::paper::{Paper, Style};
use crate::stage::Stage;

/// What every command to the API says of its caller.
const BEARER: &str = r#"-H "Authorization: Bearer $TOKEN""#;

/// What those say that send something.
const JSON: &str = "-H 'Content-Type: application/json'";

/// Prints the commands; `isolation` is where the isolation of the demo can be read.
pub(crate) fn show(stage: &Stage, isolation: &str, paper: &Paper) -> Result<(), String> {
    let token = stage.write_token()?;
    let (api, admin, control) = (stage.api(), stage.admin(), stage.control());
    paper.chapter(
        "Your turn",
        "Everything stays up until Ctrl-C. The lines below can be pasted into another terminal; the token \
         is good for twelve hours, for this gateway alone.",
    );
    let say = |text: &str| {
        paper.line("");
        paper.hanging("  ", text, Style::Quiet);
    };
    let get = |path: &str| {
        let url = format!("\"$GATEWAY{path}\"");
        paper.command(&["curl", r"-sSw '\n'", BEARER, &url]);
    };
    let post = |path: &str, body: &str| {
        let (url, body) = (format!("\"$GATEWAY{path}\""), data(body));
        paper.command(&["curl", r"-sSw '\n'", &url, BEARER, JSON, &body]);
    };

    paper.command(&["export", &format!("GATEWAY={api}")]);
    paper.command(&["export", &format!("TOKEN=$(cat {})", token.display())]);
    say(
        "Read the isolation back, with the evidence for its state; then the newest tasks, the budget, and \
         the servers:",
    );
    get(isolation);
    get("/v1/tasks?limit=5");
    get("/v1/budget?backend=ksc");
    get("/v1/backends");
    say("Release the host again, and watch the new task to its end:");
    let release = data(
        r#"{
  "targetHost": "ws-042.corp.example",
  "action": "release"
}"#,
    );
    paper.command(&[
        "TASK=$(curl -sS",
        "\"$GATEWAY/v1/tasks/isolateHost\"",
        BEARER,
        JSON,
        &release,
        "| grep -o 'ksc-[0-9]*' | head -n 1)",
    ]);
    paper.command(&[
        "curl",
        "-sS -N",
        BEARER,
        "\"$GATEWAY/v1/tasks/$TASK/events\"",
    ]);
    say("A request in the vendor's own form, and only rehearsed:");
    post(
        "/v1/tasks/dry-run",
        r#"{
  "task": "isolateHost",
  "targetHost": "WS-001",
  "params": {"action": 1}
}"#,
    );
    say("The request that would go to the Central Node, for a Linux server of two that it has:");
    post(
        "/v1/tasks/isolateHost/dry-run",
        &format!(
            r#"{{
  "targetHost": "{UNHEARD}",
  "action": "isolate",
  "durationSeconds": 7200
}}"#
        ),
    );
    say(
        "Take the service console away from KSC, and ask again: the gateway refuses to promise anything.",
    );
    paper.command(&[
        "curl",
        "-sS",
        r#"-d '{"connected": false}'"#,
        &format!("{control}/console"),
    ]);
    paper.line("");
    paper.entry(2, "docs", &format!("{api}/docs/"), Style::Plain);
    paper.entry(2, "contract", &format!("{api}/openapi.json"), Style::Plain);
    paper.entry(2, "metrics", &format!("{admin}/metrics"), Style::Plain);
    paper.entry(2, "health", &format!("{admin}/health/ready"), Style::Plain);
    paper.entry(
        2,
        "simulator",
        &format!("{control}/journal, /incidents, /tasks, /hosts, /state"),
        Style::Plain,
    );
    paper.line("");
    paper.line("  Ctrl-C ends it.");
    Ok(())
}

/// A body of several lines, as an option that stands in a command of several.
fn data(body: &str) -> String {
    format!("-d '{}'", body.replace('\n', "\n      "))
}
