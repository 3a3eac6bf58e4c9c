//! From what is said to the caller to an HTTP response (RFC 9457).

use actix_web::body::BoxBody;
use actix_web::http::StatusCode;
use actix_web::http::header::{
    CONTENT_TYPE, HeaderName, HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE,
};
use actix_web::{Either, HttpRequest, HttpResponse, Responder};

use super::edge::{request_id, trail};
use crate::problem::Problem;
use vocabulary::budget::BudgetRoom;
use vocabulary::code::Code;

/// What a handler answers.
pub type Answer = Either<HttpResponse, Rejection>;

/// What a handler has come to, as it answers.
pub fn answer(result: Result<HttpResponse, Rejection>) -> Answer {
    result.map_or_else(Either::Right, Either::Left)
}

/// A problem, with the header fields that only HTTP has a use for.
#[derive(Debug)]
pub struct Rejection {
    problem: Problem,
    headers: Vec<(HeaderName, HeaderValue)>,
}

impl From<Problem> for Rejection {
    fn from(problem: Problem) -> Self {
        Self {
            problem,
            headers: Vec::new(),
        }
    }
}

impl Rejection {
    /// What is said, without what HTTP adds.
    #[must_use]
    pub fn problem(&self) -> &Problem {
        &self.problem
    }

    /// With this header field.
    #[must_use]
    pub fn with_header(mut self, name: HeaderName, text: &str) -> Self {
        self.headers
            .extend(HeaderValue::from_str(text).ok().map(|it| (name, it)));
        self
    }
}

impl Responder for Rejection {
    type Body = BoxBody;

    fn respond_to(self, request: &HttpRequest) -> HttpResponse {
        let Self { problem, headers } = self;
        let request_id = request_id::of(request);
        let document = problem.document(request.path(), request_id.as_str());
        let status =
            StatusCode::from_u16(problem.code().status()).expect("the table holds statuses");
        let mut response = HttpResponse::build(status);
        response.insert_header((CONTENT_TYPE, "application/problem+json"));
        if let Some(seconds) = problem.retry_after() {
            response.insert_header((RETRY_AFTER, seconds));
        }
        if let Some(scope) = problem.missing_scope() {
            // RFC 6750 section 3.1.
            let challenge = format!("Bearer error=\"insufficient_scope\", scope=\"{scope}\"");
            response.insert_header((WWW_AUTHENTICATE, challenge));
        }
        for header in problem.room().into_iter().flat_map(budget_headers) {
            response.insert_header(header);
        }
        for header in headers {
            response.insert_header(header);
        }
        if problem.code() == Code::RequestTimeout {
            // The rest of the request may still come, and nobody waits for it.
            response.force_close();
        }
        let body = serde_json::to_vec(&document).expect("a problem is plain data");
        let response = response.body(body);
        trail::note(request, |trail| trail.refuse(&problem));
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
