//! Spans to the collector that `telemetry.otlp_endpoint` names; without one nothing of this is
//! there.

use std::sync::Arc;

use otlp::{Counter, Exporter, SetupError};

use super::trace::Recorder;
use crate::config;

/// Whether traces are recorded, and with what.
#[derive(Debug, Clone, Default)]
pub struct Recording(pub Option<Recorder>);

/// Starts the export when it is wanted.
///
/// # Errors
/// When the authorities' file cannot be used.
pub fn start(
    settings: &config::Telemetry,
    counter: Arc<dyn Counter>,
) -> Result<Option<Arc<Exporter>>, SetupError> {
    let Some(collector) = &settings.collector else {
        return Ok(None);
    };
    let exporter = Exporter::start(&self::settings(collector), counter)?;
    Ok(Some(Arc::new(exporter)))
}

/// What the exporter goes by.
pub(crate) fn settings(collector: &config::Collector) -> otlp::Settings {
    otlp::Settings {
        endpoint: collector.endpoint.clone(),
        headers_file: collector
            .headers_file
            .as_ref()
            .map(|it| it.path().to_owned()),
        ca_file: collector.ca_file.as_ref().map(|it| it.path().to_owned()),
        ratio: collector.ratio,
        service: "edr-gateway",
        version: env!("CARGO_PKG_VERSION"),
        instance: uuid::Uuid::new_v4().to_string(),
    }
}

/// What makes the spans of this export.
#[must_use]
pub fn recording(exporter: Option<&Arc<Exporter>>) -> Recording {
    Recording(exporter.map(|it| Recorder::new(it.tracer().clone(), it.ratio())))
}
