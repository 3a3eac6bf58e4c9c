//! Counts and times every request by its route template.

use std::time::Instant;

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use actix_web::{Error, HttpRequest, web};

use super::{head, trail};
use crate::metrics::Metrics;

/// Counts and times the request.
pub async fn measure(
    metrics: web::Data<Metrics>,
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let began = Instant::now();
    let in_flight = metrics.request_begins();

    let response = next.call(request).await?;

    drop(in_flight);
    let method = head::method(response.request());
    let route = route(response.request());
    metrics.request_answered(method, &route, response.status().as_u16(), began.elapsed());
    trail::note(response.request(), |trail| trail.route = route);
    Ok(response)
}

/// The route's template, such as `/v1/tasks/{id}`. Addresses that match none share one name: a
/// caller's inventions must become neither labels nor log noise.
fn route(request: &HttpRequest) -> String {
    request.match_pattern().unwrap_or_else(|| {
        if request.path().starts_with("/v1/") {
            "/v1/…".to_owned()
        } else {
            "unmatched".to_owned()
        }
    })
}
