//! Which answers an operation can give, by name, for the published document.

use std::collections::BTreeMap;

use serde_json::Value;
use utoipa::openapi::content::ContentBuilder;
use utoipa::openapi::header::HeaderBuilder;
use utoipa::openapi::schema::{ObjectBuilder, SchemaType, Type};
use utoipa::openapi::{Ref, RefOr, Response, ResponseBuilder};
use utoipa::{IntoResponses, ToSchema};

use super::examples;
use super::problem::{Code, ProblemDocument};
use super::task::Task;
use super::whoami::WhoAmI;
use crate::intake::DryRun;

/// Problems that every operation behind the guard can answer with.
const EVERYWHERE: &[Code] = &[
    Code::MalformedRequest,
    Code::TokenMissing,
    Code::TokenInvalid,
    Code::NotAcceptable,
    Code::Internal,
    Code::AuthKeysUnavailable,
    Code::Draining,
];

/// Problems of every operation that asks KSC.
const FROM_KSC: &[Code] = &[
    Code::KscRefused,
    Code::KscAccessDenied,
    Code::KscProtocol,
    Code::KscUnavailable,
    Code::KscCredentialsRefused,
];

/// The answers of the operations that create a task.
#[derive(Debug)]
pub struct CreateTaskResponses;

impl IntoResponses for CreateTaskResponses {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        let own = [
            Code::MalformedJson,
            Code::ScopeMissing,
            Code::HostProtected,
            Code::HostNotFound,
            Code::HostAmbiguous,
            Code::BodyTooLarge,
            Code::UnsupportedMediaType,
            Code::ValidationFailed,
            Code::ServiceConsoleUnavailable,
            Code::OutcomeUnknown,
        ];
        let mut responses = problems(&[&own, EVERYWHERE, FROM_KSC]);
        let accepted = ResponseBuilder::new()
            .description("KSC stored the incident. The task's state is read at `Location`.")
            .header("Location", text_header("Where the task is read."))
            .header(
                "Retry-After",
                integer_header("Seconds after which to read it."),
            )
            .content(
                "application/json",
                json_content::<Task>(examples::accepted()),
            );
        responses.insert(
            "202".to_owned(),
            RefOr::T(with_request_id(accepted).build()),
        );
        let dry_run = ResponseBuilder::new()
            .description("With `dryRun=true`: what would be sent. Nothing was.")
            .content(
                "application/json",
                json_content::<DryRun>(examples::dry_run()),
            );
        responses.insert("200".to_owned(), RefOr::T(with_request_id(dry_run).build()));
        responses
    }
}

/// The answers of the operation that reads a task.
#[derive(Debug)]
pub struct GetTaskResponses;

impl IntoResponses for GetTaskResponses {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        let own = [Code::ScopeMissing, Code::TaskNotFound];
        let mut responses = problems(&[&own, EVERYWHERE, FROM_KSC]);
        let found = ResponseBuilder::new()
            .description("The task, its state, and the evidence that the state rests on.")
            .header(
                "Retry-After",
                integer_header("Seconds after which to ask again; none when the state is final."),
            )
            .content(
                "application/json",
                json_content::<Task>(examples::finished()),
            );
        responses.insert("200".to_owned(), RefOr::T(with_request_id(found).build()));
        responses
    }
}

/// The answers of the operation that tells callers who they are.
#[derive(Debug)]
pub struct WhoAmIResponses;

impl IntoResponses for WhoAmIResponses {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        let mut responses = problems(&[EVERYWHERE]);
        let known = ResponseBuilder::new()
            .description("The caller as its token says, and what it may do.")
            .content(
                "application/json",
                json_content::<WhoAmI>(examples::whoami()),
            );
        responses.insert("200".to_owned(), RefOr::T(with_request_id(known).build()));
        responses
    }
}

/// One response a status; codes that share a status share the response and are all named.
fn problems(codes: &[&[Code]]) -> BTreeMap<String, RefOr<Response>> {
    let mut by_status: BTreeMap<u16, Vec<Code>> = BTreeMap::new();
    for code in codes.iter().copied().flatten() {
        by_status.entry(code.status()).or_default().push(*code);
    }
    by_status
        .into_iter()
        .map(|(status, codes)| {
            (
                status.to_string(),
                RefOr::T(problem_response(status, &codes)),
            )
        })
        .collect()
}

/// `codes` are those of one status: at least one.
fn problem_response(status: u16, codes: &[Code]) -> Response {
    let list: Vec<String> = codes
        .iter()
        .map(|it| format!("`{}`: {}.", it.name(), it.title()))
        .collect();
    let content = ContentBuilder::new()
        .schema(Some(Ref::from_schema_name("Problem")))
        .example(Some(examples::problem(codes[0])))
        .build();
    let mut response = ResponseBuilder::new()
        .description(list.join(" "))
        .content("application/problem+json", content);
    if status == 503 || status == 429 {
        response = response.header(
            "Retry-After",
            integer_header("Seconds after which to try again."),
        );
    }
    if status == 401 {
        response = response.header(
            "WWW-Authenticate",
            text_header("A Bearer challenge (RFC 6750)."),
        );
    }
    with_request_id(response).build()
}

fn json_content<T: ToSchema>(example: Value) -> utoipa::openapi::Content {
    ContentBuilder::new()
        .schema(Some(Ref::from_schema_name(T::name())))
        .example(Some(example))
        .build()
}

fn with_request_id(response: ResponseBuilder) -> ResponseBuilder {
    response.header(
        "X-Request-Id",
        text_header("The request's id, as the caller sent it or newly made."),
    )
}

fn text_header(description: &str) -> utoipa::openapi::Header {
    header(description, Type::String)
}

fn integer_header(description: &str) -> utoipa::openapi::Header {
    header(description, Type::Integer)
}

fn header(description: &str, kind: Type) -> utoipa::openapi::Header {
    HeaderBuilder::new()
        .schema(Some(
            ObjectBuilder::new().schema_type(SchemaType::new(kind)),
        ))
        .description(Some(description))
        .build()
}

/// The schemas that responses refer to by name, which the operations do not mention themselves.
#[must_use]
pub fn schemas() -> Vec<(String, RefOr<utoipa::openapi::Schema>)> {
    fn add<T: ToSchema>(schemas: &mut Vec<(String, RefOr<utoipa::openapi::Schema>)>) {
        schemas.push((T::name().into_owned(), T::schema()));
        T::schemas(schemas);
    }
    let mut schemas = Vec::new();
    add::<ProblemDocument>(&mut schemas);
    add::<Task>(&mut schemas);
    add::<DryRun>(&mut schemas);
    add::<WhoAmI>(&mut schemas);
    schemas
}
