//! Which answers an operation can give, by name, for the published document.

use std::collections::BTreeMap;

use serde_json::Value;
use utoipa::openapi::content::ContentBuilder;
use utoipa::openapi::header::HeaderBuilder;
use utoipa::openapi::link::Link;
use utoipa::openapi::schema::{ObjectBuilder, SchemaType, Type};
use utoipa::openapi::{Ref, RefOr, Response, ResponseBuilder};
use utoipa::{IntoResponses, ToSchema};

use super::examples;
use vocabulary::batch::TaskBatchResponse;
use vocabulary::budget::BudgetReport;
use vocabulary::code::Code;
use vocabulary::host::{HostDetails, HostList};
use vocabulary::problem::ProblemDocument;
use vocabulary::rehearsal::DryRun;
use vocabulary::report::{Task, TaskList};
use vocabulary::whoami::WhoAmI;

/// Problems that every operation behind the guard can answer with.
const EVERYWHERE: &[Code] = &[
    Code::MalformedRequest,
    Code::TokenMissing,
    Code::TokenInvalid,
    Code::NotAcceptable,
    Code::ExpectationFailed,
    Code::Internal,
    Code::AuthKeysUnavailable,
    Code::RateLimited,
    Code::Overloaded,
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
            Code::RequestInProgress,
            Code::RequestTimeout,
            Code::BodyTooLarge,
            Code::UnsupportedMediaType,
            Code::ValidationFailed,
            Code::IdempotencyKeyReused,
            Code::TaskBudgetExhausted,
            Code::ServiceConsoleUnavailable,
            Code::StoreUnavailable,
            Code::AuditUnavailable,
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
            .header(
                "Idempotency-Replayed",
                text_header(
                    "`true` when the request came before with the same key: this was its answer.",
                ),
            )
            .header(
                "Preference-Applied",
                text_header("The wait that was granted, when one was asked for."),
            )
            .content(
                "application/json",
                json_content::<Task>(examples::accepted()),
            )
            .link("read", link("getTask", "/id"))
            .link("watch", link("watchTask", "/id"))
            .link("cancel", link("cancelTask", "/id"));
        responses.insert(
            "202".to_owned(),
            RefOr::T(with_common_headers(accepted).build()),
        );
        let dry_run = ResponseBuilder::new()
            .description("With `dryRun=true`: what would be sent. Nothing was.")
            .content(
                "application/json",
                json_content::<DryRun>(examples::dry_run()),
            );
        responses.insert(
            "200".to_owned(),
            RefOr::T(with_common_headers(dry_run).build()),
        );
        responses
    }
}

/// The answers of the operation that reads a task.
#[derive(Debug)]
pub struct GetTaskResponses;

impl IntoResponses for GetTaskResponses {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        let own = [Code::ScopeMissing, Code::TaskNotFound];
        let found = ResponseBuilder::new()
            .description("The task, its state, and the evidence that the state rests on.")
            .header(
                "Retry-After",
                integer_header("Seconds after which to ask again; none when the state is final."),
            )
            .header(
                "Preference-Applied",
                text_header("The wait that was granted, when one was asked for."),
            )
            .content(
                "application/json",
                json_content::<Task>(examples::finished()),
            );
        with_success(problems(&[&own, EVERYWHERE, FROM_KSC]), found)
    }
}

/// The answers of the operation that creates many tasks.
#[derive(Debug)]
pub struct CreateTaskBatchResponses;

impl IntoResponses for CreateTaskBatchResponses {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        let own = [
            Code::MalformedJson,
            Code::ScopeMissing,
            Code::RequestTimeout,
            Code::BodyTooLarge,
            Code::UnsupportedMediaType,
            Code::ValidationFailed,
        ];
        let results = ResponseBuilder::new()
            .description("One result for each request, in their order. Look at each `status`.")
            .content(
                "application/json",
                json_content::<TaskBatchResponse>(examples::batch()),
            );
        with_success(problems(&[&own, EVERYWHERE]), results)
    }
}

/// The answers of the operation that lists tasks.
#[derive(Debug)]
pub struct ListTasksResponses;

impl IntoResponses for ListTasksResponses {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        let own = [
            Code::ScopeMissing,
            Code::HostNotFound,
            Code::HostAmbiguous,
            Code::ValidationFailed,
        ];
        let page = ResponseBuilder::new()
            .description("A page of tasks, the newest first.")
            .content(
                "application/json",
                json_content::<TaskList>(examples::list()),
            )
            .link("read", link("getTask", "/tasks/0/id"));
        with_success(problems(&[&own, EVERYWHERE, FROM_KSC]), page)
    }
}

/// The answers of the operation that cancels a task.
#[derive(Debug)]
pub struct CancelTaskResponses;

impl IntoResponses for CancelTaskResponses {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        let own = [
            Code::ScopeMissing,
            Code::HostProtected,
            Code::TaskNotFound,
            Code::TaskNotCancellable,
            Code::ValidationFailed,
            Code::AuditUnavailable,
            Code::OutcomeUnknown,
        ];
        let cancelled = ResponseBuilder::new()
            .description("KSC took the cancellation. This is the task as KSC showed it after that.")
            .header(
                "Retry-After",
                integer_header(
                    "Seconds after which to read it again; none when the state is final.",
                ),
            )
            .content(
                "application/json",
                json_content::<Task>(examples::cancelled()),
            );
        with_success(problems(&[&own, EVERYWHERE, FROM_KSC]), cancelled)
    }
}

/// The answers of the operation that watches a task.
#[derive(Debug)]
pub struct WatchTaskResponses;

impl IntoResponses for WatchTaskResponses {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        let own = [Code::ScopeMissing, Code::TaskNotFound];
        let content = ContentBuilder::new()
            .schema(Some(
                // Of no type: to some readers a stream is one text, to others each event is an object.
                ObjectBuilder::new()
                    .schema_type(SchemaType::AnyValue)
                    .description(Some(
                        "Server-sent events. `data` of a `state` event is a Task, of a `problem` event a Problem.",
                    )),
            ))
            .example(Some(examples::events().into()))
            .build();
        let events = ResponseBuilder::new()
            .description("Events until the task is over.")
            .content("text/event-stream", content);
        let mut responses = with_success(problems(&[&own, EVERYWHERE, FROM_KSC]), events);
        let nothing = ResponseBuilder::new().description(
            "The task is over, and the client has heard so: `Last-Event-ID` is that of its end.",
        );
        responses.insert(
            "204".to_owned(),
            RefOr::T(with_common_headers(nothing).build()),
        );
        responses
    }
}

/// The answers of the operation that searches hosts.
#[derive(Debug)]
pub struct FindHostsResponses;

impl IntoResponses for FindHostsResponses {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        let own = [Code::ScopeMissing, Code::ValidationFailed];
        let found = ResponseBuilder::new()
            .description("One page of the hosts that fit; none is no error.")
            .content(
                "application/json",
                json_content::<HostList>(examples::host_list()),
            )
            .link("show", link("getHost", "/hosts/0/id"));
        with_success(problems(&[&own, EVERYWHERE, FROM_KSC]), found)
    }
}

/// The answers of the operation that shows a host.
#[derive(Debug)]
pub struct GetHostResponses;

impl IntoResponses for GetHostResponses {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        let own = [Code::ScopeMissing, Code::HostNotFound];
        let found = ResponseBuilder::new()
            .description("The host as KSC knows it, and whether it can take a task.")
            .content(
                "application/json",
                json_content::<HostDetails>(examples::host_details()),
            );
        with_success(problems(&[&own, EVERYWHERE, FROM_KSC]), found)
    }
}

/// The answers of the operation that shows the budget.
#[derive(Debug)]
pub struct GetBudgetResponses;

impl IntoResponses for GetBudgetResponses {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        let budget = ResponseBuilder::new()
            .description("The response tasks in KSC, and how many more it can take.")
            .content(
                "application/json",
                json_content::<BudgetReport>(examples::budget()),
            );
        let own = [Code::ScopeMissing];
        with_success(problems(&[&own, EVERYWHERE, FROM_KSC]), budget)
    }
}

fn with_success(
    mut responses: BTreeMap<String, RefOr<Response>>,
    success: ResponseBuilder,
) -> BTreeMap<String, RefOr<Response>> {
    let success = with_common_headers(success).build();
    responses.insert("200".to_owned(), RefOr::T(success));
    responses
}

/// The answers of the operation that tells callers who they are.
#[derive(Debug)]
pub struct WhoAmIResponses;

impl IntoResponses for WhoAmIResponses {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        let known = ResponseBuilder::new()
            .description("The caller as its token says, and what it may do.")
            .content(
                "application/json",
                json_content::<WhoAmI>(examples::whoami()),
            );
        with_success(problems(&[EVERYWHERE]), known)
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
    with_common_headers(response).build()
}

fn json_content<T: ToSchema>(example: Value) -> utoipa::openapi::Content {
    ContentBuilder::new()
        .schema(Some(Ref::from_schema_name(T::name())))
        .example(Some(example))
        .build()
}

/// Where to go on from an answer, with the id that stands at this place of its body.
fn link(operation: &str, pointer: &str) -> Link {
    Link::builder()
        .operation_id(operation)
        .parameter("id", format!("$response.body#{pointer}"))
        .build()
}

/// With the header fields that every answer behind the guard has.
fn with_common_headers(response: ResponseBuilder) -> ResponseBuilder {
    response
        .header(
            "X-Request-Id",
            text_header("The request's id, as the caller sent it or newly made."),
        )
        .header(
            "RateLimit-Policy",
            text_header(
                "What is limited: `\"caller\"`, requests of this caller in a minute; and where a task is created and the tasks were counted `\"task-budget\"`, response tasks that KSC keeps.",
            ),
        )
        .header(
            "RateLimit",
            text_header("How much of each is left (`r`), and after how many seconds none of it counts any more (`t`)."),
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
    add::<TaskBatchResponse>(&mut schemas);
    add::<TaskList>(&mut schemas);
    add::<BudgetReport>(&mut schemas);
    add::<DryRun>(&mut schemas);
    add::<HostList>(&mut schemas);
    add::<HostDetails>(&mut schemas);
    add::<WhoAmI>(&mut schemas);
    schemas
}
