//! What became of a task, as an event.

use serde_json::Value;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::digest;
use crate::kuma::cef::CefEvent;
use crate::kuma::spool::Note;

/// The event of a task that has ended, or that nobody knows: then `otherwise` says why. It may be sent twice; its
/// `externalId` is then the same.
#[must_use]
pub(super) fn event(note: &Note, task: &Value, otherwise: &str, now: OffsetDateTime) -> String {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let state = task["state"].as_str().unwrap_or("unknown");
    let action = task["task"].as_str().unwrap_or(&note.script);
    // A state of a newer gateway is told as one that nobody understands here.
    let (severity, outcome) = match state {
        "succeeded" => (3, "success"),
        "failed" | "lost" => (8, "failure"),
        _ => (6, "unknown"),
    };
    let evidence = task["evidence"].as_str().unwrap_or(otherwise);
    let host = task["targetHost"]["name"].as_str().unwrap_or(&note.host);
    let id = digest::hex(&["edrctl-kuma-event-1", &note.key, state]);
    CefEvent::new(
        &format!("edr-task-{state}"),
        &format!("EDR task {action} {state}"),
        severity,
    )
    .with("rt", &milliseconds(now))
    .with("externalId", id.get(..32).unwrap_or(&id))
    .with("act", action)
    .with("outcome", outcome)
    .with("dhost", host)
    .with("start", &moment(&text(&task["requestedAt"])))
    .with("end", &moment(&text(&task["execution"]["finishedAt"])))
    .labelled(1, "edrTask", note.task.as_deref().unwrap_or_default())
    .labelled(2, "kumaEvent", note.event.as_deref().unwrap_or_default())
    .labelled(3, "script", &note.script)
    .labelled(4, "state", state)
    .labelled(5, "key", &note.key)
    .labelled(6, "hostId", &text(&task["targetHost"]["id"]))
    .with("msg", evidence)
    .with("reason", &text(&task["execution"]["description"]))
    .line()
}

fn milliseconds(time: OffsetDateTime) -> String {
    (time.unix_timestamp_nanos() / 1_000_000).to_string()
}

/// A time of the gateway's as the format wants it; nothing where there is none.
fn moment(text: &str) -> String {
    OffsetDateTime::parse(text, &Rfc3339).map_or_else(|_| String::new(), milliseconds)
}
