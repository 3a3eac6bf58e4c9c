//! The table of the nine tasks: a row a task, and how far it has come.

use std::time::Duration;

use acceptance::Reply;
use serde_json::Value;

use crate::paper::{Paper, Style, fit};
use crate::requests::Request;

/// What is known of one task.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    /// What was asked for.
    pub(crate) request: Request,
    /// Status of the answer to the request; nothing before it came.
    pub(crate) status: Option<u16>,
    /// The id under which the log knows the request.
    pub(crate) request_id: String,
    /// Where the answer says the task can be read.
    pub(crate) location: String,
    /// The task as it was read last.
    pub(crate) task: Value,
    /// From the request to the final state.
    pub(crate) took: Option<Duration>,
    /// The last thing that went wrong on the way.
    pub(crate) trouble: Option<String>,
}

impl Row {
    /// A row for a request that has not been sent.
    pub(crate) fn of(request: Request) -> Self {
        Self {
            request,
            status: None,
            request_id: String::new(),
            location: String::new(),
            task: Value::Null,
            took: None,
            trouble: None,
        }
    }

    /// Enters the answer to the request.
    pub(crate) fn answered(&mut self, reply: &Reply) {
        self.status = Some(reply.status);
        reply.request_id().clone_into(&mut self.request_id);
        reply.header("location").clone_into(&mut self.location);
        if reply.status == 202 {
            self.task = reply.json.clone();
        } else {
            self.trouble = Some(problem(reply));
        }
    }

    /// A text of the task, by its JSON pointer; empty when it is not there.
    pub(crate) fn text(&self, pointer: &str) -> &str {
        self.task
            .pointer(pointer)
            .and_then(Value::as_str)
            .unwrap_or_default()
    }

    /// The state; empty before there is one.
    pub(crate) fn state(&self) -> &str {
        self.text("/state")
    }

    /// Whether the state cannot change any more.
    pub(crate) fn is_over(&self) -> bool {
        self.task["terminal"] == true
    }

    /// What is not as it should be.
    pub(crate) fn complaints(&self) -> Vec<String> {
        let Request {
            task, host, end, ..
        } = &self.request;
        let mut complaints = Vec::new();
        let mut complain = |text: String| complaints.push(format!("{task} on {host}: {text}"));
        if self.status != Some(202) {
            let trouble = self.trouble.as_deref().unwrap_or("no answer");
            complain(format!("it was not accepted: {trouble}"));
            return complaints;
        }
        let location = format!("/v1/tasks/{}", self.text("/id"));
        if self.location != location {
            complain(format!(
                "Location is {:?} and not {location}",
                self.location
            ));
        }
        if !self.is_over() {
            complain(format!(
                "it has no final state: {}. {}",
                self.state(),
                self.text("/evidence")
            ));
        } else if self.state() != *end {
            complain(format!("it ended as {} and not as {end}", self.state()));
        }
        if self.text("/evidence").is_empty() {
            complain("its state names no evidence".to_owned());
        }
        complaints
    }

    /// How the state looks.
    pub(crate) fn style(&self) -> Style {
        match self.state() {
            "succeeded" => Style::Good,
            "warning" => Style::Warning,
            "failed" | "lost" | "ambiguous" => Style::Bad,
            "pending" | "running" => Style::Active,
            _ => Style::Quiet,
        }
    }

    /// The stations passed: incident, KSC task, start on the device, end.
    fn stations(&self) -> &'static str {
        match self.state() {
            "" => "○○○○",
            "accepted" | "stalled" => "●○○○",
            "pending" | "ambiguous" => "●●○○",
            "running" | "paused" => "●●●○",
            _ => "●●●●",
        }
    }

    fn line(&self, paper: &Paper) -> String {
        let number = |pointer: &str| {
            let number = self.task.pointer(pointer).and_then(Value::as_i64);
            number.map_or(String::new(), |it| it.to_string())
        };
        let status = self
            .status
            .map_or_else(|| "…".to_owned(), |it| it.to_string());
        let status_style = if self.status == Some(202) {
            Style::Good
        } else {
            Style::Plain
        };
        let progress = self.progress();
        let line = format!(
            "  {}  {}  {}  {}  {}  {}  {} {}",
            paper.paint(status_style, &fit(&status, 4)),
            fit(self.request.task, 16),
            fit(&short(self.request.host), ASKED),
            fit(self.text("/targetHost/name"), 9),
            fit(&number("/incident/id"), 8),
            fit(self.text("/kscTask/id"), 8),
            paper.paint(self.style(), self.stations()),
            paper.paint(self.style(), &progress),
        );
        line.trim_end().to_owned()
    }

    /// The state, and what can be said about its time: the share that is done, or how long all of
    /// it took.
    fn progress(&self) -> String {
        let percent = self
            .task
            .pointer("/execution/percent")
            .and_then(Value::as_i64);
        match (self.state(), percent, self.took) {
            ("", _, _) if self.status.is_some() => "refused".to_owned(),
            ("running", Some(percent), _) => format!("running {percent} %"),
            (state, _, Some(took)) => format!("{state:<9} {:>3.0} s", took.as_secs_f64()),
            (state, _, None) => state.to_owned(),
        }
    }
}

/// The width of the column with the names.
const ASKED: usize = 20;

/// The whole table.
pub(crate) fn table(rows: &[Row], paper: &Paper) -> Vec<String> {
    let heading = format!(
        "  {}  {}  {}  {}  incident  KSC task  state",
        fit("HTTP", 4),
        fit("task", 16),
        fit("asked for as", ASKED),
        fit("device", 9),
    );
    let heading = paper.paint(Style::Quiet, &heading);
    std::iter::once(heading)
        .chain(rows.iter().map(|row| row.line(paper)))
        .collect()
}

/// What a problem document says, in a line.
pub(crate) fn problem(reply: &Reply) -> String {
    let text = |name: &str| reply.json[name].as_str().unwrap_or_default();
    format!("{} {}: {}", reply.status, text("code"), text("detail"))
}

/// A host id is recognised by its ends.
fn short(host: &str) -> String {
    let length = host.chars().count();
    if length <= ASKED {
        return host.to_owned();
    }
    let head: String = host.chars().take(8).collect();
    let tail: String = host.chars().skip(length - (ASKED - 9)).collect();
    format!("{head}…{tail}")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::paper::WIDTH;
    use crate::requests::nine;

    fn finished(request: Request) -> Row {
        let end = request.end;
        Row {
            status: Some(202),
            location: "/v1/tasks/ksc-42".to_owned(),
            task: json!({
                "id": "ksc-42", "state": end, "terminal": true, "evidence": "KSC says so",
                "targetHost": {"name": "SRV-FILES"}, "incident": {"id": 12_345_678}, "kscTask": {"id": "12345678"},
            }),
            took: Some(Duration::from_millis(12_345)),
            ..Row::of(request)
        }
    }

    #[test]
    fn the_table_is_never_wider_than_the_paper() {
        let paper = Paper::plain();
        let mut rows: Vec<Row> = nine().into_iter().map(finished).collect();
        rows[0].task["state"] = "running".into();
        rows[0].task["execution"] = json!({"percent": 100});

        for line in table(&rows, &paper) {
            assert!(line.chars().count() <= WIDTH, "{line}");
        }
    }

    #[test]
    fn a_task_is_as_it_should_be_only_with_its_end_and_evidence() {
        let good = finished(nine().remove(0));
        let mut unfinished = good.clone();
        unfinished.task["terminal"] = false.into();
        let mut other = good.clone();
        other.task["state"] = "failed".into();
        let mut silent = good.clone();
        silent.task["evidence"] = "".into();
        let refused = Row {
            status: Some(503),
            ..Row::of(nine().remove(0))
        };

        assert_eq!(good.complaints(), Vec::<String>::new());
        for bad in [unfinished, other, silent, refused] {
            assert_eq!(bad.complaints().len(), 1, "{:?}", bad.complaints());
        }
    }
}
