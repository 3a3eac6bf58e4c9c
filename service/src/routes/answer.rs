//! From what is said to the caller to an HTTP response (RFC 9457).

use actix_web::body::BoxBody;
use actix_web::http::StatusCode;
use actix_web::http::header::{
    ACCEPT_ENCODING, ALLOW, CONTENT_TYPE, HeaderName, HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE,
};
use actix_web::{HttpRequest, HttpResponse, Responder};

use crate::edge::{request_id, trail};
use crate::problem::Problem;
use vocabulary::budget::BudgetRoom;
use vocabulary::code::Code;

impl Responder for Problem {
    type Body = BoxBody;

    fn respond_to(self, request: &HttpRequest) -> HttpResponse {
        let request_id = request_id::of(request);
        let document = self.document(request.path(), request_id.as_str());
        let status = StatusCode::from_u16(self.code().status()).expect("the table holds statuses");
        let mut response = HttpResponse::build(status);
        response.insert_header((CONTENT_TYPE, "application/problem+json"));
        if let Some(seconds) = self.retry_after() {
            response.insert_header((RETRY_AFTER, seconds));
        }
        for header in self.room().into_iter().flat_map(budget_headers) {
            response.insert_header(header);
        }
        let texts = [(ALLOW, self.allow()), (WWW_AUTHENTICATE, self.challenge())];
        for (name, text) in texts {
            if let Some(value) = text.and_then(|it| HeaderValue::from_str(it).ok()) {
                response.insert_header((name, value));
            }
        }
        if self.names_codings() {
            response.insert_header((ACCEPT_ENCODING, "identity"));
        }
        if self.code() == Code::RequestTimeout {
            // The rest of the request may still come, and nobody waits for it.
            response.force_close();
        }
        let body = serde_json::to_vec(&document).expect("a problem is plain data");
        let response = response.body(body);
        trail::note(request, |trail| trail.refuse(&self));
        response
    }
}

/// The header fields that tell the room for response tasks (draft-ietf-httpapi-ratelimit-headers).
pub(super) fn budget_headers(room: BudgetRoom) -> [(HeaderName, String); 2] {
    [
        (
            HeaderName::from_static("ratelimit-policy"),
            format!("\"task-budget\";q={}", room.limit),
        ),
        (
            HeaderName::from_static("ratelimit"),
            format!("\"task-budget\";r={}", room.free),
        ),
    ]
}
