//! A task for a device that is off: waited for, and cancelled.

use std::time::Instant;

use acceptance::Reply;
use reqwest::Method;
use serde_json::Value;

use crate::paper::{Paper, Style, fit};
use crate::problem::problem;
use crate::row::style;
use crate::stage::Stage;

/// Waits for the task at this location, cancels it and reads it back; gives what was not as it
/// should be.
pub(crate) async fn show(stage: &Stage, location: &str, paper: &Paper) -> Vec<String> {
    paper.chapter(
        "A device that is off: waited for, and cancelled",
        "With Prefer: wait a GET is answered when the state changes. A task that has not ended can be \
         cancelled; the answer is what KSC shows after that.",
    );
    let soar = stage.soar();
    let cancel = format!("{location}/cancel");
    let mut complaints = Vec::new();
    let mut step = |reply: &Reply, what: &str, state: &str| {
        tell(what, reply, paper);
        if reply.status != 200 || reply.json["state"] != state {
            let said = match reply.json["state"].as_str() {
                Some(state) => format!("{} {state}", reply.status),
                None => problem(reply),
            };
            complaints.push(format!("{what} was answered {said}, and not 200 {state}"));
        }
    };
    let begun = Instant::now();
    let wait = soar
        .request(Method::GET, location)
        .header("prefer", "wait=10");
    let waited = Reply::of(wait).await;
    let seconds = begun.elapsed().as_secs_f64();
    let applied = waited.header("preference-applied").to_owned();
    let get = format!("GET {location}");
    let patient = format!("{get} with Prefer: wait=10, answered after {seconds:.1} s");
    step(&waited, &patient, "pending");
    let cancelled = soar.post_nothing(&cancel).await;
    step(&cancelled, &format!("POST {cancel}"), "failed");
    step(&soar.get(location).await, &get, "failed");
    if applied != "wait=10" {
        complaints.push(format!("Preference-Applied is {applied:?} and not wait=10"));
    }
    complaints
}

fn tell(what: &str, reply: &Reply, paper: &Paper) {
    let text = |pointer: &str| reply.json.pointer(pointer).and_then(Value::as_str);
    let state = text("/state").unwrap_or_default();
    let evidence = text("/evidence").unwrap_or_default();
    let device = text("/execution/description").filter(|it| !it.is_empty());
    let device = device.map_or(String::new(), |it| format!(": “{it}”"));
    let (status, state) = (reply.status, paper.paint(style(state), &fit(state, 7)));
    paper.hanging(&format!("  {status}  "), what, Style::Plain);
    paper.beside(
        &format!("       {state}  "),
        16,
        &format!("{evidence}{device}"),
    );
}
