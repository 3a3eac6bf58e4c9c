//! From a request for a task to the intake: admit, read, check, submit.

use std::sync::{Arc, LazyLock};
use std::time::Instant;

use actix_web::http::header::{LOCATION, RETRY_AFTER};
use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::Value;
use tokio::sync::Semaphore;
use utoipa::IntoParams;

use super::{key, prefer};
use crate::auth::Caller;
use crate::authority::{Create, Permit};
use crate::carry;
use crate::doors::answer::{Rejection, budget_headers};
use crate::doors::edge::request_id;
use crate::doors::edge::trail;
use crate::doors::rest::body::{self, Form};
use crate::doors::rest::desk::Desk;
use crate::doors::rest::query::Query;
use crate::intake::Created;
use crate::problem::Problem;
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
    desk: &Desk,
    request: &HttpRequest,
    caller: &Caller,
    payload: web::Payload,
    task: Option<TaskType>,
) -> Result<HttpResponse, Rejection> {
    match task {
        Some(task) => drop(desk.authority.create(caller, task)?),
        None => desk.authority.create_some(caller)?,
    }
    let key = key::of(request)?;
    let query = query(request)?;
    let body = body::read(&desk.server, request, payload).await?;
    let form = match task {
        Some(task) => Form::Flat(task),
        None => Form::Native(body::task_of(&body)?),
    };
    // Whoever may not ask for the task must not make the gateway work through its parameters.
    let permit = desk.authority.create(caller, form.task())?;
    let wanted = checked(desk, &permit, form, body, key.is_some()).await?;
    trail::note(request, |trail| {
        trail.task = Some(wanted.task().name().to_owned());
        trail.host = Some(wanted.host().as_str().to_owned());
        trail.dry_run = query.dry_run;
    });
    let ticket = Ticket::new(permit, wanted, request_id::of(request), key)?;
    if query.dry_run {
        let dry_run = desk.intake.rehearse(ticket).await;
        trail::note(request, |trail| {
            trail.audited = is_taken_in(&dry_run);
            if let Ok(dry_run) = &dry_run {
                trail.host_id = Some(dry_run.target_host.id.clone());
            }
        });
        return Ok(HttpResponse::Ok().json(dry_run?));
    }
    let created = desk.intake.submit(ticket).await;
    trail::note(request, |trail| {
        trail.audited = is_taken_in(&created);
        if let Ok(Created { task, .. }) = &created {
            trail.host_id = Some(task.target_host.id.clone());
            trail.task_id = Some(task.id.clone());
        }
    });
    let Created {
        mut task,
        room,
        replayed,
        ..
    } = created?;
    let mut response = HttpResponse::Accepted();
    if replayed {
        response.insert_header(key::replayed());
    }
    for header in room.into_iter().flat_map(budget_headers) {
        response.insert_header(header);
    }
    // What is waited for is the state and its evidence, which not everybody who creates may read.
    let waits = prefer::wait(request).zip(desk.authority.read(caller).ok());
    if let Some((wait, permit)) = waits {
        carry::let_go();
        let from = (task.state, Instant::now());
        let waiting = desk.follow.wait(&permit, &task.id, from, wait);
        if let Some(later) = caller.while_good(desk.clock.now(), waiting).await {
            response.insert_header(prefer::applied(wait));
            task.take_over(&later);
        }
    }
    if !task.terminal {
        response.insert_header((RETRY_AFTER, task.poll_after_seconds));
    }
    response.insert_header((LOCATION, desk.location(&task.id)));
    Ok(response.json(task))
}

/// Whether the intake has taken a request in. It writes the audit line of whatever it decides; what
/// it does not take in, because the replica stops, it does not decide.
pub(super) fn is_taken_in<T>(result: &Result<T, Problem>) -> bool {
    !matches!(result, Err(problem) if problem.code() == Code::Draining)
}

/// How many archives are looked into at a time: a small one can be worth a good part of a second of
/// a core, and a batch holds a hundred.
static ARCHIVES: LazyLock<Semaphore> = LazyLock::new(|| {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    Semaphore::new((cores / 2).max(1))
});

/// The valid request in a body. One with an IOC archive is checked off the server's threads: the
/// archive is unpacked, and a small one can be large inside.
pub(super) async fn checked(
    desk: &Desk,
    permit: &Permit<Create>,
    form: Form,
    body: Value,
    has_key: bool,
) -> Result<Request, Problem> {
    let wanted = if body.pointer("/params/ioc").is_none() {
        body::check(&desk.contract, form, body)
    } else {
        let _turn = ARCHIVES.acquire().await;
        let contract = Arc::clone(&desk.contract);
        let checked = web::block(move || body::check(&contract, form, body)).await;
        checked.unwrap_or_else(|_| {
            Err(Problem::new(
                Code::Internal,
                "The check of the body broke off.",
            ))
        })
    }?;
    desk.intake.accept(permit, &wanted, has_key)?;
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
