//! Show the budget of response tasks.

use std::sync::Arc;

use actix_web::{HttpRequest, HttpResponse, get, web};

use super::{Answer, answer};
use crate::api::responses::GetBudgetResponses;
use crate::auth::{Caller, Scope};
use crate::edge::request_id;
use crate::intake::Intake;

/// Show the budget.
///
/// KSC keeps a limited number of response tasks, everybody's together, and rotates the oldest out,
/// finished or not. This is how many there are, and which one goes first. Counted at most some seconds ago.
#[utoipa::path(
    operation_id = "getBudget", tag = "tasks", responses(GetBudgetResponses),
    security(("BearerAuth" = ["tasks.read"]))
)]
#[get("/budget")]
pub(super) async fn get_budget(
    request: HttpRequest,
    caller: Caller,
    intake: web::Data<Intake>,
) -> Answer {
    let read = async {
        caller.demand(Scope::Read)?;
        let intake = Arc::clone(&intake);
        let report = intake.budget(&request_id::of(&request)).await?;
        Ok(HttpResponse::Ok().json(report))
    };
    answer(read.await)
}
