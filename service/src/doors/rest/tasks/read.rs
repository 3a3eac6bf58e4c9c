//! Read a task.

use std::sync::Arc;
use std::time::Instant;

use actix_web::http::header::RETRY_AFTER;
use actix_web::{HttpRequest, HttpResponse, get, web};

use super::id::{TaskPath, note_id, task_id};
use super::waiting::{self, PreferHeader, WaitQuery};
use crate::auth::Caller;
use crate::carry;
use crate::doors::answer::{Answer, Rejection, answer};
use crate::doors::edge::request_id;
use crate::doors::edge::trail;
use crate::doors::rest::desk::Desk;
use crate::doors::rest::query::Query;
use crate::doors::rest::responses::GetTaskResponses;
use vocabulary::report::Task;

/// Read a task.
///
/// The state, and the evidence that it rests on, as KSC shows it now. Any replica can answer. With
/// `wait=N` the answer comes when the task is over, or after N seconds.
#[utoipa::path(
    operation_id = "getTask", tag = "tasks",
    params(TaskPath, WaitQuery, PreferHeader),
    responses(GetTaskResponses), security(("BearerAuth" = ["tasks.read"]))
)]
#[get("/tasks/{id}")]
pub(in crate::doors::rest) async fn get_task(
    desk: web::Data<Desk>,
    request: HttpRequest,
    caller: Caller,
    path: web::Path<TaskPath>,
) -> Answer {
    answer(read(&desk, &request, &caller, &path.id).await)
}

async fn read(
    desk: &Desk,
    request: &HttpRequest,
    caller: &Caller,
    id: &str,
) -> Result<HttpResponse, Rejection> {
    note_id(request, id);
    let permit = desk.authority.read(caller)?;
    let mut query = Query::of(request.query_string(), &waiting::PARAMETERS);
    let wish = waiting::of(request, &mut query);
    query.finish()?;
    let id = &task_id(desk, id)?;
    let mut task = desk
        .follow
        .task(&permit, id, &request_id::of(request))
        .await?;
    note(request, &task);
    let mut response = HttpResponse::Ok();
    let wish = wish.filter(|_| !task.terminal);
    if wish.is_some() {
        carry::let_go();
    }
    if let Some(wish) = wish
        && let Some(later) = caller
            .while_good(
                desk.clock.now(),
                desk.follow.wait(
                    &permit,
                    id,
                    (task.state, Instant::now()),
                    (wish.until, wish.patience),
                ),
            )
            .await
    {
        response.insert_header(waiting::applied(wish));
        Arc::make_mut(&mut task).take_over(&later);
    }
    if !task.terminal {
        response.insert_header((RETRY_AFTER, task.poll_after_seconds));
    }
    Ok(response.json(&*task))
}

/// Notes what the request turned out to be about.
pub(super) fn note(request: &HttpRequest, task: &Task) {
    trail::note(request, |trail| {
        trail.host_id = Some(task.target_host.id.clone());
        trail.task_id = Some(task.id.clone());
    });
}
