//! Pages in a browser that call the gateway from elsewhere: a low-code builder, a contract's editor.
//!
//! Nobody may by default. The operator names origins; no cookie or client certificate of the browser
//! counts, since callers are known by their tokens alone. A page of another origin is not refused
//! what it sends: its browser keeps the answer from it, and the token decides as ever.

use actix_cors::Cors;
use actix_web::http::{Method, header};
use actix_web::middleware::Condition;

use crate::config::PageOrigin;

/// How long a browser remembers what it may send, in seconds.
const REMEMBERED: usize = 600;

/// The layer, where any origin is named.
#[must_use]
pub fn cors(origins: &[PageOrigin]) -> Condition<Cors> {
    let layer = origins
        .iter()
        .fold(Cors::default(), |layer, it| {
            layer.allowed_origin(it.as_str())
        })
        .allowed_methods([Method::GET, Method::POST])
        .allowed_headers([
            header::AUTHORIZATION,
            header::CONTENT_TYPE,
            header::ACCEPT,
            header::HeaderName::from_static("idempotency-key"),
            header::HeaderName::from_static("last-event-id"),
            header::HeaderName::from_static("prefer"),
            header::HeaderName::from_static("traceparent"),
            header::HeaderName::from_static("x-idempotency-key"),
            header::HeaderName::from_static("x-request-id"),
        ])
        .expose_headers([
            "Location",
            "Retry-After",
            "Idempotency-Replayed",
            "RateLimit",
            "RateLimit-Policy",
            "X-Request-Id",
        ])
        .max_age(REMEMBERED);
    Condition::new(!origins.is_empty(), layer)
}
