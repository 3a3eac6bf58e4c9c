//! The admin door: metrics and health, on a listener of its own, for the cluster alone.

use std::collections::BTreeMap;

use actix_web::{HttpResponse, web};
use serde_json::json;

use crate::auth::Verifier;
use crate::backends::Backends;
use crate::metrics::Metrics;
use crate::readiness::Readiness;
use crate::telemetry;

/// What is served on the admin listener.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .service(web::resource("/metrics").route(web::get().to(metrics)))
        .service(web::resource("/health/live").route(web::get().to(live)))
        .service(web::resource("/health/ready").route(web::get().to(ready)))
        .service(web::resource("/health/startup").route(web::get().to(startup)));
}

/// What Prometheus scrapes.
async fn metrics(
    metrics: web::Data<Metrics>,
    readiness: web::Data<Readiness>,
    backends: web::Data<Backends>,
    verifier: web::Data<Verifier>,
) -> HttpResponse {
    metrics.token_keys(&verifier.census());
    backends.tell_gauges();
    metrics.ready(readiness.check().is_ok());
    for (alias, not_ready) in readiness.each() {
        metrics.backend_ready(alias, not_ready.is_none());
    }
    metrics.log(telemetry::log().map(|it| &it.outlet));
    let text = metrics.render();
    // Behind the answer: it would show the sessions that this takes as if callers had them.
    backends.freshen();
    HttpResponse::Ok()
        .content_type(Metrics::content_type())
        .body(text)
}

/// The process answers. It says nothing about KSC: restarting the gateway would not mend that.
async fn live() -> HttpResponse {
    HttpResponse::Ok().json(json!({"status": "live"}))
}

/// Whether requests should be sent here.
async fn ready(readiness: web::Data<Readiness>) -> HttpResponse {
    let backends: BTreeMap<&str, &str> = readiness
        .each()
        .map(|(alias, not_ready)| (alias.as_str(), not_ready.unwrap_or("ready")))
        .collect();
    match readiness.check() {
        Ok(()) => HttpResponse::Ok().json(json!({"status": "ready", "backends": backends})),
        Err(reason) => HttpResponse::ServiceUnavailable()
            .json(json!({"status": "not ready", "reason": reason, "backends": backends})),
    }
}

/// The configuration was good and the listeners are up: this answer is the proof.
async fn startup() -> HttpResponse {
    HttpResponse::Ok().json(json!({"status": "started"}))
}
