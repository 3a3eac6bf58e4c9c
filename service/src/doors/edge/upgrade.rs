//! Refuses to turn a connection into something else.
//!
//! The library gives a request with `Upgrade: websocket` a body that ends with the connection,
//! whatever length it announces. A proxy in front that passes the header on would have its next
//! request, somebody else's, read as that body. There is nothing to upgrade to here, so such a
//! request is refused before anything is read, and its connection ends.

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::UPGRADE;
use actix_web::middleware::Next;
use actix_web::{Error, Responder};

use crate::doors::answer::Rejection;
use crate::problem::Problem;
use vocabulary::code::Code;

/// Lets pass what does not ask for another protocol.
pub async fn refuse_upgrade(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let asks = request.headers().get_all(UPGRADE).any(|it| {
        let text = it.to_str().unwrap_or_default();
        text.split(',')
            .any(|it| it.trim().eq_ignore_ascii_case("websocket"))
    });
    if !asks {
        return Ok(next.call(request).await?.map_into_boxed_body());
    }
    let problem = Problem::new(
        Code::MalformedRequest,
        "This service speaks no other protocol than HTTP: send the request without Upgrade.",
    );
    let mut response = Rejection::from(problem).respond_to(request.request());
    response
        .head_mut()
        .set_connection_type(actix_http::ConnectionType::Close);
    Ok(request.into_response(response))
}
