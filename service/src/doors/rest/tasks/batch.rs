//! Create many tasks in one call.

use std::sync::Arc;

use actix_web::{HttpRequest, HttpResponse, post, web};
use futures_util::future::join_all;
use serde_json::Value;

use super::create::{checked, is_taken_in};
use super::key::{self, KeyHeader};
use crate::audit;
use crate::audit::Trail;
use crate::auth::Caller;
use crate::authority::{Create, Permit};
use crate::doors::admit::length;
use crate::doors::answer::{Answer, Rejection, answer};
use crate::doors::edge::request_id;
use crate::doors::rest::body::batch;
use crate::doors::rest::body::{self, Form};
use crate::doors::rest::desk::Desk;
use crate::doors::rest::query::Query;
use crate::doors::rest::responses::CreateTaskBatchResponses;
use crate::problem::Problem;
use crate::telemetry::trace;
use crate::ticket::Ticket;
use vocabulary::batch::{TaskBatchRequest, TaskBatchResponse, TaskBatchResult};
use vocabulary::key::Key;
use vocabulary::names::HostName;
use vocabulary::task::{Request, TaskType};

/// Create many tasks.
///
/// 1 to 100 requests in the form of `POST /v1/tasks`. Each has its own result, in their order, as
/// if it had come alone: one that is wrong harms no other. Requests for one host leave in their
/// order. With an `Idempotency-Key` each request has a key of its own, made of it and of its place:
/// a batch that comes again carries out only what was not carried out.
#[utoipa::path(
    operation_id = "createTaskBatch", tag = "tasks", params(KeyHeader),
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
    let key = key::of(request)?;
    Query::of(request.query_string(), &[]).finish()?;
    let body = body::read(&desk.server, request, payload).await?;
    let items = batch::open(body)?;
    desk.admission.count(&caller.id, items.len()).await?;
    desk.admission
        .make_room(&caller.id, length(request), items.len())
        .await?;
    // Checked one by one, sent all at once: each takes its place in the order here, and then goes
    // its own way, whoever hangs up.
    let mut wanted = Vec::with_capacity(items.len());
    for (index, item) in items.into_iter().enumerate() {
        let named = named(&item);
        wanted.push((named, check(desk, caller, item, index, key.is_some()).await));
    }
    let results = wanted
        .into_iter()
        .enumerate()
        .map(|(index, (named, wanted))| {
            let key = key.as_ref().map(|it| it.part(index));
            submit(desk, request, caller, named, wanted, key, index)
        });
    let results = join_all(results).await;
    Ok(HttpResponse::Ok().json(TaskBatchResponse { results }))
}

/// What a request is about, as far as it says so: the start of its line in the audit log, if that
/// is not the intake's. What is no task and no name of a host is not taken into the log.
fn named(item: &Value) -> Trail {
    let text = |member: &str| item.get(member).and_then(Value::as_str);
    let task = text("task").and_then(TaskType::named);
    let host = text("targetHost").and_then(HostName::parse);
    Trail {
        route: "/v1/tasks/batch".to_owned(),
        task: task.map(|it| it.name().to_owned()),
        host: host.map(|it| it.as_str().to_owned()),
        ..Trail::default()
    }
}

/// The valid request of one item; violations point into the body of the batch.
async fn check(
    desk: &Desk,
    caller: &Caller,
    item: Value,
    index: usize,
    has_key: bool,
) -> Result<(Permit<Create>, Request), Problem> {
    let here = format!("/tasks/{index}");
    let wanted = async {
        let task = body::task_of(&item)?;
        let permit = desk.authority.create(caller, task)?;
        let wanted = checked(desk, &permit, Form::Native(task), item, has_key).await?;
        Ok((permit, wanted))
    };
    wanted.await.map_err(|it: Problem| it.within(&here))
}

/// Creates the task of one item.
async fn submit(
    desk: &Desk,
    request: &HttpRequest,
    caller: &Caller,
    named: Trail,
    wanted: Result<(Permit<Create>, Request), Problem>,
    key: Option<Key>,
    index: usize,
) -> TaskBatchResult {
    let request_id = request_id::of(request).part(index);
    let ticket =
        wanted.and_then(|(permit, wanted)| Ticket::new(permit, wanted, request_id.clone(), key));
    let (created, audited) = match ticket {
        Err(problem) => (Err(problem), false),
        Ok(ticket) => {
            let work = desk.intake.submit(ticket);
            let id = request_id.as_str();
            let created = trace::stage_of("batch.request", index, id, work).await;
            let taken_in = is_taken_in(&created);
            (created, taken_in)
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
