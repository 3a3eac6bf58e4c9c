//! One of the streams that fed the table, event by event, and taken up again after its end.

use std::collections::BTreeSet;

use acceptance::Reply;
use reqwest::Method;

use crate::paper::{Paper, fit};
use crate::row::{Heard, Row, style};
use crate::stage::Stage;

/// Shows it; gives what was not as it should be.
pub(crate) async fn show(stage: &Stage, row: &Row, paper: &Paper) -> Vec<String> {
    let path = format!("{}/events", row.location);
    paper.chapter(
        &format!("One of those streams: GET {path}"),
        "Server-sent events, so nobody polls: each change of a task comes with its evidence, and the stream \
         ends with the task. A client that was cut off sends the last id, and hears nothing twice.",
    );
    for heard in &row.heard {
        tell(heard, paper);
    }
    let Some(last) = row.heard.last() else {
        return vec![format!("{path} has told nothing")];
    };
    let again = stage.soar().request(Method::GET, &path);
    let reply = Reply::of(again.header("last-event-id", &last.id)).await;
    let mut complaints = Vec::new();
    if reply.status == 204 {
        let lead = format!("  {:>5}    {}  ", "again", fit(&last.id, ID));
        let said = "204 to this as Last-Event-ID: nothing more will come";
        paper.beside(&lead, 13 + ID, said);
    } else {
        let status = reply.status;
        complaints.push(format!(
            "{path}, heard to its end, was answered {status} and not 204"
        ));
    }
    let ids: BTreeSet<&str> = row.heard.iter().map(|it| it.id.as_str()).collect();
    if ids.len() < row.heard.len() {
        complaints.push(format!("{path} has told something twice"));
    }
    complaints
}

fn tell(heard: &Heard, paper: &Paper) {
    let state = heard.task["state"].as_str().unwrap_or_default();
    let seconds = heard.at.as_secs_f64();
    // The id begins with the state.
    let id = paper.paint(style(state), &fit(&heard.id, ID));
    let evidence = heard.task["evidence"].as_str().unwrap_or_default();
    let percent = heard.task["execution"]["percent"].as_i64();
    let share = percent
        .filter(|_| state == "running")
        .map_or(String::new(), |it| format!(", {it}% done"));
    paper.beside(
        &format!("  {seconds:>5.1} s  {id}  "),
        13 + ID,
        &format!("{evidence}{share}"),
    );
}

/// The width of the column with the ids: the longest state, a hyphen and sixteen digits.
const ID: usize = 26;
