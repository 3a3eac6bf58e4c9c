//! How to go on by hand: working commands, with the real ports and a working token.

use crate::linux::UNHEARD;
use crate::paper::{Paper, Style};
use crate::stage::Stage;

/// Prints the commands; `isolation` is where the isolation of the demo can be read.
pub(crate) fn show(stage: &Stage, isolation: &str, paper: &Paper) -> Result<(), String> {
    let token = stage.write_token()?;
    let (api, admin, control) = (stage.api(), stage.admin(), stage.control());
    paper.chapter(
        "Your turn",
        "Everything stays up until Ctrl-C. The lines below can be pasted into another terminal; the token \
         is good for twelve hours, for this gateway alone.",
    );
    let say = |text: &str| paper.line(&format!("  {}", paper.paint(Style::Quiet, text)));
    let command = |text: &str| paper.line(&format!("    {text}"));
    let get = |path: &str| {
        command(&format!(
            r#"curl -sSw '\n' -H "Authorization: Bearer $TOKEN" "$GATEWAY{path}""#
        ));
    };

    command(&format!("export GATEWAY={api}"));
    command(&format!("export TOKEN=$(cat {})", token.display()));
    paper.line("");
    say(
        "Read the isolation back, with the evidence for its state; then the newest tasks, the budget, and the servers:",
    );
    get(isolation);
    get("/v1/tasks?limit=5");
    get("/v1/budget?backend=ksc");
    get("/v1/backends");
    paper.line("");
    say("Release the host again, and watch the new task to its end:");
    command(
        r#"TASK=$(curl -sS -H "Authorization: Bearer $TOKEN" -H "Content-Type: application/json" \"#,
    );
    command(r#"     -d '{"targetHost": "ws-042.corp.example", "params": {"action": 0}}' \"#);
    command("     $GATEWAY/v1/tasks/isolateHost | grep -o 'ksc-[0-9]*' | head -n 1)");
    command(r#"curl -sS -N -H "Authorization: Bearer $TOKEN" $GATEWAY/v1/tasks/$TASK/events"#);
    paper.line("");
    say("A request in the vendor's own form, and only rehearsed:");
    command(
        r#"curl -sSw '\n' -H "Authorization: Bearer $TOKEN" -H "Content-Type: application/json" \"#,
    );
    command(
        r#"     -d '{"task": "isolateHost", "targetHost": "WS-001", "params": {"action": 1}}' \"#,
    );
    command(r#"     "$GATEWAY/v1/tasks?dryRun=true""#);
    paper.line("");
    say("The request that would go to the Central Node, for a Linux server of two that it has:");
    command(
        r#"curl -sSw '\n' -H "Authorization: Bearer $TOKEN" -H "Content-Type: application/json" \"#,
    );
    command(&format!(
        r#"     -d '{{"targetHost": "{UNHEARD}", "params": {{"action": 1, "durationSeconds": 7200}}}}' \"#
    ));
    command(r#"     "$GATEWAY/v1/tasks/isolateHost?dryRun=true""#);
    paper.line("");
    say(
        "Take the service console away from KSC, and ask again: the gateway refuses to promise anything.",
    );
    command(&format!(
        "curl -sS -d '{{\"connected\": false}}' {control}/console"
    ));
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
