//! What is known of one task, and whether it is as it should be.

use std::time::Duration;

use acceptance::Reply;
use serde_json::Value;

use crate::paper::Style;
use crate::problem::problem;
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
    /// How much room the answer says is left, in its `RateLimit` header.
    pub(crate) room: String,
    /// The task as it was read last.
    pub(crate) task: Value,
    /// What its stream of events has told.
    pub(crate) heard: Vec<Heard>,
    /// From the request to the final state.
    pub(crate) took: Option<Duration>,
    /// The last thing that went wrong on the way.
    pub(crate) trouble: Option<String>,
}

/// An event that told how a task stands.
#[derive(Debug, Clone)]
pub(crate) struct Heard {
    /// Since the first request was sent.
    pub(crate) at: Duration,
    /// The event's id.
    pub(crate) id: String,
    /// The task.
    pub(crate) task: Value,
}

impl Row {
    /// A row for a request that has not been sent.
    pub(crate) fn of(request: Request) -> Self {
        Self {
            request,
            status: None,
            request_id: String::new(),
            location: String::new(),
            room: String::new(),
            task: Value::Null,
            heard: Vec::new(),
            took: None,
            trouble: None,
        }
    }

    /// Enters the answer to the request.
    pub(crate) fn answered(&mut self, reply: &Reply) {
        self.status = Some(reply.status);
        reply.request_id().clone_into(&mut self.request_id);
        reply.header("location").clone_into(&mut self.location);
        reply.header("ratelimit").clone_into(&mut self.room);
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
        style(self.state())
    }

    /// Takes over what an event says of the task.
    pub(crate) fn hear(&mut self, heard: Heard) {
        self.task = heard.task.clone();
        self.trouble = None;
        if self.is_over() {
            self.took.get_or_insert(heard.at);
        }
        self.heard.push(heard);
    }
}

/// How a state looks.
pub(crate) fn style(state: &str) -> Style {
    match state {
        "succeeded" => Style::Good,
        "warning" => Style::Warning,
        "failed" | "lost" | "ambiguous" => Style::Bad,
        "pending" | "running" => Style::Active,
        _ => Style::Quiet,
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use serde_json::json;

    use super::*;
    use crate::requests::nine;

    /// A task that has ended well.
    pub(crate) fn finished(request: Request) -> Row {
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

    #[test]
    fn a_task_took_as_long_as_the_event_that_told_its_end() {
        let mut row = Row::of(nine().remove(0));
        row.trouble = Some("KSC could not be asked".to_owned());

        for (seconds, state, over) in [(2, "running", false), (8, "succeeded", true)] {
            row.hear(Heard {
                at: Duration::from_secs(seconds),
                id: format!("{state}-0"),
                task: json!({"state": state, "terminal": over}),
            });
        }

        assert_eq!(row.took, Some(Duration::from_secs(8)));
        assert_eq!(row.trouble, None);
        assert_eq!(row.heard.len(), 2);
    }
}
