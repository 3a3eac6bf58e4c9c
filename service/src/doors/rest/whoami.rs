//! Tells callers who they are.

use actix_web::{HttpResponse, get};

use crate::auth::{Caller, Scope};
use crate::doors::rest::responses::WhoAmIResponses;
use vocabulary::task::TaskType;
use vocabulary::whoami::WhoAmI;

/// Show the caller.
///
/// Who the token says is calling, which scopes it carries, and which tasks it may create.
#[utoipa::path(
    operation_id = "whoAmI", tag = "caller", responses(WhoAmIResponses),
    security(("BearerAuth" = []))
)]
#[get("/whoami")]
pub(super) async fn who_am_i(caller: Caller) -> HttpResponse {
    HttpResponse::Ok().json(WhoAmI {
        caller: caller.id.to_string(),
        issuer: caller.issuer.to_string(),
        scopes: caller.scopes.iter().cloned().collect(),
        tasks: TaskType::ALL
            .into_iter()
            .filter(|it| caller.has(Scope::Create(*it)))
            .collect(),
    })
}
