//! Tells callers who they are.

use actix_web::{HttpResponse, get, web};

use super::desk::Desk;
use crate::auth::Caller;
use crate::doors::rest::responses::WhoAmIResponses;
use vocabulary::whoami::WhoAmI;

/// Show the caller.
///
/// Who the token says is calling, which scopes it carries, and which tasks it may create.
#[utoipa::path(
    operation_id = "whoAmI", tag = "caller", responses(WhoAmIResponses),
    security(("BearerAuth" = []))
)]
#[get("/whoami")]
pub(super) async fn who_am_i(desk: web::Data<Desk>, caller: Caller) -> HttpResponse {
    let reach = desk.authority.reach(&caller);
    let taken = desk.directory.tasks(&reach);
    let mut tasks = desk.authority.tasks_of(&caller);
    tasks.retain(|it| taken.contains(it));
    HttpResponse::Ok().json(WhoAmI {
        caller: caller.id.to_string(),
        issuer: caller.issuer.to_string(),
        scopes: caller.scopes.iter().cloned().collect(),
        backends: reach.aliases().cloned().collect(),
        tasks,
    })
}
