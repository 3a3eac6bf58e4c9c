//! One connection: requests one after another, each through the gate, past the faults, to the world
//! and out again.

use crate::answer::{Answer, Content, phrase};
use crate::dispatch::{self, Incoming};
use crate::faults::{CannedAnswer, FaultKind};
use crate::house::House;
use crate::identity::fingerprint;
use crate::journal::{Journal, Outcome, RequestRecord};
use crate::outgoing::Outgoing;
use crate::path::Path;
use crate::query::Query;
use bytes::Bytes;
use http_body_util::{BodyExt as _, Limited};
use hyper::body::Incoming as RequestBody;
use hyper::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderValue, LOCATION, RETRY_AFTER};
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use serde_json::json;
use std::net::SocketAddr;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio_rustls::server::TlsStream;

/// More than any call needs.
const LARGEST_BODY: usize = 64 * 1024 * 1024;

/// Why a connection ends without an answer.
#[derive(Debug, thiserror::Error)]
enum HangUp {
    #[error("a planned fault")]
    Planned,
    #[error("the request did not arrive whole")]
    Incomplete,
    #[error("the simulator panicked")]
    Panic,
}

/// Who is at the other end, and where he came in.
#[derive(Debug, Clone)]
struct Caller {
    listener: usize,
    address: SocketAddr,
    fingerprint: Option<String>,
}

/// Serves a connection until either side ends it.
pub(crate) async fn serve(
    stream: TlsStream<TcpStream>,
    house: Arc<House>,
    listener: usize,
    address: SocketAddr,
) {
    let certificates = stream.get_ref().1.peer_certificates();
    let first = certificates.and_then(<[_]>::first);
    let caller = Caller {
        listener,
        address,
        fingerprint: first.map(|it| fingerprint(it)),
    };
    let service = service_fn(|request| answer(Arc::clone(&house), caller.clone(), request));
    // Errors are the peer's hanging up or a planned fault: both are in the journal.
    let _ = hyper::server::conn::http1::Builder::new()
        .serve_connection(TokioIo::new(stream), service)
        .await;
}

async fn answer(
    house: Arc<House>,
    caller: Caller,
    request: Request<RequestBody>,
) -> Result<Response<Outgoing>, HangUp> {
    let listener = caller.listener;
    let request = receive(&house, caller, request).await?;
    let mut delivery = Delivery {
        journal: &house.journal,
        number: request.number,
        outcome: Outcome::GivenUp,
    };
    house.gate.pass(&request.call).await;
    let fault = house.faults.draw(&request.call, listener);
    if let Some(fault) = &fault {
        house.journal.amend(request.number, |it| it.fault = true);
        if !fault.processes() {
            return instead(fault, &mut delivery).await;
        }
    }
    let answer = guarded(&house, &request)?;
    house.way_out.pass(&request.call).await;
    if let Some(fault) = fault {
        return changed(&fault, answer, &mut delivery).await;
    }
    delivery.outcome = Outcome::Answered(answer.status);
    Ok(response(answer))
}

/// What comes of a fault by which the request is not processed.
async fn instead(
    fault: &FaultKind,
    delivery: &mut Delivery<'_>,
) -> Result<Response<Outgoing>, HangUp> {
    match fault {
        FaultKind::Answer(answer) => {
            delivery.outcome = Outcome::Answered(answer.status);
            Ok(canned(answer))
        }
        FaultKind::Stall => std::future::pending().await,
        FaultKind::RefuseConnection
        | FaultKind::Drop
        | FaultKind::ProcessThenStall
        | FaultKind::ProcessThenDrop
        | FaultKind::Delay { .. }
        | FaultKind::Truncate
        | FaultKind::ProcessThenAnswer(_)
        | FaultKind::Oversize { .. } => {
            delivery.outcome = Outcome::CutOff;
            Err(HangUp::Planned)
        }
    }
}

/// What comes of a fault that strikes after the request was processed.
async fn changed(
    fault: &FaultKind,
    answer: Answer,
    delivery: &mut Delivery<'_>,
) -> Result<Response<Outgoing>, HangUp> {
    let response = match fault {
        FaultKind::ProcessThenStall => std::future::pending().await,
        FaultKind::ProcessThenDrop => {
            delivery.outcome = Outcome::CutOff;
            return Err(HangUp::Planned);
        }
        FaultKind::Truncate => {
            let mut response = response(answer);
            let length = HeaderValue::from(response.body_mut().break_off());
            response.headers_mut().insert(CONTENT_LENGTH, length);
            delivery.outcome = Outcome::CutOff;
            return Ok(response);
        }
        FaultKind::ProcessThenAnswer(answer) => canned(answer),
        FaultKind::Delay { milliseconds } => {
            tokio::time::sleep(Duration::from_millis(*milliseconds)).await;
            response(answer)
        }
        FaultKind::Oversize { bytes } => {
            let mut response = response(answer);
            response.body_mut().fill_up(*bytes);
            response
        }
        FaultKind::RefuseConnection | FaultKind::Stall | FaultKind::Drop | FaultKind::Answer(_) => {
            response(answer)
        }
    };
    delivery.outcome = Outcome::Answered(response.status().as_u16());
    Ok(response)
}

fn canned(canned: &CannedAnswer) -> Response<Outgoing> {
    let body = canned.body.clone();
    let body = match (body, canned.status) {
        // HTTP has no bodies there.
        (_, 204 | 304) => String::new(),
        (Some(body), _) => body,
        (None, status) => json!({"error": phrase(status)}).to_string(),
    };
    let mut response = Response::new(Outgoing::whole(Bytes::from(body)));
    *response.status_mut() =
        StatusCode::from_u16(canned.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = [
        (CONTENT_TYPE, Some(&canned.content_type)),
        (RETRY_AFTER, canned.retry_after.as_ref()),
        (LOCATION, canned.location.as_ref()),
    ];
    for (name, text) in headers {
        if let Some(value) = text.and_then(|it| HeaderValue::from_str(it).ok()) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}

/// Reads a request and enters it in the journal.
async fn receive(
    house: &House,
    caller: Caller,
    request: Request<RequestBody>,
) -> Result<Incoming, HangUp> {
    let (head, body) = request.into_parts();
    let body = Limited::new(body, LARGEST_BODY).collect().await;
    let body = body.map_err(|_| HangUp::Incomplete)?.to_bytes();
    let method = head.method.as_str().to_owned();
    let path = Path::read(head.uri.path());
    let raw = head.uri.query().unwrap_or_default();
    let query = Query::read(raw);
    let content_type = head.headers.get(CONTENT_TYPE);
    let content_type = content_type
        .and_then(|it| it.to_str().ok())
        .map(str::to_owned);
    let call = path.call(&method, &query);
    let number = house.journal.arrived(RequestRecord {
        at: house.world().now,
        listener: caller.listener,
        call: call.clone(),
        method: method.clone(),
        path: head.uri.path().to_owned(),
        query: raw.to_owned(),
        body: String::from_utf8_lossy(&body).into_owned(),
        content_type: content_type.clone(),
        fingerprint: caller.fingerprint.clone(),
        caller: path.caller.clone(),
        access: None,
        processed: false,
        fault: false,
        outcome: Outcome::UnderWay,
    });
    Ok(Incoming {
        number,
        method,
        path,
        query,
        call,
        fingerprint: caller.fingerprint,
        address: caller.address.ip(),
        content_type,
        body,
    })
}

/// Enters how a request ended, also when its future is dropped because the caller has hung up.
struct Delivery<'a> {
    journal: &'a Journal,
    number: usize,
    outcome: Outcome,
}

impl Drop for Delivery<'_> {
    fn drop(&mut self) {
        let outcome = self.outcome;
        self.journal
            .amend(self.number, |request| request.outcome = outcome);
    }
}

/// Carries a request out; a panic is entered in the journal and ends the connection.
fn guarded(house: &House, request: &Incoming) -> Result<Answer, HangUp> {
    let step = || dispatch::process(house, request);
    catch_unwind(AssertUnwindSafe(step)).map_err(|panic| {
        let text = panic.downcast_ref::<&str>().map(|it| (*it).to_owned());
        let text = text.or_else(|| panic.downcast_ref::<String>().cloned());
        let text = text.unwrap_or_else(|| "without words".to_owned());
        house.journal.panicked(format!("{}: {text}", request.call));
        HangUp::Panic
    })
}

fn response(answer: Answer) -> Response<Outgoing> {
    let (body, is_json) = match answer.content {
        Content::Nothing => (Outgoing::whole(Bytes::new()), false),
        Content::Json(value) => (Outgoing::whole(Bytes::from(value.to_string())), true),
        Content::Text(text) => (Outgoing::whole(Bytes::from(text)), true),
        Content::Pieces(pieces) => (Outgoing::pieces(pieces), true),
    };
    let mut response = Response::new(body);
    *response.status_mut() =
        StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    if is_json {
        let json = HeaderValue::from_static("application/json");
        response.headers_mut().insert(CONTENT_TYPE, json);
    }
    response
}
