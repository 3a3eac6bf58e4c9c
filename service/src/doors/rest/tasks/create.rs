//! From a request for a task to the intake, and to its answer.

use std::time::Instant;

use actix_web::http::header::{LOCATION, RETRY_AFTER};
use actix_web::{HttpRequest, HttpResponse, web};

use super::waiting::Wish;
use super::wanted::{self, is_taken_in};
use super::{key, waiting};
use crate::auth::Caller;
use crate::carry;
use crate::doors::answer::{Rejection, budget_headers};
use crate::doors::edge::trail;
use crate::doors::rest::desk::Desk;
use crate::doors::rest::query::{Query, Rule};
use crate::intake::Created;
use crate::problem::Problem;
use vocabulary::key::Key;
use vocabulary::task::Action;

/// The parameters of a request for a task.
const PARAMETERS: [&str; 3] = {
    let [wait, wait_for] = waiting::PARAMETERS;
    [key::PARAMETER, wait, wait_for]
};

/// What people look for here and find elsewhere: whoever asks for a dry run must not be given the
/// real one.
pub(super) const INSTEAD: [Rule; 1] = [(
    "dryRun",
    "Is not a parameter here: a dry run is an operation of its own. Send the request to the same address with /dry-run behind it.",
)];

/// Admits, reads, checks and submits. `action` is known on the routes of single actions.
pub(super) async fn create(
    desk: &Desk,
    request: &HttpRequest,
    caller: &Caller,
    payload: web::Payload,
    action: Option<Action>,
) -> Result<HttpResponse, Rejection> {
    wanted::admit(desk, caller, action)?;
    let (key, wish) = parameters(request)?;
    let (ticket, form) = wanted::ticket(desk, request, caller, payload, action, key).await?;
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
    } = created.map_err(|it| form.told(it))?;
    let mut response = HttpResponse::Accepted();
    if replayed {
        response.insert_header(key::replayed());
    }
    for header in room.into_iter().flat_map(budget_headers) {
        response.insert_header(header);
    }
    // What is waited for is the state and its evidence, which not everybody who creates may read.
    let waits = wish.zip(desk.authority.read(caller).ok());
    if let Some((wish, permit)) = waits {
        carry::let_go();
        let from = (task.state, Instant::now());
        let waiting = desk
            .follow
            .wait(&permit, &task.id, from, (wish.until, wish.patience));
        if let Some(later) = caller.while_good(desk.clock.now(), waiting).await {
            response.insert_header(waiting::applied(wish));
            task.take_over(&later);
        }
    }
    if !task.terminal {
        response.insert_header((RETRY_AFTER, task.poll_after_seconds));
    }
    response.insert_header((LOCATION, desk.location(&task.id)));
    Ok(response.json(task))
}

fn parameters(request: &HttpRequest) -> Result<(Option<Key>, Option<Wish>), Problem> {
    let mut query = Query::told(request.query_string(), &PARAMETERS, &INSTEAD);
    let key = key::of(request, &mut query)?;
    let wish = waiting::of(request, &mut query);
    query.finish()?;
    Ok((key, wish))
}
