//! The request's id and trace, from the caller when they are sane, else made here.
//!
//! The id goes back in `X-Request-Id`, into every log line, and to KSC as `X-KSC-RequestId`.

use std::sync::Arc;

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{CACHE_CONTROL, HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, HttpRequest};

const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");

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

/// The trace that the request belongs to (W3C Trace Context): the caller's, or a new one, and
/// this hop's own span.
#[derive(Debug, Clone)]
pub struct Trace {
    /// 32 hexadecimal digits.
    pub trace_id: String,
    /// 16 hexadecimal digits.
    pub span_id: String,
    flags: String,
}

impl Trace {
    fn new(parent: Option<&str>) -> Self {
        let mut span_id = uuid::Uuid::new_v4().simple().to_string();
        span_id.truncate(16);
        let (trace_id, flags) = parent
            .and_then(parse_parent)
            .unwrap_or_else(|| (uuid::Uuid::new_v4().simple().to_string(), "00".to_owned()));
        Self {
            trace_id,
            span_id,
            flags,
        }
    }

    fn header(&self) -> String {
        format!("00-{}-{}-{}", self.trace_id, self.span_id, self.flags)
    }
}

/// Trace id and flags of a valid `traceparent`; a version later than 00 may have more parts.
fn parse_parent(text: &str) -> Option<(String, String)> {
    let mut parts = text.split('-');
    let (version, trace_id, span_id, flags) =
        (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let is_hex = |it: &str, length: usize| {
        it.len() == length && it.bytes().all(|it| matches!(it, b'0'..=b'9' | b'a'..=b'f'))
    };
    let is_zero = |it: &str| it.bytes().all(|it| it == b'0');
    let valid = is_hex(version, 2)
        && version != "ff"
        && (version != "00" || parts.next().is_none())
        && is_hex(trace_id, 32)
        && !is_zero(trace_id)
        && is_hex(span_id, 16)
        && !is_zero(span_id)
        && is_hex(flags, 2);
    valid.then(|| (trace_id.to_owned(), flags.to_owned()))
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
    let trace = Trace::new(given(&TRACEPARENT));
    let id_header = HeaderValue::from_str(id.as_str());
    let trace_header = HeaderValue::from_str(&trace.header());
    request.extensions_mut().insert(id);
    request.extensions_mut().insert(trace);

    let mut response = next.call(request).await?;

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

    const PARENT: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    #[test]
    fn a_valid_parent_is_carried_on_with_a_span_of_our_own() {
        let trace = Trace::new(Some(PARENT));

        assert_eq!(trace.trace_id, "4bf92f3577b34da6a3ce929d0e0e4736");
        assert_ne!(trace.span_id, "00f067aa0ba902b7");
        assert!(trace.header().ends_with("-01"));
    }

    #[test]
    fn a_broken_parent_begins_a_new_trace() {
        for broken in [
            "",
            "00",
            "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
            "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-extra",
        ] {
            let trace = Trace::new(Some(broken));

            assert_ne!(
                trace.trace_id, "4bf92f3577b34da6a3ce929d0e0e4736",
                "{broken}"
            );
            assert!(parse_parent(&trace.header()).is_some());
        }
    }

    #[test]
    fn an_id_with_anything_odd_in_it_is_replaced() {
        assert!(RequestId::parse("soar-42.a_b").is_some());
        for odd in ["", "a b", "a\"b", "ä", "a\nb", &"x".repeat(65)] {
            assert!(RequestId::parse(odd).is_none(), "{odd:?}");
        }
    }
}
