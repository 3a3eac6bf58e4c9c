//! From a request for a task to the intake: admit, read, check, submit.

use std::sync::Arc;

use actix_web::http::header::{LOCATION, RETRY_AFTER};
use actix_web::{HttpRequest, HttpResponse, web};
use serde::Deserialize;
use serde_json::Value;
use utoipa::IntoParams;

use crate::api::body::{self, Form};
use crate::api::contract::Contract;
use crate::api::problem::{Code, Problem};
use crate::auth::{Caller, Scope};
use crate::config;
use crate::edge::request_id::RequestId;
use crate::edge::trail;
use crate::intake::{Intake, Ticket};
use crate::task::{Request, TaskType, Violation};

/// How a task is created.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub(super) struct CreateQuery {
    /// Do everything but create the incident, and show what would be sent.
    #[param(required = false, example = false)]
    pub(super) dry_run: bool,
}

/// Admits, reads, checks and submits. `task` is known on the flat routes.
pub(super) async fn create(
    request: &HttpRequest,
    caller: &Caller,
    payload: web::Payload,
    task: Option<TaskType>,
) -> Result<HttpResponse, Problem> {
    caller.demand(task.map_or(Scope::CreateSome, Scope::Create))?;
    refuse_idempotency_key(request)?;
    let query = query(request)?;
    let server = request
        .app_data::<web::Data<config::Server>>()
        .expect("the app holds settings");
    let body = body::read(request, payload, server.max_body_bytes).await?;
    let form = match task {
        Some(task) => Form::Flat(task),
        None => Form::Native(body::task_of(&body)?),
    };
    // Whoever may not ask for the task must not make the gateway work through its parameters.
    caller.demand(Scope::Create(form.task()))?;
    let contract = request
        .app_data::<web::Data<Contract>>()
        .expect("the app holds the contract");
    let wanted = check(contract.clone(), form, body).await?;
    trail::note(request, |trail| {
        trail.task = Some(wanted.task().name().to_owned());
        trail.host = Some(wanted.host().as_str().to_owned());
        trail.dry_run = query.dry_run;
    });
    let intake = request
        .app_data::<web::Data<Intake>>()
        .expect("the app holds an intake");
    let intake = Arc::clone(intake);
    let ticket = Ticket {
        caller: Arc::clone(&caller.id),
        request: wanted,
        request_id: RequestId::of(request),
    };
    if query.dry_run {
        let dry_run = intake.rehearse(ticket).await?;
        trail::note(request, |trail| {
            trail.audited = true;
            trail.host_id = Some(dry_run.target_host.id.clone());
        });
        return Ok(HttpResponse::Ok().json(dry_run));
    }
    let task = intake.submit(ticket).await;
    // The intake writes the audit line of what it decides; what it does not take in is not decided.
    trail::note(request, |trail| {
        trail.audited = !matches!(&task, Err(problem) if problem.code() == Code::Draining);
        if let Ok(task) = &task {
            trail.host_id = Some(task.target_host.id.clone());
            trail.incident = Some(task.incident.id);
        }
    });
    let task = task?;
    Ok(HttpResponse::Accepted()
        .insert_header((LOCATION, format!("/v1/tasks/{}", task.id)))
        .insert_header((RETRY_AFTER, task.poll_after_seconds))
        .json(task))
}

/// Checks a body; a large one, which is an IOC archive to be unpacked, off the server's threads.
async fn check(contract: web::Data<Contract>, form: Form, body: Value) -> Result<Request, Problem> {
    const LARGE: usize = 64 * 1024;
    let archive = body.pointer("/params/ioc").and_then(Value::as_str);
    if archive.is_none_or(|it| it.len() < LARGE) {
        return body::check(&contract, form, body);
    }
    let checked = web::block(move || body::check(&contract, form, body)).await;
    checked.unwrap_or_else(|_| {
        Err(Problem::new(
            Code::Internal,
            "The check of the body broke off.",
        ))
    })
}

/// A caller that sends a key relies on it when it repeats a request. A key that is not kept would
/// make that repetition a second incident.
fn refuse_idempotency_key(request: &HttpRequest) -> Result<(), Problem> {
    if !request.headers().contains_key("idempotency-key") {
        return Ok(());
    }
    let detail = "This version keeps no idempotency keys. Send the request without Idempotency-Key, and look before you repeat it after 504.";
    let violation = Violation::new("", "idempotency_key_unsupported", detail);
    Err(Problem::new(Code::ValidationFailed, detail).with_errors(vec![violation]))
}

fn query(request: &HttpRequest) -> Result<CreateQuery, Problem> {
    web::Query::<CreateQuery>::from_query(request.query_string())
        .map(web::Query::into_inner)
        .map_err(|_| {
            let detail = "The only query parameter is dryRun, true or false.";
            Problem::new(Code::ValidationFailed, detail)
                .with_errors(vec![Violation::new("", "query", detail)])
        })
}
