//! One wide line a request, and the audit line of every guarded one.

use std::time::Instant;

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, web};

use super::{head, span, trail};
use crate::audit;
use crate::metrics::Metrics;
use crate::request_id::RequestId;
use crate::telemetry::trace::OpenSpan;
use vocabulary::task_id::TaskId;

/// Writes the request's line when it is answered.
pub async fn access_log(
    metrics: web::Data<Metrics>,
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let began = Instant::now();

    let response = next.call(request).await?;

    let request = response.request();
    let status = response.status().as_u16();
    let method = head::method(request);
    let trail = trail::take(request);
    let extensions = request.extensions();
    let id = extensions.get::<RequestId>().map_or("", RequestId::as_str);
    let route = &trail.route;
    if let Some(open) = extensions.get::<OpenSpan>() {
        span::describe(open, request, id, status, &trail);
    }
    tracing::info!(
        target: "access",
        {
            request.id = id,
            http.method = method,
            http.route = route.as_str(),
            http.status = status,
            took_ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX),
            peer.ip = request.peer_addr().map(|it| it.ip().to_string()),
            caller.id = trail.caller.as_deref(),
            task = trail.task.as_deref(),
            host.requested = trail.host.as_deref(),
            host.id = trail.host_id.as_deref(),
            backend = trail.task_id.as_ref().map(TaskId::backend),
            task.id = trail.task_id.as_ref().map(TaskId::as_str),
            problem.code = trail.problem.map(vocabulary::code::Code::name),
            auth.refused_because = trail.cause.as_deref(),
            dry_run = trail.dry_run.then_some(true),
        },
        "answered {method} {route} with {status}",
    );
    if let Some(code) = trail.problem {
        metrics.refused(code);
    }
    if route.starts_with("/v1") && !trail.audited {
        audit::answered(id, method, status, &trail);
    }
    drop(extensions);
    Ok(response)
}
