//! From a request for a task to the intake: admit, read, check, submit.

use std::sync::{Arc, LazyLock};
use std::time::Instant;

use actix_web::http::header::{LOCATION, RETRY_AFTER};
use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::Value;
use tokio::sync::Semaphore;
use utoipa::IntoParams;

use super::read::{follow, now};
use super::{key, prefer};
use crate::api::body::{self, Form};
use crate::api::contract::Contract;
use crate::api::query::Query;
use crate::auth::{Caller, Scope};
use crate::carry;
use crate::config;
use crate::edge::request_id;
use crate::edge::trail;
use crate::intake::{Created, Intake};
use crate::problem::Problem;
use crate::routes::answer::budget_headers;
use crate::ticket::Ticket;
use vocabulary::code::Code;
use vocabulary::task::{Request, TaskType};

/// How a task is created.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct CreateQuery {
    /// Do everything but create the incident, and show what would be sent.
    #[param(rename = "dryRun", required = false, example = false)]
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
    let key = key::of(request)?;
    let query = query(request)?;
    let body = body::read(request, payload).await?;
    let form = match task {
        Some(task) => Form::Flat(task),
        None => Form::Native(body::task_of(&body)?),
    };
    // Whoever may not ask for the task must not make the gateway work through its parameters.
    caller.demand(Scope::Create(form.task()))?;
    let wanted = checked(request, form, body).await?;
    trail::note(request, |trail| {
        trail.task = Some(wanted.task().name().to_owned());
        trail.host = Some(wanted.host().as_str().to_owned());
        trail.dry_run = query.dry_run;
    });
    let intake = intake(request);
    let ticket = Ticket {
        caller: Arc::clone(&caller.id),
        request: wanted,
        request_id: request_id::of(request),
        key,
    };
    if query.dry_run {
        let dry_run = intake.rehearse(ticket).await;
        trail::note(request, |trail| {
            trail.audited = is_taken_in(&dry_run);
            if let Ok(dry_run) = &dry_run {
                trail.host_id = Some(dry_run.target_host.id.clone());
            }
        });
        return Ok(HttpResponse::Ok().json(dry_run?));
    }
    let created = intake.submit(ticket).await;
    trail::note(request, |trail| {
        trail.audited = is_taken_in(&created);
        if let Ok(Created { task, .. }) = &created {
            trail.host_id = Some(task.target_host.id.clone());
            trail.incident = Some(task.incident.id);
        }
    });
    let Created {
        mut task,
        room,
        replayed,
    } = created?;
    let mut response = HttpResponse::Accepted();
    if replayed {
        response.insert_header(key::replayed());
    }
    for header in room.into_iter().flat_map(budget_headers) {
        response.insert_header(header);
    }
    // What is waited for is the state and its evidence, which not everybody who creates may read.
    if let Some(wait) = prefer::wait(request).filter(|_| caller.has(Scope::Read)) {
        let follow = follow(request);
        carry::let_go();
        let from = (task.state, Instant::now());
        let waiting = follow.wait(&task.id, &caller.id, from, wait);
        if let Some(later) = caller.while_good(now(request), waiting).await {
            response.insert_header(prefer::applied(wait));
            task.take_over(&later);
        }
    }
    if !task.terminal {
        response.insert_header((RETRY_AFTER, task.poll_after_seconds));
    }
    response.insert_header((LOCATION, location(request, &task.id)));
    Ok(response.json(task))
}

/// Where a task is read, as the caller reaches it.
fn location(request: &HttpRequest, id: &str) -> String {
    let path = format!("/v1/tasks/{id}");
    let server = request.app_data::<web::Data<config::Server>>();
    let server = server.expect("the app holds settings");
    match &server.public_url {
        Some(url) => url.with(&path),
        None => path,
    }
}

/// What takes requests in.
pub(super) fn intake(request: &HttpRequest) -> Arc<Intake> {
    let intake = request.app_data::<web::Data<Intake>>();
    Arc::clone(intake.expect("the app holds an intake"))
}

/// Whether the intake has taken a request in. It writes the audit line of whatever it decides; what it
/// does not take in, because the replica stops, it does not decide.
pub(super) fn is_taken_in<T>(result: &Result<T, Problem>) -> bool {
    !matches!(result, Err(problem) if problem.code() == Code::Draining)
}

/// How many archives are looked into at a time: a small one can be worth a good part of a second of a core, and a
/// batch holds a hundred.
static ARCHIVES: LazyLock<Semaphore> = LazyLock::new(|| {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    Semaphore::new((cores / 2).max(1))
});

/// The valid request in a body. One with an IOC archive is checked off the server's threads: the
/// archive is unpacked, and a small one can be large inside.
pub(super) async fn checked(
    request: &HttpRequest,
    form: Form,
    body: Value,
) -> Result<Request, Problem> {
    let contract = request.app_data::<web::Data<Contract>>();
    let contract = contract.expect("the app holds the contract").clone();
    let wanted = if body.pointer("/params/ioc").is_none() {
        body::check(&contract, form, body)
    } else {
        let _turn = ARCHIVES.acquire().await;
        let checked = web::block(move || body::check(&contract, form, body)).await;
        checked.unwrap_or_else(|_| {
            Err(Problem::new(
                Code::Internal,
                "The check of the body broke off.",
            ))
        })
    }?;
    intake(request).accept(&wanted)?;
    Ok(wanted)
}

fn query(request: &HttpRequest) -> Result<CreateQuery, Problem> {
    let mut query = Query::of(request.query_string(), &["dryRun"]);
    let dry_run = query.take("dryRun", ("boolean", "Must be true or false."), |it| {
        it.parse().ok()
    });
    query.finish()?;
    Ok(CreateQuery {
        dry_run: dry_run.unwrap_or_default(),
    })
}
