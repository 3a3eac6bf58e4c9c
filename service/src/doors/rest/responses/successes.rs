//! What operations answer when they succeed: those answers that several give by name.

use serde_json::Value;
use utoipa::ToSchema;
use utoipa::openapi::content::{Content, ContentBuilder};
use utoipa::openapi::link::Link;
use utoipa::openapi::schema::{ObjectBuilder, SchemaType};
use utoipa::openapi::{Ref, RefOr, Response, ResponseBuilder};

use super::headers;
use crate::doors::rest::examples;
use vocabulary::backend::BackendList;
use vocabulary::batch::TaskBatchResponse;
use vocabulary::budget::BudgetReport;
use vocabulary::catalogue::{ActionList, ActionReport};
use vocabulary::host::{HostDetails, HostList};
use vocabulary::rehearsal::DryRun;
use vocabulary::report::{Task, TaskList};
use vocabulary::settings_check::SettingsReport;
use vocabulary::whoami::WhoAmI;

/// What the shared answers are called. No schema is called so: some generators make types of both.
const ACCEPTED: &str = "TaskAccepted";
const DRY_RUN: &str = "DryRunResult";

/// The answers that several operations give, under their names.
pub(super) fn shared() -> Vec<(String, RefOr<Response>)> {
    let accepted = json::<Task>(
        "KSC stored the incident. The task's state is read at `Location`.",
        examples::accepted(),
    )
    .header("Location", headers::text("Where the task is read."))
    .header_ref(
        headers::RETRY_AFTER,
        headers::reference_that_says(headers::RETRY_AFTER, "Seconds after which to read it."),
    )
    .header(
        "Idempotency-Replayed",
        headers::text(
            "`true` when the request came before with the same key: this was its answer.",
        ),
    )
    .header_ref(
        headers::PREFERENCE_APPLIED,
        headers::reference(headers::PREFERENCE_APPLIED),
    )
    .link("read", link("getTask", "/id"))
    .link("watch", link("watchTask", "/id"))
    .link("cancel", link("cancelTask", "/id"));
    let dry_run = json::<DryRun>("What would be sent. Nothing was.", examples::dry_run());
    vec![
        (ACCEPTED.to_owned(), accepted.into()),
        (DRY_RUN.to_owned(), dry_run.into()),
    ]
}

/// A task was created.
pub(super) fn accepted() -> Ref {
    reference(ACCEPTED)
}

/// A task would have been created.
pub(super) fn dry_run() -> Ref {
    reference(DRY_RUN)
}

/// A task.
pub(super) fn task() -> ResponseBuilder {
    json::<Task>(
        "The task, its state, and the evidence that the state rests on.",
        examples::finished(),
    )
    .header_ref(
        headers::RETRY_AFTER,
        headers::reference_that_says(
            headers::RETRY_AFTER,
            "Seconds after which to ask again; none when the state is final.",
        ),
    )
    .header_ref(
        headers::PREFERENCE_APPLIED,
        headers::reference(headers::PREFERENCE_APPLIED),
    )
}

/// The results of a batch.
pub(super) fn batch() -> ResponseBuilder {
    json::<TaskBatchResponse>(
        "One result for each request, in their order. Look at each `status`.",
        examples::batch(),
    )
}

/// A page of tasks.
pub(super) fn tasks() -> ResponseBuilder {
    json::<TaskList>("A page of tasks, the newest first.", examples::list())
        .link("read", link("getTask", "/tasks/0/id"))
}

/// A task after its cancellation.
pub(super) fn cancelled() -> ResponseBuilder {
    json::<Task>(
        "KSC took the cancellation. This is the task as KSC showed it after that.",
        examples::cancelled(),
    )
    .header_ref(
        headers::RETRY_AFTER,
        headers::reference_that_says(
            headers::RETRY_AFTER,
            "Seconds after which to read it again; none when the state is final.",
        ),
    )
}

/// A stream of events.
pub(super) fn events() -> ResponseBuilder {
    let content = ContentBuilder::new()
        .schema(Some(
            // Of no type: to some readers a stream is one text, to others each event is an object.
            ObjectBuilder::new()
                .schema_type(SchemaType::AnyValue)
                .description(Some(
                    "Server-sent events. `data` of a `state` event is a Task, of a `problem` event \
                     a Problem.",
                )),
        ))
        .example(Some(examples::events().into()))
        .build();
    answer("Events until the task is over.").content("text/event-stream", content)
}

/// The end of a stream of which the client has heard everything.
pub(super) fn nothing_more() -> ResponseBuilder {
    answer("The task is over, and the client has heard so: `Last-Event-ID` is that of its end.")
}

/// The budget.
pub(super) fn budget() -> ResponseBuilder {
    json::<BudgetReport>(
        "The response tasks in KSC, and how many more it can take.",
        examples::budget(),
    )
}

/// A page of hosts.
pub(super) fn hosts() -> ResponseBuilder {
    json::<HostList>(
        "One page of the hosts that fit; none is no error.",
        examples::host_list(),
    )
    .link("show", link("getHost", "/hosts/0/id"))
}

/// A host.
pub(super) fn host() -> ResponseBuilder {
    json::<HostDetails>(
        "The host as KSC knows it, and whether it can take a task.",
        examples::host_details(),
    )
}

/// The catalogue.
pub(super) fn actions() -> ResponseBuilder {
    json::<ActionList>(
        "The actions, those first that are wanted first.",
        examples::actions(),
    )
}

/// An action.
pub(super) fn action() -> ResponseBuilder {
    json::<ActionReport>("The action.", examples::action())
}

/// The back ends.
pub(super) fn backends() -> ResponseBuilder {
    json::<BackendList>(
        "The back ends that the caller may use, and whether they can be asked now.",
        examples::backends(),
    )
}

/// The caller.
pub(super) fn caller() -> ResponseBuilder {
    json::<WhoAmI>(
        "The caller as its token says, and what it may do.",
        examples::whoami(),
    )
}

/// What is found in settings.
pub(super) fn settings() -> ResponseBuilder {
    json::<SettingsReport>(
        "What is found, also where the settings cannot be used.",
        examples::settings_report(),
    )
}

fn reference(name: &str) -> Ref {
    Ref::new(format!("#/components/responses/{name}"))
}

fn json<T: ToSchema>(description: &str, example: Value) -> ResponseBuilder {
    answer(description).content("application/json", content::<T>(example))
}

fn answer(description: &str) -> ResponseBuilder {
    headers::with_common(ResponseBuilder::new().description(description))
}

fn content<T: ToSchema>(example: Value) -> Content {
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
