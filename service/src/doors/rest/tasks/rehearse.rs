//! From a request for a dry run to its answer.

use actix_web::{HttpRequest, HttpResponse, web};

use super::create::INSTEAD;
use super::key;
use super::wanted::{self, is_taken_in};
use crate::auth::Caller;
use crate::doors::answer::Rejection;
use crate::doors::edge::trail;
use crate::doors::rest::desk::Desk;
use crate::doors::rest::query::Query;
use vocabulary::task::Action;

/// Admits, reads, checks and rehearses. `action` is known on the routes of single actions.
pub(super) async fn rehearse(
    desk: &Desk,
    request: &HttpRequest,
    caller: &Caller,
    payload: web::Payload,
    action: Option<Action>,
) -> Result<HttpResponse, Rejection> {
    trail::note(request, |trail| trail.dry_run = true);
    wanted::admit(desk, caller, action)?;
    let mut query = Query::told(request.query_string(), &[key::PARAMETER], &INSTEAD);
    let key = key::of(request, &mut query)?;
    query.finish()?;
    let (ticket, form) = wanted::ticket(desk, request, caller, payload, action, key).await?;
    let dry_run = desk.intake.rehearse(ticket).await;
    trail::note(request, |trail| {
        trail.audited = is_taken_in(&dry_run);
        if let Ok(dry_run) = &dry_run {
            trail.host_id = Some(dry_run.target_host.id.clone());
        }
    });
    Ok(HttpResponse::Ok().json(dry_run.map_err(|it| form.told(it))?))
}
