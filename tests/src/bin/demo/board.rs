//! The table of the nine tasks: a row a task, and how far it has come.

use std::time::Duration;

use serde_json::Value;

use crate::paper::{Paper, Style, fit};
use crate::requests::Request;
use crate::row::Row;

/// The table as it is on the paper.
pub(crate) struct Board<'a> {
    paper: &'a Paper,
    pub(crate) rows: Vec<Row>,
    written: usize,
    /// The plain line that is being gathered.
    gathered: Option<Gathered>,
}

/// Tasks of which the same was said, one after the other: nine lines that differ in a name alone
/// would be hard to read.
struct Gathered {
    at: Duration,
    says: String,
    tasks: Vec<&'static str>,
}

impl<'a> Board<'a> {
    /// A table of requests that have not been sent.
    pub(crate) fn new(requests: Vec<Request>, paper: &'a Paper) -> Self {
        let rows = requests.into_iter().map(Row::of).collect();
        let mut board = Self {
            paper,
            rows,
            written: 0,
            gathered: None,
        };
        board.draw();
        board
    }

    /// Changes a row and shows it.
    pub(crate) fn enter(&mut self, number: usize, after: Duration, change: impl FnOnce(&mut Row)) {
        let row = &mut self.rows[number];
        let before = (row.status, row.state().to_owned(), row.trouble.clone());
        change(row);
        if self.paper.is_live() {
            self.draw();
            return;
        }
        if before != (row.status, row.state().to_owned(), row.trouble.clone()) {
            let says = row.trouble.as_deref().unwrap_or(row.state()).to_owned();
            let task = row.request.task;
            self.gather(after, says, task);
        }
    }

    fn gather(&mut self, at: Duration, says: String, task: &'static str) {
        match &mut self.gathered {
            Some(it) if it.says == says => it.tasks.push(task),
            Some(_) | None => {
                self.write_gathered();
                let tasks = vec![task];
                self.gathered = Some(Gathered { at, says, tasks });
            }
        }
    }

    fn write_gathered(&mut self) {
        if let Some(Gathered { at, says, tasks }) = self.gathered.take() {
            let (time, tasks) = (format!("  {:>5.1} s  ", at.as_secs_f64()), tasks.join(", "));
            // A state has a column; a trouble is a sentence.
            if says.len() <= STATE {
                let lead = format!("{time}{says:<STATE$}  ");
                self.paper.hanging(&lead, &tasks, Style::Plain);
            } else {
                let text = format!("{tasks}: {says}");
                self.paper.hanging(&time, &text, Style::Plain);
            }
        }
    }

    fn draw(&mut self) {
        if self.paper.is_live() {
            let lines = table(&self.rows, self.paper);
            self.paper.redraw(self.written, &lines);
            self.written = lines.len();
        }
    }

    /// What could not be written over is written now.
    pub(crate) fn finish(&mut self) {
        if !self.paper.is_live() {
            self.write_gathered();
            self.paper.line("");
            for line in table(&self.rows, self.paper) {
                self.paper.line(&line);
            }
        }
        for row in &self.rows {
            if let Some(trouble) = &row.trouble {
                self.paper
                    .hanging(&format!("  ✗ {}: ", row.request.task), trouble, Style::Bad);
            }
        }
    }
}

impl Row {
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
        let line = format!(
            "  {}  {}  {}  {} {}",
            fit(self.request.task, 16),
            fit(&short(self.request.host), ASKED),
            fit(&self.numbers(), NUMBERS),
            paper.paint(self.style(), self.stations()),
            paper.paint(self.style(), &self.progress()),
        );
        line.trim_end().to_owned()
    }

    /// The number of the incident, and of the KSC task that came of it.
    fn numbers(&self) -> String {
        let Some(incident) = self.task.pointer("/incident/id").and_then(Value::as_i64) else {
            return String::new();
        };
        format!("{incident} → {}", self.text("/kscTask/id"))
    }

    /// The state, and what can be said about its time: the share that is done, or how long all of
    /// it took.
    fn progress(&self) -> String {
        let percent = self
            .task
            .pointer("/execution/percent")
            .and_then(Value::as_i64);
        match (self.state(), percent, self.took) {
            ("", _, _) => self
                .status
                .map_or_else(String::new, |it| format!("HTTP {it}")),
            ("running", Some(percent), _) => format!("running {percent} %"),
            (state, _, Some(took)) => format!("{state:<9} {:>3.0} s", took.as_secs_f64()),
            (state, _, None) => state.to_owned(),
        }
    }
}

/// The length of the longest state.
const STATE: usize = 9;

/// The width of the column with the names.
const ASKED: usize = 20;

/// The width of the column with the numbers.
const NUMBERS: usize = 15;

/// The whole table.
fn table(rows: &[Row], paper: &Paper) -> Vec<String> {
    let heading = format!(
        "  {}  {}  {}  state",
        fit("task", 16),
        fit("host, as asked", ASKED),
        fit("incident → task", NUMBERS),
    );
    let heading = paper.paint(Style::Quiet, &heading);
    std::iter::once(heading)
        .chain(rows.iter().map(|row| row.line(paper)))
        .collect()
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
    use crate::row::tests::finished;

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
}
