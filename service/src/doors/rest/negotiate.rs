//! Only JSON is answered here, and events where a task is watched: a caller that reads and refuses
//! them is told so before anything is done. So is one that expects what nobody promises, or sends a header
//! that looks like one of ours.

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{ACCEPT, EXPECT};
use actix_web::http::{Method, Version};
use actix_web::middleware::Next;
use actix_web::{Error, Responder};

use super::misspelt;
use crate::doors::answer::Rejection;
use crate::problem::Problem;
use vocabulary::code::Code;

/// Lets a request pass whose `Accept` leaves room for JSON, and whose `Expect` for an answer.
pub(super) async fn negotiate(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let odd = unexpected(&request).or_else(|| misspelt::header(request.headers()));
    if let Some(problem) = odd {
        let response = Rejection::from(problem).respond_to(request.request());
        return Ok(request.into_response(response));
    }
    let watches = request
        .match_pattern()
        .is_some_and(|it| it.ends_with(EVENTS));
    let given = request.headers().get_all(ACCEPT);
    let ranges: Vec<&str> = given
        .filter_map(|it| it.to_str().ok())
        .flat_map(|it| it.split(','))
        .map(str::trim)
        .filter(|it| !it.is_empty())
        .collect();
    // Who names nothing takes anything. And nobody's isolation is refused for the form of its answer.
    let acceptable =
        request.method() == Method::POST || ranges.is_empty() || takes(&ranges, watches);
    if acceptable {
        return next
            .call(request)
            .await
            .map(ServiceResponse::map_into_boxed_body);
    }
    let kind = if watches {
        "text/event-stream"
    } else {
        "application/json"
    };
    let problem = Problem::new(
        Code::NotAcceptable,
        format!("Send Accept: {kind}, or none."),
    );
    let response = Rejection::from(problem).respond_to(request.request());
    Ok(request.into_response(response))
}

/// The one expectation that there is (RFC 9110 section 10.1.1) is met before this; HTTP/1.0 knows
/// none.
fn unexpected(request: &ServiceRequest) -> Option<Problem> {
    if request.version() < Version::HTTP_11 {
        return None;
    }
    let mut members = request
        .headers()
        .get_all(EXPECT)
        .flat_map(|it| it.as_bytes().split(|it| *it == b','))
        .map(<[u8]>::trim_ascii);
    let odd = members.any(|it| !it.is_empty() && !it.eq_ignore_ascii_case(b"100-continue"));
    odd.then(|| {
        Problem::new(
            Code::ExpectationFailed,
            "Send Expect: 100-continue, or none: there is no other expectation.",
        )
    })
}

/// How the addresses end at which a task is watched.
const EVENTS: &str = "/events";

/// Whether the range that says most of an answer's form leaves room for it (RFC 9110 section
/// 12.5.1).
fn takes(ranges: &[&str], watches: bool) -> bool {
    let mut said = (0, false);
    for range in ranges {
        let mut parts = range.split(';').map(str::trim);
        let essence = parts.next().unwrap_or_default().to_ascii_lowercase();
        let says = match (essence.as_str(), watches) {
            ("text/event-stream", true) | ("application/json", false) => 3,
            // What is read by whoever takes any JSON, and what is answered to a mistake.
            ("application/*+json" | "application/problem+json" | "application/*", false)
            | ("text/*", true) => 2,
            ("*/*" | "*", _) => 1,
            (_, _) => 0,
        };
        let excluded = parts.any(|it| {
            let (name, value) = it.split_once('=').unwrap_or_default();
            let quality: f32 = value.trim().parse().unwrap_or(1.0);
            name.trim().eq_ignore_ascii_case("q") && quality <= 0.0
        });
        if says > said.0 {
            said = (says, !excluded);
        } else if says == said.0 {
            said.1 |= !excluded && says > 0;
        }
    }
    said.1
}
