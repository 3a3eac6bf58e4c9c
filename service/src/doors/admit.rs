//! Lets a caller's request on when it is not too much, before its body is read; and tells its
//! caller how much is left.

use std::num::NonZeroU32;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{CONTENT_LENGTH, HeaderName, HeaderValue, TRANSFER_ENCODING};
use actix_web::middleware::Next;
use actix_web::{Error, HttpRequest, Responder, web};

use super::answer::Rejection;
use crate::admission::{Admission, Length, whole_seconds};
use crate::auth::Caller;
use crate::carry;
use crate::store::Rate;

/// Lets a caller's request on when it is not too much; answers it otherwise.
pub async fn admit(
    admission: web::Data<Admission>,
    caller: Caller,
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let (rate, slot) = admission.admit(&caller.id, length(request.request())).await;
    let mut response = match slot {
        Err(problem) => {
            let response = Rejection::from(problem).respond_to(request.request());
            request.into_response(response)
        }
        Ok(slot) => {
            let response = carry::with(slot, next.call(request)).await;
            response.map(ServiceResponse::map_into_boxed_body)?
        }
    };
    if let (Some(rate), Some(limit)) = (rate, admission.requests_per_minute()) {
        for (name, value) in rate_headers(limit, rate) {
            response.headers_mut().append(name, value);
        }
    }
    Ok(response)
}

/// How long a body is, by what the head of its request says.
pub(super) fn length(request: &HttpRequest) -> Length {
    let announced = request.headers().get(CONTENT_LENGTH);
    match announced.and_then(|it| it.to_str().ok()?.parse().ok()) {
        Some(bytes) => Length::Bytes(bytes),
        None if request.headers().contains_key(TRANSFER_ENCODING) => Length::Unknown,
        None => Length::Bytes(0),
    }
}

/// The header fields that tell the rate (draft-ietf-httpapi-ratelimit-headers).
fn rate_headers(limit: NonZeroU32, rate: Rate) -> [(HeaderName, HeaderValue); 2] {
    let reset = whole_seconds(rate.reset);
    [
        field("ratelimit-policy", &format!("\"caller\";q={limit};w=60")),
        field(
            "ratelimit",
            &format!("\"caller\";r={};t={reset}", rate.left),
        ),
    ]
}

fn field(name: &'static str, value: &str) -> (HeaderName, HeaderValue) {
    let value = HeaderValue::from_str(value).expect("numbers and plain names");
    (HeaderName::from_static(name), value)
}
