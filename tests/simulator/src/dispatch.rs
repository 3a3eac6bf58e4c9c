//! From a complete request to a reply: rules of the transport, login, session, arguments, call,
//! journal.
//!
//! All of it is one step without waiting, done under the world's lock, so the order of the journal
//! is the order in which the world changed.

use crate::arguments::Arguments;
use crate::calls::call::Call;
use crate::calls::carry_out;
use crate::faults::FaultKind;
use crate::journal::{CallOutcome, CallRecord, Rule};
use crate::login::{self, Model};
use crate::refusal::Refusal;
use crate::sessions::SessionState;
use crate::world::World;
use bytes::Bytes;
use serde_json::{Map, Value, json};
use std::fmt::Write as _;
use std::time::Duration;

/// What the server looks at in a request.
#[derive(Clone)]
pub(crate) struct Incoming {
    pub(crate) connection: u64,
    /// `Class.Method` without an instance, or `login`.
    pub(crate) method: String,
    pub(crate) authorization: Option<String>,
    pub(crate) session: Option<String>,
    pub(crate) request_id: Option<String>,
    pub(crate) content_type: Option<String>,
    pub(crate) body: Bytes,
}

/// What goes back.
#[derive(Debug, Clone)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) content_type: &'static str,
    pub(crate) body: String,
}

/// A reply and the sessions that it concerns.
#[derive(Debug, Clone)]
pub(crate) struct Processed {
    pub(crate) reply: Reply,
    /// The session the call was processed in.
    pub(crate) session: Option<u64>,
    /// The session that the call opened: its client must learn of it to be able to end it.
    pub(crate) opened: Option<u64>,
}

impl Reply {
    pub(crate) fn json(body: &Value) -> Self {
        Self {
            status: 200,
            headers: Vec::new(),
            content_type: "application/json",
            body: ascii(&body.to_string()),
        }
    }

    pub(crate) fn text(status: u16, body: &str) -> Self {
        Self {
            status,
            headers: Vec::new(),
            content_type: "text/plain",
            body: body.to_owned(),
        }
    }

    pub(crate) fn refusal(refusal: &Refusal) -> Self {
        match refusal {
            Refusal::Pxg {
                module,
                code,
                subcode,
                message,
            } => Self::json(&Refusal::pxg_json(module, *code, *subcode, message)),
            Refusal::Http {
                status,
                text,
                headers,
            } => Self {
                headers: headers.clone(),
                ..Self::text(*status, text)
            },
        }
    }
}

/// The server writes ASCII, as the vendor's client does.
fn ascii(json: &str) -> String {
    let mut text = String::with_capacity(json.len());
    for letter in json.chars() {
        if letter.is_ascii() {
            text.push(letter);
        } else {
            let mut units = [0; 2];
            for unit in letter.encode_utf16(&mut units) {
                // Writing to a String cannot fail.
                let _ = write!(text, "\\u{unit:04x}");
            }
        }
    }
    text
}

/// Processes a request and enters it in the journal, with the status that the fault lets its client
/// see.
pub(crate) fn process(
    world: &mut World,
    incoming: &Incoming,
    fault: Option<&FaultKind>,
) -> Processed {
    note_transport(world, incoming);
    let arguments = read_body(incoming);
    let recorded = match &arguments {
        Ok(map) if incoming.body.is_empty() && map.is_empty() => Value::Null,
        Ok(map) => Value::Object(map.clone()),
        Err(_) => Value::Null,
    };
    let mut session = None;
    let mut opened = None;
    let result = arguments.and_then(|map| {
        bury_idle(world);
        match incoming.method.as_str() {
            "login" | "Session.StartSession" => {
                let model = if incoming.method == "login" {
                    Model::Connection
                } else {
                    Model::Token
                };
                let credentials = incoming.authorization.as_deref().and_then(login::read);
                let presented = incoming.session.as_deref();
                let (number, token) =
                    login::log_in(world, credentials, presented, incoming.connection, model)?;
                session = Some(number);
                opened = Some(number);
                Ok(match model {
                    Model::Connection => json!({}),
                    Model::Token => json!({"PxgRetVal": token}),
                })
            }
            method => {
                if incoming.authorization.is_some() {
                    let detail = "Authorization was sent";
                    world
                        .journal
                        .note(Rule::CredentialsOnLoginOnly, method, detail);
                }
                let number = authenticate(world, incoming)?;
                session = Some(number);
                let mut call = Call {
                    world,
                    method,
                    session: number,
                    arguments: Arguments::new(&map),
                    request_id: incoming.request_id.as_deref(),
                };
                carry_out(&mut call)
            }
        }
    });
    let (reply, outcome) = match result {
        Ok(value) => {
            let secret = incoming.method.starts_with("Session.") || incoming.method == "login";
            let reply = Reply::json(&value);
            (
                reply,
                CallOutcome::Returned(if secret { Value::Null } else { value }),
            )
        }
        Err(refusal) => (Reply::refusal(&refusal), outcome_of(&refusal)),
    };
    let status = status_after(fault, reply.status);
    record(world, incoming, session, recorded, outcome, status, fault);
    Processed {
        reply,
        session,
        opened,
    }
}

/// Enters a request that a fault keeps from being processed.
pub(crate) fn record_unprocessed(
    world: &mut World,
    incoming: &Incoming,
    fault: &FaultKind,
    status: Option<u16>,
) {
    note_transport(world, incoming);
    let session = session_of(world, incoming);
    let arguments = read_body(incoming).map_or(Value::Null, Value::Object);
    record(
        world,
        incoming,
        session,
        arguments,
        CallOutcome::NotProcessed,
        status,
        Some(fault),
    );
}

/// The session that a request names, whatever it is worth.
pub(crate) fn session_of(world: &mut World, incoming: &Incoming) -> Option<u64> {
    match incoming.session.as_deref() {
        Some(token) => world.sessions.by_token(token).map(|session| session.number),
        None => world
            .sessions
            .by_connection(incoming.connection)
            .map(|session| session.number),
    }
}

fn record(
    world: &World,
    incoming: &Incoming,
    session: Option<u64>,
    arguments: Value,
    outcome: CallOutcome,
    status: Option<u16>,
    fault: Option<&FaultKind>,
) {
    world.journal.record_call(CallRecord {
        seq: 0,
        at: world.now,
        connection: incoming.connection,
        session,
        method: incoming.method.clone(),
        request_id: incoming.request_id.clone(),
        arguments,
        outcome,
        status,
        fault: fault.cloned(),
    });
}

fn outcome_of(refusal: &Refusal) -> CallOutcome {
    match refusal {
        Refusal::Pxg {
            module,
            code,
            subcode,
            ..
        } => CallOutcome::PxgError {
            module: module.clone(),
            code: *code,
            subcode: *subcode,
        },
        Refusal::Http { text, .. } => CallOutcome::Refused(text.clone()),
    }
}

/// What the client sees of the status once the fault has struck.
fn status_after(fault: Option<&FaultKind>, status: u16) -> Option<u16> {
    match fault {
        Some(FaultKind::CommitThenDrop | FaultKind::CommitThenStall) => None,
        Some(FaultKind::Garbage | FaultKind::WrongShape | FaultKind::CommitThenPxg { .. }) => {
            Some(200)
        }
        Some(
            FaultKind::CommitThenHttpStatus { status, .. } | FaultKind::CommitThenExpire { status },
        ) => Some(*status),
        None
        | Some(
            FaultKind::RefuseConnection
            | FaultKind::Delay { .. }
            | FaultKind::Stall
            | FaultKind::DropBeforeCommit
            | FaultKind::Truncate
            | FaultKind::HttpStatus { .. }
            | FaultKind::Pxg { .. }
            | FaultKind::ExpireSessions
            | FaultKind::Redirect { .. },
        ) => Some(status),
    }
}

fn note_transport(world: &World, incoming: &Incoming) {
    let note = |rule, detail: &str| world.journal.note(rule, &incoming.method, detail);
    if !incoming.body.is_ascii() {
        note(Rule::AsciiBody, "the body holds bytes outside ASCII");
    }
    match incoming.content_type.as_deref() {
        None | Some("application/json") => {}
        Some(other) => note(Rule::BareContentType, other),
    }
}

/// The arguments: a JSON object, or nothing at all.
fn read_body(incoming: &Incoming) -> Result<Map<String, Value>, Refusal> {
    let content_type = incoming
        .content_type
        .as_deref()
        .unwrap_or("application/json");
    if !content_type.starts_with("application/json") {
        return Err(Refusal::http(400, "Content-Type must be application/json"));
    }
    if incoming.body.is_empty() {
        return Ok(Map::new());
    }
    match serde_json::from_slice(&incoming.body) {
        Ok(Value::Object(map)) => Ok(map),
        Ok(_) | Err(_) => Err(Refusal::http(400, "The body is not a JSON object")),
    }
}

/// Sessions that idled for too long die, and their results with them.
pub(crate) fn bury_idle(world: &mut World) {
    let idle = Duration::from_secs(world.knobs.session_idle_seconds);
    for (number, was) in world.sessions.expire_idle(world.now, idle) {
        world.rowsets.drop_session(number);
        if was == SessionState::HalfOpen {
            let detail = "it was left half-open until it died of idling";
            world
                .journal
                .note(Rule::GiveBack, &format!("session {number}"), detail);
        }
    }
}

/// Finds the session: by header, else by connection.
fn authenticate(world: &mut World, incoming: &Incoming) -> Result<u64, Refusal> {
    let now = world.now;
    let expired = world.knobs.expired_session_status;
    let session = match incoming
        .session
        .as_deref()
        .filter(|token| !token.is_empty())
    {
        Some(token) => world
            .sessions
            .by_token(token)
            .ok_or_else(Refusal::forbidden)?,
        None => world
            .sessions
            .by_connection(incoming.connection)
            .ok_or_else(Refusal::unauthenticated)?,
    };
    match session.state {
        SessionState::Live => {
            session.touch(now);
            Ok(session.number)
        }
        // A half-open session can be given up, and nothing else.
        SessionState::HalfOpen if incoming.method == "Session.EndSession" => Ok(session.number),
        SessionState::HalfOpen => Err(Refusal::http(401, "Authentication not finished")),
        SessionState::Ended => Err(Refusal::forbidden()),
        SessionState::Expired if expired == 403 => Err(Refusal::forbidden()),
        SessionState::Expired => Err(Refusal::http(expired, "The session has expired")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replies_are_ascii_and_still_the_same_json() {
        let text = ascii(&json!({"KLHST_WKS_DN": "БУХ-07 \u{1F5A5}"}).to_string());

        assert!(text.is_ascii());
        let back: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(back["KLHST_WKS_DN"], "БУХ-07 \u{1F5A5}");
    }
}
