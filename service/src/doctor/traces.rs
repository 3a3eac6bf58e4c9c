//! The collector of traces: whether it takes spans. An export without any is sent to it.

use super::asking::said;
use super::report::{Check, Name};
use crate::config::Telemetry;
use crate::telemetry::export;

/// Looks at it.
pub(super) async fn check(settings: &Telemetry) -> Check {
    let Some(collector) = &settings.collector else {
        return Check::ok(Name::Traces, "none are recorded (telemetry.otlp_endpoint)");
    };
    let endpoint = &collector.endpoint;
    let failure = match otlp::probe(&export::settings(collector)).await {
        Ok(Ok(())) => {
            return Check::ok(Name::Traces, format!("{endpoint} takes spans"));
        }
        Ok(Err(reason)) => reason,
        Err(error) => said(&error),
    };
    Check::warning(Name::Traces, format!("{endpoint} does not take spans: {failure}"))
        .means("The gateway serves all the same; its spans are dropped and counted.")
        .try_this("Check telemetry.otlp_endpoint, which is the base address for OTLP over HTTP (port 4318, not 4317), and the files beside it.")
}
