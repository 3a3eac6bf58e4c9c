//! Cancel a task.

use actix_web::http::header::RETRY_AFTER;
use actix_web::{HttpRequest, HttpResponse, post, web};

use super::id::{TaskPath, note_id, task_id};
use super::read::note;
use crate::auth::Caller;
use crate::doors::answer::{Answer, Rejection, answer};
use crate::doors::edge::request_id;
use crate::doors::edge::trail;
use crate::doors::rest::desk::Desk;
use crate::doors::rest::query::Query;
use crate::doors::rest::responses::CancelTaskResponses;
use crate::ticket::Cancellation;

/// Cancel a task.
///
/// KSC is told to stop it, and the answer is the task as KSC shows it after that: a device that has
/// not heard of it yet may still be at it. Takes no body. Cancelling twice does no harm. A KSC task
/// that only its order makes this one's is not stopped, since an administrator may have made it by
/// hand.
#[utoipa::path(
    operation_id = "cancelTask", tag = "tasks", params(TaskPath),
    responses(CancelTaskResponses), security(("BearerAuth" = ["tasks.cancel"]))
)]
#[post("/tasks/{id}/cancel")]
pub(in crate::doors::rest) async fn cancel_task(
    desk: web::Data<Desk>,
    request: HttpRequest,
    caller: Caller,
    path: web::Path<TaskPath>,
) -> Answer {
    answer(cancel(&desk, &request, &caller, path.into_inner().id).await)
}

async fn cancel(
    desk: &Desk,
    request: &HttpRequest,
    caller: &Caller,
    id: String,
) -> Result<HttpResponse, Rejection> {
    note_id(request, &id);
    let permit = desk.authority.cancel(caller)?;
    // Who asks for a dry run must not be given the real one.
    Query::of(request.query_string(), &[]).finish()?;
    let id = task_id(desk, &id)?;
    let cancellation = Cancellation {
        permit,
        task: id,
        request_id: request_id::of(request),
    };
    let decided = desk.follow.cancel(cancellation)?;
    // From here on it is audited where it is decided, even if this request is dropped.
    trail::note(request, |trail| trail.audited = true);
    let task = decided.await?;
    note(request, &task);
    let mut response = HttpResponse::Ok();
    if !task.terminal {
        response.insert_header((RETRY_AFTER, task.poll_after_seconds));
    }
    Ok(response.json(&*task))
}
