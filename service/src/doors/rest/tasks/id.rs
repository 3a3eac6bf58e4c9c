//! A task's id in an address.

use actix_web::HttpRequest;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::doors::edge::trail;
use crate::doors::rest::desk::Desk;
use crate::doors::rest::offered;
use crate::problem::Problem;
use vocabulary::code::Code;
use vocabulary::task::Action;
use vocabulary::task_id::TaskId;

/// The part of the address that is the id.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(in crate::doors::rest) struct TaskPath {
    /// The task's id, from `id` or `Location`.
    pub(super) id: String,
}

/// The id that a caller asked for.
///
/// # Errors
/// 404 when it can be no task's.
pub(super) fn task_id(desk: &Desk, text: &str) -> Result<TaskId, Problem> {
    TaskId::parse(text).ok_or_else(|| match Action::named(text) {
        Some(action) => Problem::new(
            Code::TaskNotFound,
            format!("{action} is an action: it is asked for with POST {}, and what comes of it has an id.", offered::path(action)),
        ),
        None => desk.follow.unknown(),
    })
}

/// Notes the id that a caller asked for.
pub(super) fn note_id(request: &HttpRequest, id: &str) {
    trail::note(request, |trail| {
        trail.task = Some(id.chars().take(64).collect());
    });
}
