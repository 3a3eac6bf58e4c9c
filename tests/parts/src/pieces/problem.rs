//! A problem as it is answered: one line, and one with a hundred violations.

use std::hint::black_box;

use actix_web::body::to_bytes;
use actix_web::test::TestRequest;
use actix_web::{HttpRequest, Responder as _};
use edr_gateway::doors::answer::Rejection;
use edr_gateway::problem::Problem;
use serde_json::Value;
use vocabulary::code::Code;
use vocabulary::task::Violation;

use super::body;
use super::piece::Piece;

pub(super) fn pieces() -> Vec<Piece> {
    let hundred = || {
        let one = |number: usize| {
            let pointer = format!("/params/{number}/path");
            Violation::new(pointer, "too_long", "Must have at most 255 characters.")
        };
        Problem::new(Code::ValidationFailed, "100 rules are broken.")
            .with_errors((0..100).map(one).collect())
    };
    vec![
        piece("problem, no violation", 404, 0, || {
            Problem::new(Code::HostNotFound, "KSC knows no host of this name.")
        }),
        piece("problem, 8 violations", 422, 8, body::refusal),
        piece("problem, 100 violations", 422, 100, hundred).counted(300),
    ]
}

fn piece(
    name: &str,
    status: u16,
    violations: usize,
    problem: impl FnOnce() -> Problem + 'static,
) -> Piece {
    Piece::again(name, move |_| {
        let problem = problem();
        let request = TestRequest::post().uri("/v1/tasks").to_http_request();
        check(&problem, &request, status, violations);
        move || {
            let rejection = Rejection::from(black_box(&problem).clone());
            black_box(rejection.respond_to(&request).status());
        }
    })
}

fn check(problem: &Problem, request: &HttpRequest, status: u16, violations: usize) {
    let response = Rejection::from(problem.clone()).respond_to(request);
    assert_eq!(response.status(), status);
    let body = actix_web::rt::System::new().block_on(to_bytes(response.into_body()));
    let body: Value = serde_json::from_slice(&body.expect("a body")).expect("JSON");
    let errors = body["errors"].as_array().map_or(0, Vec::len);
    assert_eq!(errors, violations, "{body}");
}
