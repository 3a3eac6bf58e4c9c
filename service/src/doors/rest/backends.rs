//! List the back ends, and read which of them are meant.

use actix_web::{HttpRequest, HttpResponse, get, web};
use utoipa::IntoParams;

use super::desk::Desk;
use super::query::{Query, Rule};
use crate::auth::Caller;
use crate::doors::edge::request_id;
use crate::doors::rest::responses::ListBackendsResponses;
use vocabulary::task_id::Alias;

const BACKENDS: Rule = ("backend", "Must name back ends, comma separated.");

/// Which back ends are meant.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(
    dead_code,
    reason = "it stands for the parameter in the published document alone"
)]
pub(super) struct BackendsQuery {
    /// Aliases of back ends, comma separated: those alone are asked. Without it all are that the
    /// caller may use; where an answer is of one, and several have it, one must be named.
    #[param(required = false)]
    backend: String,
}

/// Those that the parameter `backend` names; none where it is absent.
pub(super) fn read(query: &mut Query) -> Vec<Alias> {
    query.take_list("backend", BACKENDS, Alias::parse)
}

/// List the back ends.
///
/// The servers that the caller may use, what tasks they take, and whether they can be asked now:
/// each is asked, for three seconds at most.
#[utoipa::path(
    operation_id = "listBackends", tag = "backends", responses(ListBackendsResponses),
    security(("BearerAuth" = []))
)]
#[get("/backends")]
pub(super) async fn list_backends(
    desk: web::Data<Desk>,
    request: HttpRequest,
    caller: Caller,
) -> HttpResponse {
    let (reach, id) = (desk.authority.reach(&caller), request_id::of(&request));
    HttpResponse::Ok().json(desk.directory.backends(&reach, &id).await)
}
