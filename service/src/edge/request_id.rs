//! The request's id and trace, from the caller when they are sane, else made here.
//!
//! The id goes back in `X-Request-Id`, into every log line, and to KSC as `X-KSC-RequestId`. The trace
//! goes back in `traceparent`, with the request's own span, and into every log line too.

use std::sync::Arc;

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{CACHE_CONTROL, HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, HttpRequest, web};

use crate::telemetry::export::Recording;
use crate::telemetry::trace::{self, Parent, Trace};

const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");
const TRACESTATE: HeaderName = HeaderName::from_static("tracestate");

/// A request's id: 1 to 64 letters, digits, dots, hyphens and underscores.
#[derive(Debug, Clone)]
pub struct RequestId(Arc<str>);

/// The longest id.
const MOST_CHARS: usize = 64;

impl RequestId {
    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The id of a request; a new one where nobody named it.
    #[must_use]
    pub fn of(request: &HttpRequest) -> Self {
        request
            .extensions()
            .get::<Self>()
            .cloned()
            .unwrap_or_default()
    }

    /// The id of a part of the request, which is told apart in the logs and in KSC.
    #[must_use]
    pub fn part(&self, index: usize) -> Self {
        let ending = format!(".{index}");
        let room = MOST_CHARS - ending.len();
        let start = &self.0[..self.0.len().min(room)];
        Self(format!("{start}{ending}").into())
    }

    fn parse(text: &str) -> Option<Self> {
        let sane = (1..=MOST_CHARS).contains(&text.len())
            && text
                .bytes()
                .all(|it| it.is_ascii_alphanumeric() || b"._-".contains(&it));
        sane.then(|| Self(text.into()))
    }
}

impl Default for RequestId {
    fn default() -> Self {
        Self(uuid::Uuid::new_v4().simple().to_string().into())
    }
}

/// Names the request, and its response.
pub async fn request_id(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let given = |name: &HeaderName| request.headers().get(name).and_then(|it| it.to_str().ok());
    let id = given(&X_REQUEST_ID)
        .and_then(RequestId::parse)
        .unwrap_or_default();
    let recording = request.app_data::<web::Data<Recording>>();
    let recorder = recording.and_then(|it| it.0.as_ref());
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_with_anything_odd_in_it_is_replaced() {
        assert!(RequestId::parse("soar-42.a_b").is_some());
        for odd in ["", "a b", "a\"b", "ä", "a\nb", &"x".repeat(65)] {
            assert!(RequestId::parse(odd).is_none(), "{odd:?}");
        }
    }
}
