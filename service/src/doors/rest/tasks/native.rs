//! Create a task of any type, in the vendor's own form.

use actix_web::{HttpRequest, post, web};

use super::create::create;
use super::key::{KeyHeader, KeyQuery};
use super::rehearse::rehearse;
use super::waiting::{PreferHeader, WaitQuery};
use crate::auth::Caller;
use crate::doors::answer::{Answer, answer};
use crate::doors::rest::desk::Desk;
use crate::doors::rest::responses::{CreateTaskResponses, DryRunResponses};
use vocabulary::requests::native::TaskRequest;

/// Create a task of any type.
///
/// The vendor's own form of the request, told apart by `task`. Importers that do not know `oneOf`
/// use the routes of the single actions.
#[utoipa::path(
    operation_id = "createTask", tag = "native",
    params(KeyQuery, WaitQuery, KeyHeader, PreferHeader),
    request_body(content = TaskRequest, content_type = "application/json"),
    responses(CreateTaskResponses), security(("BearerAuth" = ["tasks.create"]))
)]
#[post("/tasks")]
pub(in crate::doors::rest) async fn create_task(
    desk: web::Data<Desk>,
    request: HttpRequest,
    caller: Caller,
    payload: web::Payload,
) -> Answer {
    answer(create(&desk, &request, &caller, payload, None).await)
}

/// Dry run of a task of any type.
///
/// Every check of the request, its warnings, and what would be sent; nothing is.
#[utoipa::path(
    operation_id = "dryRunTask", tag = "native",
    request_body(content = TaskRequest, content_type = "application/json"),
    responses(DryRunResponses), security(("BearerAuth" = ["tasks.create"]))
)]
#[post("/tasks/dry-run")]
pub(in crate::doors::rest) async fn dry_run_task(
    desk: web::Data<Desk>,
    request: HttpRequest,
    caller: Caller,
    payload: web::Payload,
) -> Answer {
    answer(rehearse(&desk, &request, &caller, payload, None).await)
}
