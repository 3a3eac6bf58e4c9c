//! All that is known of one task.

use serde_json::Value;
use time::OffsetDateTime;

use crate::show::age::moment;
use crate::show::ink::Ink;
use crate::show::member::{list, rest, text};
use crate::show::page::Page;
use crate::show::screen::Screen;
use crate::show::state::{host_of, ink_of, state};

/// What a page of one task says in its own words; all else is at its end.
const KNOWN: [&str; 22] = [
    "id",
    "task",
    "targetHost",
    "params",
    "responseEventIncidentArea",
    "severity",
    "requestedAt",
    "state",
    "terminal",
    "pollAfterSeconds",
    "incident",
    "kscTask",
    "execution",
    "evidence",
    "warnings",
    "backend",
    "caller",
    "comment",
    "externalId",
    "requestId",
    "candidates",
    "confirmation",
];

/// All that is known of one task.
#[must_use]
pub fn task(task: &Value, now: OffsetDateTime, screen: Screen) -> String {
    let of = |pointer: &str| text(task, pointer);
    let mut page = Page::new(screen);
    let name = format!("{}  {} on {}", of("/id"), of("/task"), host_of(task));
    page.title(&name, Ink::Heading);
    page.entry_in("state", &state(task), ink_of(task));
    page.entry("device says", &of("/execution/description"));
    page.entry("evidence", &of("/evidence"));
    let confirmation = of("/confirmation/state");
    if !confirmation.is_empty() {
        let by = format!(
            "{confirmation} by {}: {}",
            of("/confirmation/by"),
            of("/confirmation/evidence")
        );
        page.entry("confirmed", &by);
    }
    for warning in list(task, "/warnings") {
        page.entry_in("warning", &text(warning, ""), Ink::Warning);
    }
    page.entry("host", &host(task));
    page.entry("back end", &of("/backend"));
    page.entry("asked", &moment(&of("/requestedAt"), now));
    page.entry("began", &moment(&of("/execution/startedAt"), now));
    page.entry("ended", &moment(&of("/execution/finishedAt"), now));
    page.entry("caller", &of("/caller"));
    page.entry("comment", &of("/comment"));
    page.entry("externalId", &of("/externalId"));
    page.entry("area", &of("/responseEventIncidentArea"));
    page.entry("severity", severity(task));
    page.entry("params", &of("/params"));
    page.entry("incident", &incident(task));
    page.entry("KSC task", &ksc_task(task.pointer("/kscTask")));
    for candidate in list(task, "/candidates") {
        page.entry("may be", &ksc_task(Some(candidate)));
    }
    page.entry("request", &of("/requestId"));
    rest(&mut page, task, &KNOWN);
    page.finish()
}

fn host(task: &Value) -> String {
    let parts = ["/targetHost/name", "/targetHost/fqdn", "/targetHost/id"];
    let parts = parts.map(|it| text(task, it));
    let shown: Vec<&str> = parts.iter().map(String::as_str).collect();
    present(&shown)
}

/// Those of the texts that say something, with commas between them.
fn present(texts: &[&str]) -> String {
    let present: Vec<&str> = texts.iter().copied().filter(|it| !it.is_empty()).collect();
    present.join(", ")
}

fn severity(task: &Value) -> &str {
    match task.pointer("/severity").and_then(Value::as_i64) {
        Some(1) => "information",
        Some(2) => "warning",
        Some(3) => "critical",
        Some(_) | None => "",
    }
}

fn incident(task: &Value) -> String {
    match task.pointer("/incident/handled").and_then(Value::as_bool) {
        Some(true) => format!("{}, marked as handled", text(task, "/incident/id")),
        Some(false) | None => text(task, "/incident/id"),
    }
}

fn ksc_task(value: Option<&Value>) -> String {
    let Some(task) = value else {
        return String::new();
    };
    present(&[&text(task, "/id"), &text(task, "/name")])
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use time::macros::datetime;

    use super::*;

    const NOW: OffsetDateTime = datetime!(2026-01-02 03:07:05 UTC);

    fn isolation() -> Value {
        json!({
            "id": "ksc-42", "task": "isolateHost", "state": "running", "terminal": false,
            "targetHost": {"id": "4328e16a", "name": "WS-042", "fqdn": "ws-042.corp.example"},
            "params": {"action": 1}, "responseEventIncidentArea": "Kuma", "severity": 2,
            "requestedAt": "2026-01-02T03:04:05Z", "pollAfterSeconds": 15,
            "incident": {"id": 42, "handled": false},
            "kscTask": {"id": "195", "name": "[Response][KUMA] isolateHost"},
            "execution": {"percent": 40, "description": ""},
            "evidence": "KSC task 195 reports state_code 2", "warnings": ["It ends by the policy."],
            "backend": "ksc", "caller": "soar", "comment": "beaconing\nsince noon",
            "mood": {"of": "the device"}
        })
    }

    #[test]
    fn a_page_says_everything_that_is_known_of_a_task() {
        assert_eq!(
            task(&isolation(), NOW, Screen::PIPE),
            "ksc-42  isolateHost on WS-042\n\
             state       running 40 %\n\
             evidence    KSC task 195 reports state_code 2\n\
             warning     It ends by the policy.\n\
             host        WS-042, ws-042.corp.example, 4328e16a\n\
             back end    ksc\n\
             asked       2026-01-02 03:04:05 UTC, 3 m ago\n\
             caller      soar\n\
             comment     beaconing\n\
             \x20           since noon\n\
             area        Kuma\n\
             severity    warning\n\
             params      {\"action\":1}\n\
             incident    42\n\
             KSC task    195, [Response][KUMA] isolateHost\n\
             mood        {\"of\":\"the device\"}\n"
        );
    }

    #[test]
    fn what_a_device_says_cannot_leave_its_place() {
        let mut odd = isolation();
        odd["execution"]["description"] = json!("done\u{1b}[1A\u{202e}");
        odd["targetHost"]["name"] = json!("WS\u{1b}]0;x\u{7}");

        let shown = task(&odd, NOW, Screen::PIPE);

        assert!(shown.contains("WS\\u{1b}]0;x\\u{7}"), "{shown:?}");
        assert!(shown.contains("done\\u{1b}[1A\\u{202e}"), "{shown:?}");
    }
}
