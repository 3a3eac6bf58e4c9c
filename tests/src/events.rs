//! A stream of server-sent events, read as it comes.

use reqwest::{RequestBuilder, Response};
use serde_json::Value;

/// An open stream.
pub struct Events {
    response: Response,
    read: String,
}

/// One thing that a stream says.
#[derive(Debug, Clone, PartialEq)]
pub enum Said {
    /// An event: its name, its id, its data.
    Event(String, Option<String>, Value),
    /// A comment, which keeps the stream alive.
    Comment(String),
    /// The stream has ended.
    End,
}

impl Events {
    /// Opens a stream.
    ///
    /// # Panics
    /// When there is no answer, or it is no stream of events.
    pub async fn open(request: RequestBuilder) -> Self {
        let response = request.send().await.expect("the gateway answers");
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        Self {
            response,
            read: String::new(),
        }
    }

    /// The next thing that is said.
    ///
    /// # Panics
    /// When the connection breaks off, or what comes is no event.
    pub async fn next(&mut self) -> Said {
        loop {
            if let Some((said, rest)) = self.read.split_once("\n\n") {
                let said = parse(said);
                self.read = String::from(rest);
                return said;
            }
            let chunk = self.response.chunk().await.expect("the stream goes on");
            let Some(chunk) = chunk else {
                assert_eq!(self.read, "", "the stream ends within an event");
                return Said::End;
            };
            self.read += std::str::from_utf8(&chunk).expect("UTF-8");
        }
    }

    /// The state of the next event, which must be one, and its id; comments are passed over.
    ///
    /// # Panics
    /// When something else comes.
    pub async fn state(&mut self) -> (String, String) {
        loop {
            match self.next().await {
                Said::Comment(_) => {}
                Said::Event(name, Some(id), data) if name == "state" => {
                    let state = data["state"].as_str().expect("a task has a state");
                    return (state.to_owned(), id);
                }
                other @ (Said::Event(..) | Said::End) => panic!("not a state: {other:?}"),
            }
        }
    }
}

fn parse(text: &str) -> Said {
    if let Some(comment) = text.strip_prefix(':') {
        return Said::Comment(comment.trim().to_owned());
    }
    let field = |name: &str| {
        let mut lines = text.lines();
        let value = lines.find_map(|it| it.strip_prefix(name)?.strip_prefix(": "));
        value.map(str::to_owned)
    };
    let data = field("data").expect("an event has data");
    Said::Event(
        field("event").expect("every event here has a name"),
        field("id"),
        serde_json::from_str(&data).expect("its data is JSON"),
    )
}
