//! What is answered where no route is: 404 with the address that seems to be meant, or 405 with the
//! methods that the address takes.
//!
//! The published document says which those are, so no second list can disagree with it.

use actix_web::http::header::ALLOW;
use actix_web::{HttpRequest, web};

use super::addresses::Addresses;
use super::desk::Desk;
use crate::doors::answer::Rejection;
use crate::problem::Problem;
use vocabulary::code::Code;
use vocabulary::task_id::TaskId;

/// Answers an address or a method that no route takes.
pub(super) async fn no_such_route(desk: web::Data<Desk>, request: HttpRequest) -> Rejection {
    let (addresses, path) = (&desk.addresses, request.path());
    let methods = addresses.methods(path);
    let siblings = addresses.beside(path, request.method().as_str());
    let last = path.rsplit('/').next().unwrap_or_default();
    // Where anything may stand, what is no task's id is one of the names, misspelt: the method is
    // not what is wrong.
    let is_task = TaskId::parse(last).is_some_and(|it| desk.follow.is_form(&it));
    let names = methods.is_empty() || !addresses.is_written(path) && !is_task;
    if names && !siblings.is_empty() && !last.is_empty() {
        let all = siblings.join(", ");
        let meant = meant(addresses, path);
        return Problem::new(
            Code::RouteNotFound,
            format!("There is no such name here: there are {all}.{meant}"),
        )
        .into();
    }
    if methods.is_empty() {
        let meant = meant(addresses, path);
        return Problem::new(
            Code::RouteNotFound,
            format!("/openapi.json has the addresses that there are.{meant}"),
        )
        .into();
    }
    let allow = methods.join(", ");
    Rejection::from(Problem::new(
        Code::MethodNotAllowed,
        format!("This address takes {allow}."),
    ))
    .with_header(ALLOW, &allow)
}

fn meant(addresses: &Addresses, path: &str) -> String {
    let meant = addresses.meant(path);
    meant.map_or_else(String::new, |it| format!(" {it} seems to be meant."))
}
