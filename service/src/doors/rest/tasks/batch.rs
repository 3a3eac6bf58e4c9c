//! Create many tasks in one call.

use std::sync::Arc;

use actix_web::{HttpRequest, HttpResponse, post, web};
use futures_util::future::join_all;
use serde_json::Value;

use super::create::INSTEAD;
use super::key::{self, KeyHeader, KeyQuery};
use super::wanted::{Wanted, checked, is_taken_in};
use crate::audit;
use crate::audit::Trail;
use crate::auth::Caller;
use crate::doors::admit::length;
use crate::doors::answer::{Answer, Rejection, answer};
use crate::doors::edge::request_id;
use crate::doors::rest::body;
use crate::doors::rest::body::batch::{self, Item, Place};
use crate::doors::rest::desk::Desk;
use crate::doors::rest::form::Form;
use crate::doors::rest::query::Query;
use crate::doors::rest::responses::CreateTaskBatchResponses;
use crate::problem::Problem;
use crate::telemetry::trace;
use crate::ticket::Ticket;
use vocabulary::batch::{TaskBatchRequest, TaskBatchResponse, TaskBatchResult};
use vocabulary::key::Key;
use vocabulary::names::HostName;
use vocabulary::task::Action;

/// Create many tasks.
///
/// 1 to 100 requests (`tasks`), each in the form of `POST /v1/tasks` or in that of an action with
/// its name in `task`; or one `request` for 1 to 100 `targetHosts`. Each has its own result, in their
/// order, as if it had come alone: one that is wrong harms no other. Requests for one host leave in
/// their order. With an `Idempotency-Key` each request has a key of its own, made of it and of its place:
/// a batch that comes again carries out only what was not carried out.
#[utoipa::path(
    operation_id = "createTaskBatch", tag = "tasks", params(KeyQuery, KeyHeader),
    request_body(content = TaskBatchRequest, content_type = "application/json"),
    responses(CreateTaskBatchResponses), security(("BearerAuth" = ["tasks.create"]))
)]
#[post("/tasks/batch")]
pub(in crate::doors::rest) async fn create_task_batch(
    desk: web::Data<Desk>,
    request: HttpRequest,
    caller: Caller,
    payload: web::Payload,
) -> Answer {
    answer(create_all(&desk, &request, &caller, payload).await)
}

async fn create_all(
    desk: &Desk,
    request: &HttpRequest,
    caller: &Caller,
    payload: web::Payload,
) -> Result<HttpResponse, Rejection> {
    desk.authority.create_some(caller)?;
    let mut query = Query::told(request.query_string(), &[key::PARAMETER], &INSTEAD);
    let key = key::of(request, &mut query)?;
    query.finish()?;
    let body = body::read(&desk.server, request, payload).await?;
    let items = batch::open(body, desk.server.max_body_bytes)?;
    desk.admission.count(&caller.id, items.len()).await?;
    desk.admission
        .make_room(&caller.id, length(request), items.len())
        .await?;
    // Checked one by one, sent all at once: each takes its place in the order here, and then goes
    // its own way, whoever hangs up.
    let mut wanted = Vec::with_capacity(items.len());
    for item in items {
        let named = named(&item.body);
        let Item { body, place } = item;
        let checked = check(desk, caller, body, key.is_some()).await;
        let checked = checked.map_err(|it| place.told(it));
        wanted.push((named, place, checked));
    }
    let results = wanted
        .into_iter()
        .enumerate()
        .map(|(index, (named, place, wanted))| {
            let key = key.as_ref().map(|it| it.part(index));
            submit(desk, request, caller, (named, place), wanted, (key, index))
        });
    let results = join_all(results).await;
    Ok(HttpResponse::Ok().json(TaskBatchResponse { results }))
}

/// What a request is about, as far as it says so: the start of its line in the audit log, if that
/// is not the intake's. What is no task and no name of a host is not taken into the log.
fn named(item: &Value) -> Trail {
    let text = |member: &str| item.get(member).and_then(Value::as_str);
    let task = text("task").and_then(Action::named).map(Action::task);
    let host = text("targetHost").and_then(HostName::parse);
    Trail {
        route: "/v1/tasks/batch".to_owned(),
        task: task.map(|it| it.name().to_owned()),
        host: host.map(|it| it.as_str().to_owned()),
        ..Trail::default()
    }
}

/// The valid request of one item.
async fn check(
    desk: &Desk,
    caller: &Caller,
    mut body: Value,
    has_key: bool,
) -> Result<Wanted, Problem> {
    let form = Form::of_item(&body).map_err(|it| Problem::invalid(vec![it]))?;
    let permit = desk.authority.create(caller, form.task())?;
    if let (Form::Flat(_), Value::Object(members)) = (form, &mut body) {
        // It is the address where it comes alone.
        members.remove("task");
        members.remove("params");
    }
    let request = checked(desk, &permit, form, body, has_key).await?;
    Ok(Wanted {
        permit,
        request,
        form,
    })
}

/// Creates the task of one item.
async fn submit(
    desk: &Desk,
    request: &HttpRequest,
    caller: &Caller,
    (named, place): (Trail, Place),
    wanted: Result<Wanted, Problem>,
    (key, index): (Option<Key>, usize),
) -> TaskBatchResult {
    let request_id = request_id::of(request).part(index);
    let form = wanted.as_ref().ok().map(|it| it.form);
    let ticket = wanted.and_then(|it| Ticket::new(it.permit, it.request, request_id.clone(), key));
    let (created, audited) = match ticket {
        Err(problem) => (Err(problem), false),
        Ok(ticket) => {
            let work = desk.intake.submit(ticket);
            let id = request_id.as_str();
            let created = trace::stage_of("batch.request", index, id, work).await;
            let taken_in = is_taken_in(&created);
            let told = |problem: Problem| match form {
                Some(form) => place.told(form.told(problem)),
                None => place.told(problem),
            };
            (created.map_err(told), taken_in)
        }
    };
    let problem = match created {
        Ok(created) => return TaskBatchResult::created(created.task, created.replayed),
        Err(problem) => problem,
    };
    desk.metrics.refused(problem.code());
    if !audited {
        let trail = Trail {
            caller: Some(Arc::clone(&caller.id)),
            problem: Some(problem.code()),
            ..named
        };
        audit::answered(request_id.as_str(), "POST", problem.code().status(), &trail);
    }
    problem.document(request.path(), request_id.as_str()).into()
}
