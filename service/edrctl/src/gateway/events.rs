//! The stream of a task: what is told of it, as it is told (server-sent events, WHATWG HTML 9.2).

use std::collections::VecDeque;
use std::time::Duration;

use reqwest::header::{ACCEPT, AUTHORIZATION};
use serde_json::Value;
use tokio::time::Instant;

use super::failure::Failure;
use super::{Gateway, segment};
use crate::token::bearer;
use crate::way;

/// A stream says that it is alive every 15 seconds; one that is silent for this long is dead.
const SILENT: Duration = Duration::from_secs(50);

/// How the task stands is told at once, to whom it has not been told: a stream that says nothing for
/// this long is held back on the way.
const HELD_BACK: Duration = Duration::from_secs(10);

/// Longest until a stream begins.
const BEGINS_WITHIN: Duration = Duration::from_secs(40);

/// Largest event that is read.
const MOST_BYTES: usize = 4 << 20;

/// What a stream tells.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// How the task stands.
    Task(Value),
    /// Why the back end cannot be asked at the moment.
    Problem(Value),
}

/// An open stream.
#[derive(Debug)]
pub struct Stream {
    response: reqwest::Response,
    /// When it is taken for dead, unless it says something before. It is the stream's own, because
    /// whoever listens may look up in between.
    dead_at: Instant,
    reader: Reader,
}

impl Gateway {
    /// Opens the stream of a task, from behind the event that was heard last. Nothing when no more
    /// will be told.
    ///
    /// # Errors
    /// Why there is none: then the task is asked for instead.
    pub async fn watch(&self, id: &str, heard: Option<&str>) -> Result<Option<Stream>, Failure> {
        let token = self.tokens.token().await?;
        let url = self.address(&format!("/v1/tasks/{}/events", segment(id)), &[]);
        let mut request = self
            .http
            .get(url)
            .header(AUTHORIZATION, bearer(&token))
            .header(ACCEPT, "text/event-stream");
        if let Some(heard) = heard {
            request = request.header("Last-Event-ID", heard);
        }
        let silent = |reason| Failure::Silent { reason };
        let sent = tokio::time::timeout(BEGINS_WITHIN, request.send()).await;
        let response = sent.map_err(|_| silent("it takes too long".to_owned()))?;
        let response = response.map_err(|it| silent(way::chain(it)))?;
        let status = response.status().as_u16();
        let kind = response.headers().get("content-type");
        let streams = kind.is_some_and(|it| it.as_bytes().starts_with(b"text/event-stream"));
        let silent_for = if heard.is_some() { SILENT } else { HELD_BACK };
        match status {
            204 => Ok(None),
            200 if streams => Ok(Some(Stream {
                response,
                dead_at: Instant::now() + silent_for,
                reader: Reader::default(),
            })),
            _ => Err(silent(format!("no stream, but status {status}"))),
        }
    }
}

impl Stream {
    /// The next event; nothing when the stream has ended or is dead.
    pub async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some(event) = self.reader.events.pop_front() {
                return Some(event);
            }
            let chunk = tokio::time::timeout_at(self.dead_at, self.response.chunk()).await;
            let chunk = chunk.ok()?.ok()??;
            self.dead_at = Instant::now() + SILENT;
            self.reader.take(&chunk)?;
        }
    }

    /// The event that was heard last, for whoever takes the stream up again.
    #[must_use]
    pub fn heard(&self) -> Option<&str> {
        self.reader.id.as_deref()
    }
}

/// Makes events of bytes, however they are cut.
#[derive(Debug, Default)]
struct Reader {
    line: Vec<u8>,
    kind: String,
    data: String,
    /// The event's that is being read, and the last one's that was read whole.
    next: Option<String>,
    id: Option<String>,
    events: VecDeque<Event>,
}

impl Reader {
    /// Takes some bytes; nothing when they are too many for an event.
    fn take(&mut self, bytes: &[u8]) -> Option<()> {
        for byte in bytes {
            match byte {
                b'\n' => {
                    let line = std::mem::take(&mut self.line);
                    let line = String::from_utf8_lossy(&line).into_owned();
                    self.end_of_line(line.strip_suffix('\r').unwrap_or(&line));
                }
                byte => self.line.push(*byte),
            }
            if self.line.len() + self.data.len() > MOST_BYTES {
                return None;
            }
        }
        Some(())
    }

    fn end_of_line(&mut self, line: &str) {
        if line.is_empty() {
            let kind = std::mem::take(&mut self.kind);
            let data = std::mem::take(&mut self.data);
            // An event that broke off was not heard.
            self.id.clone_from(&self.next);
            if let Ok(data) = serde_json::from_str(&data) {
                self.events.extend(match kind.as_str() {
                    "state" => Some(Event::Task(data)),
                    "problem" => Some(Event::Problem(data)),
                    _ => None,
                });
            }
            return;
        }
        let (name, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match name {
            "event" => value.clone_into(&mut self.kind),
            "data" => {
                if !self.data.is_empty() {
                    self.data.push('\n');
                }
                self.data.push_str(value);
            }
            "id" => self.next = Some(value.to_owned()),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const STREAM: &str = ": here\n\nid: a\nevent: state\ndata: {\"state\":\ndata: \"running\"}\n\nevent: problem\r\ndata: {}\r\n\r\nevent: other\ndata: {}\n\nid: b\nevent: state\ndata: {\"x\": 1}\n\n";

    #[test]
    fn events_are_read_however_the_bytes_are_cut() {
        let expected = [
            Event::Task(json!({"state": "running"})),
            Event::Problem(json!({})),
            Event::Task(json!({"x": 1})),
        ];
        for size in 1..STREAM.len() {
            let mut reader = Reader::default();
            for chunk in STREAM.as_bytes().chunks(size) {
                reader.take(chunk).expect("it is short");
            }
            assert_eq!(reader.events.make_contiguous(), expected, "{size}");
            assert_eq!(reader.id.as_deref(), Some("b"));
        }
    }

    #[test]
    fn an_event_without_an_end_is_not_read_for_ever() {
        let mut reader = Reader::default();
        assert!(reader.take(&vec![b'x'; MOST_BYTES + 1]).is_none());
    }
}
