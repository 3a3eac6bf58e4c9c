//! What is answered where no route is: 404, or 405 with the methods that the address takes.
//!
//! The published document says which those are, so no second list can disagree with it.

use actix_web::HttpRequest;

use crate::api::document::{document, operations};
use crate::api::problem::{Code, Problem};

/// Answers an address or a method that no route takes.
pub(super) async fn no_such_route(request: HttpRequest) -> Problem {
    let methods: Vec<&str> = document()
        .paths
        .paths
        .iter()
        .filter(|(template, _)| fits(template, request.path()))
        .flat_map(|(_, item)| operations(item))
        .map(|(method, _)| match method {
            utoipa::openapi::HttpMethod::Get => "GET",
            utoipa::openapi::HttpMethod::Post => "POST",
            utoipa::openapi::HttpMethod::Put => "PUT",
            utoipa::openapi::HttpMethod::Delete => "DELETE",
            utoipa::openapi::HttpMethod::Options => "OPTIONS",
            utoipa::openapi::HttpMethod::Head => "HEAD",
            utoipa::openapi::HttpMethod::Patch => "PATCH",
            utoipa::openapi::HttpMethod::Trace => "TRACE",
        })
        .collect();
    if methods.is_empty() {
        return Problem::new(
            Code::RouteNotFound,
            "See /docs for the addresses that there are.",
        );
    }
    let allow = methods.join(", ");
    Problem::new(
        Code::MethodNotAllowed,
        format!("This address takes {allow}."),
    )
    .with_allow(allow)
}

fn fits(template: &str, path: &str) -> bool {
    let (mut parts, mut given) = (template.split('/'), path.split('/'));
    loop {
        match (parts.next(), given.next()) {
            (None, None) => return true,
            (Some(part), Some(it)) if part == it || (part.starts_with('{') && !it.is_empty()) => {}
            (_, _) => return false,
        }
    }
}
