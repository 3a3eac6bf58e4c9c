//! The room that KSC has for response tasks.

use serde_json::Value;

use crate::paper::{Paper, Style};
use crate::problem::problem;
use crate::row::Row;
use crate::stage::Stage;

/// Shows it; gives what was not as it should be.
pub(crate) async fn show(stage: &Stage, rows: &[Row], paper: &Paper) -> Vec<String> {
    paper.chapter(
        "The budget: GET /v1/budget?backend=ksc",
        "KSC keeps so many response tasks and rotates the oldest out, finished or not. The gateway counts \
         them, everybody's, and by its policy refuses what would push out an unfinished one.",
    );
    let reply = stage.soar().get("/v1/budget?backend=ksc").await;
    let text = |pointer: &str| {
        let value = reply.json.pointer(pointer).and_then(Value::as_str);
        value.unwrap_or_default()
    };
    let number = |name: &str| reply.json[name].as_u64();
    let (Some(limit), Some(live), Some(waiting), Some(free)) = (
        number("limit"),
        number("live"),
        number("waiting"),
        number("free"),
    ) else {
        return vec![format!("the budget was answered with {}", problem(&reply))];
    };
    let policy = text("/policy");
    paper.entry(
        2,
        "tasks",
        &format!("{live} of {limit}, {waiting} on their way, {free} free; policy: {policy}"),
        Style::Plain,
    );
    let finished = if reply.json["oldest"]["finished"] == true {
        "finished"
    } else {
        "not finished"
    };
    let oldest = format!(
        "{} {}, {finished}",
        text("/oldest/kscTask/id"),
        text("/oldest/kscTask/name")
    );
    paper.entry(2, "goes first", &oldest, Style::Plain);
    let Some(last) = rows.last() else {
        return vec!["no task was asked for".to_owned()];
    };
    let told = format!("RateLimit: {}, as in the last of the nine", last.room);
    paper.entry(2, "202 header", &told, Style::Plain);
    judge(rows, [limit, live, waiting, free], last)
}

/// What does not add up.
fn judge(rows: &[Row], [limit, live, waiting, free]: [u64; 4], last: &Row) -> Vec<String> {
    let mut complaints = Vec::new();
    let accepted = rows.iter().filter(|it| it.status == Some(202)).count() as u64;
    if live + waiting != accepted || live + waiting + free != limit {
        complaints.push(format!(
            "the budget does not add up: {live} live, {waiting} waiting, {free} free of {limit}, and {accepted} accepted"
        ));
    }
    let room = format!("\"task-budget\";r={free}");
    if last.room != room {
        complaints.push(format!(
            "the last 202 said RateLimit {:?}, and not {room}",
            last.room
        ));
    }
    complaints
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::requests::nine;

    #[test]
    fn a_budget_adds_up_or_is_complained_about() {
        let mut row = Row::of(nine().remove(0));
        row.status = Some(202);
        row.room = "\"task-budget\";r=99".to_owned();
        let rows = [row.clone()];

        for good in [[100, 1, 0, 99], [100, 0, 1, 99]] {
            assert_eq!(judge(&rows, good, &row), Vec::<String>::new());
        }
        for bad in [[100, 2, 0, 98], [100, 0, 0, 100], [100, 1, 0, 98]] {
            assert!(!judge(&rows, bad, &row).is_empty(), "{bad:?}");
        }
    }
}
