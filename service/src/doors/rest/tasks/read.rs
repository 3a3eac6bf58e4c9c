//! Read a task.

use std::sync::Arc;
use std::time::Instant;

use actix_web::http::header::RETRY_AFTER;
use actix_web::{HttpRequest, HttpResponse, get, web};

use super::prefer::{self, PreferHeader};
use crate::auth::Caller;
use crate::carry;
use crate::doors::answer::{Answer, Rejection, answer};
use crate::doors::edge::request_id;
use crate::doors::edge::trail;
use crate::doors::rest::desk::Desk;
use crate::doors::rest::responses::GetTaskResponses;
use crate::problem::Problem;
use vocabulary::report::Task;
use vocabulary::task_id::TaskId;

/// Read a task.
///
/// The state, and the evidence that it rests on, as KSC shows it now. Any replica can answer. With
/// `Prefer: wait=N` the answer comes when the state changes, or after N seconds.
#[utoipa::path(
    operation_id = "getTask", tag = "tasks",
    params(
        ("id" = String, Path, description = "The task's id, from `id` or `Location`.", example = "ksc-42"),
        PreferHeader
    ),
    responses(GetTaskResponses), security(("BearerAuth" = ["tasks.read"]))
)]
#[get("/tasks/{id}")]
pub(in crate::doors::rest) async fn get_task(
    desk: web::Data<Desk>,
    request: HttpRequest,
    caller: Caller,
    id: web::Path<String>,
) -> Answer {
    answer(read(&desk, &request, &caller, &id).await)
}

async fn read(
    desk: &Desk,
    request: &HttpRequest,
    caller: &Caller,
    id: &str,
) -> Result<HttpResponse, Rejection> {
    note_id(request, id);
    let permit = desk.authority.read(caller)?;
    let id = &task_id(desk, id)?;
    let mut task = desk
        .follow
        .task(&permit, id, &request_id::of(request))
        .await?;
    note(request, &task);
    let mut response = HttpResponse::Ok();
    let wait = prefer::wait(request).filter(|_| !task.terminal);
    if wait.is_some() {
        carry::let_go();
    }
    if let Some(wait) = wait
        && let Some(later) = caller
            .while_good(
                desk.clock.now(),
                desk.follow
                    .wait(&permit, id, (task.state, Instant::now()), wait),
            )
            .await
    {
        response.insert_header(prefer::applied(wait));
        Arc::make_mut(&mut task).take_over(&later);
    }
    if !task.terminal {
        response.insert_header((RETRY_AFTER, task.poll_after_seconds));
    }
    Ok(response.json(&*task))
}

/// The id that a caller asked for.
///
/// # Errors
/// 404 when it can be no task's.
pub(super) fn task_id(desk: &Desk, text: &str) -> Result<TaskId, Problem> {
    TaskId::parse(text).ok_or_else(|| desk.follow.unknown())
}

/// Notes the id that a caller asked for.
pub(super) fn note_id(request: &HttpRequest, id: &str) {
    trail::note(request, |trail| {
        trail.task = Some(id.chars().take(64).collect());
    });
}

/// Notes what the request turned out to be about.
pub(super) fn note(request: &HttpRequest, task: &Task) {
    trail::note(request, |trail| {
        trail.host_id = Some(task.target_host.id.clone());
        trail.task_id = Some(task.id.clone());
    });
}
