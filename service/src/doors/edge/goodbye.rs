//! Lets go of connections while the gateway is told to stop.
//!
//! A proxy keeps connections and sends the next request on one that stands. When the gateway closes
//! it at that very moment, the request is lost on the way, and the proxy may not send it again: it
//! cannot know that nothing was done. So from the moment on at which this replica is not ready any
//! more, each answer says that it is the last one on its connection.

use actix_http::ConnectionType;
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use actix_web::{Error, web};

use crate::readiness::Readiness;

/// Marks the answers of a gateway that is told to stop.
pub async fn say_goodbye(
    readiness: web::Data<Readiness>,
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let mut response = next.call(request).await?;

    if readiness.is_draining() {
        let head = response.response_mut().head_mut();
        head.set_connection_type(ConnectionType::Close);
    }
    Ok(response)
}
