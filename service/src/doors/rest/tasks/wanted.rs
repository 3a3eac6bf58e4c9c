//! From a request for a task to what is asked for: admit, read, check.

use std::sync::{Arc, LazyLock};

use actix_web::{HttpRequest, web};
use serde_json::Value;
use tokio::sync::Semaphore;

use crate::auth::Caller;
use crate::authority::{Create, Permit};
use crate::doors::answer::Rejection;
use crate::doors::edge::request_id;
use crate::doors::edge::trail;
use crate::doors::rest::body;
use crate::doors::rest::desk::Desk;
use crate::doors::rest::form::Form;
use crate::problem::Problem;
use crate::ticket::Ticket;
use vocabulary::code::Code;
use vocabulary::key::Key;
use vocabulary::task::{Action, Request};

/// What a single request's body asks for, ready for the intake, and the form in which it was written.
///
/// # Errors
/// What is wrong with it, and what the gateway does for nobody.
pub(super) async fn ticket(
    desk: &Desk,
    request: &HttpRequest,
    caller: &Caller,
    payload: web::Payload,
    action: Option<Action>,
    key: Option<Key>,
) -> Result<(Ticket, Form), Rejection> {
    let wanted = read(desk, request, caller, payload, action, key.is_some()).await?;
    let id = request_id::of(request);
    let ticket = Ticket::new(wanted.permit, wanted.request, id, key)?;
    Ok((ticket, wanted.form))
}

/// What is asked for, by whom it may be, and in which form it was written.
pub(super) struct Wanted {
    pub(super) permit: Permit<Create>,
    pub(super) request: Request,
    pub(super) form: Form,
}

/// Whether this caller may ask for the action at all; where it stands in the body, for any.
///
/// # Errors
/// 403, before anything of the body is read.
pub(super) fn admit(desk: &Desk, caller: &Caller, action: Option<Action>) -> Result<(), Problem> {
    match action {
        Some(action) => desk.authority.create(caller, action.task()).map(drop),
        None => desk.authority.create_some(caller),
    }
}

/// What the body asks for. `action` is known on the routes of single actions.
///
/// # Errors
/// What is wrong with it, and what the gateway does for nobody.
async fn read(
    desk: &Desk,
    request: &HttpRequest,
    caller: &Caller,
    payload: web::Payload,
    action: Option<Action>,
    has_key: bool,
) -> Result<Wanted, Rejection> {
    let body = body::read(&desk.server, request, payload).await?;
    let form = match action {
        Some(action) => Form::Flat(action),
        None => body::form_of(&body)?,
    };
    // Whoever may not ask for the task must not make the gateway work through its parameters.
    let permit = desk.authority.create(caller, form.task())?;
    let wanted = checked(desk, &permit, form, body, has_key).await?;
    trail::note(request, |trail| {
        trail.task = Some(wanted.task().name().to_owned());
        trail.host = Some(wanted.host().as_str().to_owned());
    });
    Ok(Wanted {
        permit,
        request: wanted,
        form,
    })
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
    let archive = match form {
        Form::Flat(_) => "/ioc",
        Form::Native(_) => "/params/ioc",
    };
    let wanted = if body.pointer(archive).is_none() {
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
    let accepted = desk.intake.accept(permit, &wanted, has_key);
    accepted.map_err(|it| form.told(it))?;
    Ok(wanted)
}
