//! One exchange with the gateway, and what it means.

use std::time::Duration;

use bytes::Bytes;
use reqwest::Method;
use reqwest::header::{
    ACCEPT, AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, DATE, HeaderMap, HeaderValue, RETRY_AFTER,
};
use serde_json::Value;
use time::PrimitiveDateTime;
use time::macros::format_description;
use url::Url;
use vocabulary::key::Key;

use super::answer::Answer;
use super::departure::{DepartingBody, Departure};
use super::failure::Refusal;
use crate::way;

/// Largest answer that is read: a page of tasks with their parameters.
const MOST_BYTES: usize = 64 << 20;

/// What is asked.
#[derive(Debug)]
pub(super) struct Outgoing {
    pub(super) method: Method,
    pub(super) url: Url,
    pub(super) body: Option<Bytes>,
    pub(super) key: Option<Key>,
    /// Whether something may have happened when nobody answers.
    pub(super) changes: bool,
    /// What an answer must be to be one.
    pub(super) expects: Expects,
    /// Whether anything has left so far.
    pub(super) departure: Departure,
    pub(super) timeout: Duration,
}

/// What an answer must be to be one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Expects {
    /// A task, with its id.
    Task,
    /// A dry run.
    DryRun,
    /// An object.
    Object,
}

impl Expects {
    fn is(self, body: &Value) -> bool {
        match self {
            Self::Task => body["id"].as_str().is_some_and(|it| !it.is_empty()),
            Self::DryRun => body["dryRun"] == true && body["checks"].is_array(),
            Self::Object => body.is_object(),
        }
    }
}

/// What came of an exchange.
#[derive(Debug)]
pub(super) enum Attempt {
    /// The gateway answered, or refused.
    Answered(Result<Answer, Refusal>),
    /// Nothing of the request has left.
    NotSent(String),
    /// It may have arrived; nobody has said so.
    Lost(String),
    /// Somebody else answered, such as a proxy on the way: with this status.
    Stranger(u16, String),
}

/// One exchange.
pub(super) async fn attempt(
    http: &reqwest::Client,
    outgoing: &Outgoing,
    token: &HeaderValue,
    time: Duration,
) -> Attempt {
    let mut request = http
        .request(outgoing.method.clone(), outgoing.url.clone())
        .header(AUTHORIZATION, token.clone())
        .header(ACCEPT, "application/json")
        .timeout(time);
    if let Some(key) = &outgoing.key {
        request = request.header("Idempotency-Key", key.as_str());
    }
    let own = Departure::new();
    request = match &outgoing.body {
        Some(body) => {
            let whole = outgoing.departure.clone();
            let body = DepartingBody::new(body.clone(), own.clone(), whole);
            request
                .header(CONTENT_TYPE, "application/json")
                .body(reqwest::Body::wrap(body))
        }
        None if outgoing.method == Method::POST => request.header(CONTENT_LENGTH, "0"),
        None => request,
    };
    let response = match request.send().await {
        Ok(response) => response,
        // Name, connection and handshake, the limit on them included.
        Err(error) if error.is_connect() => return Attempt::NotSent(way::chain(error)),
        Err(error) if error.is_builder() => return Attempt::NotSent(way::chain(error)),
        // A limit on the whole exchange that was over before there was a connection.
        Err(error) if outgoing.body.is_some() && !own.has_left() => {
            return Attempt::NotSent(way::chain(error));
        }
        Err(error) => return Attempt::Lost(way::chain(error)),
    };
    let status = response.status().as_u16();
    let headers = response.headers().clone();
    match way::read(response, MOST_BYTES).await {
        Ok(body) => understood(outgoing.expects, status, &headers, &body),
        Err(error) => Attempt::Lost(error.to_string()),
    }
}

/// What an answer means.
fn understood(expects: Expects, status: u16, headers: &HeaderMap, body: &[u8]) -> Attempt {
    let header = |name: &str| headers.get(name).and_then(|it| it.to_str().ok());
    let retry_after = header(RETRY_AFTER.as_str()).and_then(|it| it.parse().ok());
    let json: Option<Value> = if body.is_empty() && status == 204 {
        Some(Value::Null)
    } else {
        serde_json::from_slice(body).ok()
    };
    match json {
        Some(body) if (200..300).contains(&status) && expects.is(&body) => {
            Attempt::Answered(Ok(Answer {
                status,
                body,
                replayed: header("idempotency-replayed") == Some("true"),
                retry_after,
                server_date: header(DATE.as_str()).and_then(date),
                tries: 1,
            }))
        }
        Some(body) if status >= 400 => match Refusal::of(status, retry_after, body) {
            Some(refusal) => Attempt::Answered(Err(refusal)),
            None => Attempt::Stranger(status, words(status, headers)),
        },
        _ => Attempt::Stranger(status, words(status, headers)),
    }
}

/// What somebody else has answered.
fn words(status: u16, headers: &HeaderMap) -> String {
    let text = |name: &str| headers.get(name).and_then(|it| it.to_str().ok());
    let kind = text("content-type").unwrap_or("no content type");
    let server = text("server").map(|it| format!(", server {it}"));
    let leads = if (300..400).contains(&status) {
        ", a redirect, which is not followed"
    } else {
        ""
    };
    format!(
        "status {status}, {kind}{}{leads}",
        server.unwrap_or_default()
    )
}

/// A date as HTTP has it (RFC 9110 5.6.7).
fn date(text: &str) -> Option<time::OffsetDateTime> {
    let form = format_description!(
        "[weekday repr:short], [day] [month repr:short] [year] [hour]:[minute]:[second] GMT"
    );
    PrimitiveDateTime::parse(text, form)
        .ok()
        .map(PrimitiveDateTime::assume_utc)
}
