//! Show the budget of response tasks.

use actix_web::{HttpRequest, HttpResponse, get, web};

use super::backends::{self, BackendsQuery};
use super::desk::Desk;
use super::query::Query;
use crate::auth::Caller;
use crate::doors::answer::{Answer, Rejection, answer};
use crate::doors::edge::request_id;
use crate::doors::rest::responses::GetBudgetResponses;

/// Show the budget.
///
/// KSC keeps a limited number of response tasks, everybody's together, and rotates the oldest out,
/// finished or not. This is how many there are, and which one goes first. Counted at most some
/// seconds ago.
#[utoipa::path(
    operation_id = "getBudget", tag = "tasks", params(BackendsQuery), responses(GetBudgetResponses),
    security(("BearerAuth" = ["tasks.read"]))
)]
#[get("/budget")]
pub(super) async fn get_budget(
    request: HttpRequest,
    caller: Caller,
    desk: web::Data<Desk>,
) -> Answer {
    let read = async {
        let permit = desk.authority.read(&caller)?;
        let mut query = Query::of(request.query_string(), &["backend"]);
        let backends = backends::read(&mut query);
        query.finish()?;
        let report = desk
            .intake
            .budget(&permit, &backends, &request_id::of(&request))
            .await?;
        Ok::<_, Rejection>(HttpResponse::Ok().json(report))
    };
    answer(read.await)
}
