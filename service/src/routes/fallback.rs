//! What is answered where no route is: 404, or 405 with the methods that the address takes.
//!
//! The published document says which those are, so no second list can disagree with it.

use actix_web::{HttpRequest, web};

use crate::api::addresses::Addresses;
use crate::api::problem::{Code, Problem};

/// Answers an address or a method that no route takes.
pub(super) async fn no_such_route(
    request: HttpRequest,
    addresses: web::Data<Addresses>,
) -> Problem {
    let methods = addresses.methods(request.path());
    if methods.is_empty() {
        return Problem::new(
            Code::RouteNotFound,
            "See /docs for the addresses that there are.",
        );
    }
    let allow = methods.join(", ");
    Problem::new(
        Code::MethodNotAllowed,
        format!("This address takes {allow}."),
    )
    .with_allow(allow)
}
