//! The request's id and trace, from the caller when they are sane, else made here.
//!
//! The id goes back in `X-Request-Id`, into every log line, and to KSC as `X-KSC-RequestId`. The
//! trace goes back in `traceparent`, with the request's own span, and into every log line too.

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{CACHE_CONTROL, HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, HttpRequest, web};

use crate::request_id::RequestId;
use crate::telemetry::export::Recording;
use crate::telemetry::trace::{self, Parent, Trace};

const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");
const TRACESTATE: HeaderName = HeaderName::from_static("tracestate");

/// The id of a request; a new one where nobody named it.
#[must_use]
pub fn of(request: &HttpRequest) -> RequestId {
    request
        .extensions()
        .get::<RequestId>()
        .cloned()
        .unwrap_or_default()
}

/// Names the request, and its response.
pub async fn request_id(
    recording: web::Data<Recording>,
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let given = |name: &HeaderName| request.headers().get(name).and_then(|it| it.to_str().ok());
    let id = given(&X_REQUEST_ID)
        .and_then(RequestId::parse)
        .unwrap_or_default();
    let recorder = recording.0.as_ref();
    let all = |name: &HeaderName| -> Option<Vec<&str>> {
        let values = request.headers().get_all(name);
        values.map(|it| it.to_str().ok()).collect()
    };
    // Two parents are none; several lines of state are one list.
    let parent = all(&TRACEPARENT).filter(|it| it.len() == 1);
    let state = all(&TRACESTATE).map(|it| it.join(","));
    let from = Parent {
        parent: parent.as_ref().map(|it| it[0]),
        state: state.as_deref(),
    };
    let (here, open) = Trace::of_request(from, recorder);
    let id_header = HeaderValue::from_str(id.as_str());
    let trace_header = HeaderValue::from_str(&here.traceparent());
    request.extensions_mut().insert(id);
    if let Some(open) = open {
        // It ends with the request, or with the stream that the answer is.
        request.extensions_mut().insert(open);
    }

    let mut response = trace::within(Some(here), next.call(request)).await?;

    let headers = response.headers_mut();
    if let Ok(value) = id_header {
        headers.insert(X_REQUEST_ID, value);
    }
    if let Ok(value) = trace_header {
        headers.insert(TRACEPARENT, value);
    }
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}
