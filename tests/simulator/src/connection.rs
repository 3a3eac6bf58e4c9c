//! One connection: HTTP/1.1 requests one after another, each through the gate, past the faults, to
//! the world.
//!
//! A connection-bound login dies with its connection. Whoever hangs up before the reply, or is
//! struck by a fault, is not blamed for what he could not give back.

mod one_at_a_time;

use crate::dispatch::{self, Incoming, Processed, Reply};
use crate::faults::FaultKind;
use crate::house::House;
use crate::refusal::Refusal;
use crate::sessions::SessionState;
use bytes::Bytes;
use http_body_util::{BodyExt as _, Either, Full, Limited};
use hyper::body::{Body, Frame, Incoming as RequestBody, SizeHint};
use hyper::header::{AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, HeaderMap, HeaderValue};
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use one_at_a_time::Watched;
use serde_json::json;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::net::TcpStream;
use tokio_rustls::server::TlsStream;

/// More than any call needs; an IOC archive in base64 is about 14 MB.
const LARGEST_BODY: usize = 64 * 1024 * 1024;

/// Why a connection ends without a reply.
#[derive(Debug, thiserror::Error)]
enum HangUp {
    #[error("a planned fault")]
    Planned,
    #[error("the request did not arrive whole")]
    Incomplete,
    #[error("the simulator panicked")]
    Panic,
}

/// Serves a connection until either side ends it.
pub(crate) async fn serve(stream: TlsStream<TcpStream>, house: Arc<House>, number: u64) {
    let _end = End {
        house: Arc::clone(&house),
        number,
    };
    let watched = Watched::new(stream, house.journal.clone(), number);
    let service = service_fn(|request| answer(Arc::clone(&house), number, request));
    // Errors are the peer's hanging up or a planned fault: both are in the journal where they
    // matter.
    let _ = hyper::server::conn::http1::Builder::new()
        .serve_connection(TokioIo::new(watched), service)
        .await;
}

/// Ends the connection's login with the connection, however that ends.
struct End {
    house: Arc<House>,
    number: u64,
}

impl Drop for End {
    fn drop(&mut self) {
        // Whoever waits for the connection's end looks again now.
        self.house.journal.touch();
        let mut world = self.house.world();
        let Some(session) = world.sessions.by_connection(self.number) else {
            return;
        };
        if session.state == SessionState::Live {
            session.state = SessionState::Expired;
        }
        let number = session.number;
        world.rowsets.drop_session(number);
    }
}

async fn answer(
    house: Arc<House>,
    connection: u64,
    request: Request<RequestBody>,
) -> Result<Response<ReplyBody>, HangUp> {
    let method = match call_name(&request) {
        Ok(method) => method,
        Err(refusal) => return Ok(response(Reply::refusal(&refusal))),
    };
    let headers = request.headers();
    let mut incoming = Incoming {
        connection,
        method,
        authorization: header(headers, AUTHORIZATION.as_str()),
        session: header(headers, "x-ksc-session").filter(|token| !token.is_empty()),
        request_id: header(headers, "x-ksc-requestid"),
        content_type: header(headers, CONTENT_TYPE.as_str()),
        body: Bytes::new(),
    };
    let body = Limited::new(request.into_body(), LARGEST_BODY)
        .collect()
        .await;
    incoming.body = body.map_err(|_| HangUp::Incomplete)?.to_bytes();

    let mut delivery = Delivery::of(&house, &incoming);
    house.gate.pass(&incoming.method).await;
    let fault = house.faults.draw(&incoming.method);
    let reply = process(&house, &incoming, fault.as_ref(), &mut delivery).await?;
    if fault.is_none() {
        delivery.done();
    }
    Ok(reply)
}

async fn process(
    house: &House,
    incoming: &Incoming,
    fault: Option<&FaultKind>,
    delivery: &mut Delivery<'_>,
) -> Result<Response<ReplyBody>, HangUp> {
    let unprocessed = |fault: &FaultKind, status| {
        dispatch::record_unprocessed(&mut house.world(), incoming, fault, status);
    };
    match fault {
        Some(fault @ FaultKind::Stall) => {
            unprocessed(fault, None);
            std::future::pending::<()>().await;
        }
        Some(fault @ FaultKind::DropBeforeCommit) => {
            unprocessed(fault, None);
            return Err(HangUp::Planned);
        }
        Some(fault @ FaultKind::HttpStatus { status, text }) => {
            unprocessed(fault, Some(*status));
            return Ok(response(Reply::text(*status, text)));
        }
        Some(
            fault @ FaultKind::Pxg {
                module,
                code,
                subcode,
            },
        ) => {
            unprocessed(fault, Some(200));
            let error = Refusal::pxg_json(module, *code, *subcode, "a planned fault");
            return Ok(response(Reply::json(&error)));
        }
        Some(fault @ FaultKind::Redirect { location }) => {
            unprocessed(fault, Some(307));
            let mut reply = Reply::text(307, "");
            reply.headers.push(("Location", location.clone()));
            return Ok(response(reply));
        }
        Some(FaultKind::ExpireSessions) => house.expire_sessions(),
        None
        | Some(
            FaultKind::RefuseConnection
            | FaultKind::Delay { .. }
            | FaultKind::CommitThenStall
            | FaultKind::CommitThenDrop
            | FaultKind::Garbage
            | FaultKind::Truncate
            | FaultKind::CommitThenHttpStatus { .. }
            | FaultKind::CommitThenPxg { .. }
            | FaultKind::CommitThenExpire { .. }
            | FaultKind::WrongShape,
        ) => {}
    }

    let step = || dispatch::process(&mut house.world(), incoming, fault);
    let Processed {
        reply,
        session,
        opened,
    } = guarded(house, &incoming.method, step)?;
    delivery.concerns(session, opened);

    match fault {
        Some(FaultKind::Delay { milliseconds }) => {
            tokio::time::sleep(Duration::from_millis(*milliseconds)).await;
            Ok(response(reply))
        }
        Some(FaultKind::CommitThenStall) => std::future::pending().await,
        Some(FaultKind::CommitThenDrop) => Err(HangUp::Planned),
        Some(FaultKind::Garbage) => Ok(response(Reply {
            body: "<html>Gateway time-out".to_owned(),
            ..reply
        })),
        Some(FaultKind::Truncate) => Ok(truncated(reply)),
        Some(FaultKind::WrongShape) => Ok(response(Reply::json(&json!({"PxgRetVal": {}})))),
        Some(FaultKind::CommitThenHttpStatus { status, text }) => {
            Ok(response(Reply::text(*status, text)))
        }
        Some(FaultKind::CommitThenPxg { module, code }) => {
            let error = Refusal::pxg_json(module, *code, 0, "a planned fault");
            Ok(response(Reply::json(&error)))
        }
        Some(FaultKind::CommitThenExpire { status }) => {
            house.expire_sessions();
            Ok(response(Reply::text(*status, "Forbidden")))
        }
        None
        | Some(
            FaultKind::RefuseConnection
            | FaultKind::Stall
            | FaultKind::DropBeforeCommit
            | FaultKind::HttpStatus { .. }
            | FaultKind::Pxg { .. }
            | FaultKind::ExpireSessions
            | FaultKind::Redirect { .. },
        ) => Ok(response(reply)),
    }
}

/// Carries out a step; a panic in it is the simulator's own fault and stands in the journal.
fn guarded<T>(house: &House, method: &str, step: impl FnOnce() -> T) -> Result<T, HangUp> {
    catch_unwind(AssertUnwindSafe(step)).map_err(|panic| {
        house
            .journal
            .record_panic(format!("{method}: {}", what(panic.as_ref())));
        HangUp::Panic
    })
}

/// What a panic said.
fn what(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "without words".to_owned())
}

/// `/api/v1.0/Class.Method`, `/api/v1.0/Instance.Class.Method` or `/api/v1.0/login`.
fn call_name(request: &Request<RequestBody>) -> Result<String, Refusal> {
    if request.method() != Method::POST {
        return Err(Refusal::http(405, "Method Not Allowed"));
    }
    let not_found = || Refusal::http(404, "Not Found");
    let name = request
        .uri()
        .path()
        .strip_prefix("/api/v1.0/")
        .ok_or_else(not_found)?;
    let parts: Vec<&str> = name.split('.').collect();
    match parts.as_slice() {
        ["login"] => Ok("login".to_owned()),
        [class, method] | [_, class, method] if !class.is_empty() && !method.is_empty() => {
            Ok(format!("{class}.{method}"))
        }
        _ => Err(not_found()),
    }
}

fn header(headers: &HeaderMap, name: &str) -> Option<String> {
    headers
        .get(name)
        .and_then(|value| value.to_str().ok())
        .map(str::to_owned)
}

/// Keeps account of whether the client gets the reply it asked for.
struct Delivery<'a> {
    house: &'a House,
    incoming: &'a str,
    session: Option<u64>,
    /// The session in which this call counts as under way.
    counted: Option<u64>,
    opened: Option<u64>,
    done: bool,
}

impl<'a> Delivery<'a> {
    fn of(house: &'a House, incoming: &'a Incoming) -> Self {
        let mut world = house.world();
        let session = dispatch::session_of(&mut world, incoming);
        let known = session.and_then(|it| world.sessions.by_number(it));
        let counted = known.map(|it| {
            it.under_way += 1;
            it.number
        });
        Self {
            house,
            incoming: &incoming.method,
            session,
            counted,
            opened: None,
            done: false,
        }
    }

    fn concerns(&mut self, session: Option<u64>, opened: Option<u64>) {
        self.session = session.or(self.session);
        self.opened = opened;
    }

    fn done(&mut self) {
        self.done = true;
    }
}

impl Drop for Delivery<'_> {
    fn drop(&mut self) {
        let mut world = self.house.world();
        let counted = self.counted.and_then(|it| world.sessions.by_number(it));
        if let Some(session) = counted {
            session.under_way = session.under_way.saturating_sub(1);
        }
        if self.done {
            return;
        }
        let thwarted = self.opened.is_some() || self.incoming == "Session.EndSession";
        let number = self.opened.or(self.session);
        if let Some(session) = number.and_then(|number| world.sessions.by_number(number)) {
            session.disturbed = true;
            session.untold |= thwarted;
        }
    }
}

type ReplyBody = Either<Full<Bytes>, Broken>;

fn response(reply: Reply) -> Response<ReplyBody> {
    let body = Bytes::from(reply.body.clone());
    with_headers(reply, Either::Left(Full::new(body)))
}

/// Says how long the body is and sends half of it.
fn truncated(reply: Reply) -> Response<ReplyBody> {
    let whole = Bytes::from(reply.body.clone());
    let half = whole.slice(..whole.len() / 2);
    let length = whole.len();
    let mut response = with_headers(
        reply,
        Either::Right(Broken {
            half: Some(half),
            flushed: false,
        }),
    );
    response
        .headers_mut()
        .insert(CONTENT_LENGTH, HeaderValue::from(length));
    response
}

fn with_headers(reply: Reply, body: ReplyBody) -> Response<ReplyBody> {
    let mut response = Response::new(body);
    *response.status_mut() =
        StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(reply.content_type));
    for (name, value) in reply.headers {
        let name = hyper::header::HeaderName::from_bytes(name.as_bytes());
        if let (Ok(name), Ok(value)) = (name, HeaderValue::from_str(&value)) {
            headers.insert(name, value);
        }
    }
    response
}

/// A body that breaks off after its first half.
struct Broken {
    half: Option<Bytes>,
    flushed: bool,
}

impl Body for Broken {
    type Data = Bytes;
    type Error = HangUp;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, HangUp>>> {
        if let Some(half) = self.half.take() {
            return Poll::Ready(Some(Ok(Frame::data(half))));
        }
        if !self.flushed {
            // Being pending once lets hyper flush the half before the error ends the connection.
            self.flushed = true;
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        Poll::Ready(Some(Err(HangUp::Planned)))
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::Scenario;

    #[test]
    fn a_panic_in_a_call_is_in_the_verdict_and_the_world_can_still_be_used() {
        let house = House::new(Scenario::default());

        let step = || {
            let _world = house.world();
            panic!("a defect of the simulator");
        };
        let ended: Result<(), HangUp> = guarded(&house, "Tasks.GetTask", step);

        assert!(ended.is_err());
        assert_eq!(house.world().incidents.len(), 0);
        let verdict = house.verdict().unwrap_err();
        assert!(
            verdict.contains("panic: Tasks.GetTask: a defect of the simulator"),
            "{verdict}"
        );
    }
}
