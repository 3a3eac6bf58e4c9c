//! `[telemetry]`: logs.

use super::reader::Reader;

/// Logs.
#[derive(Debug, Clone)]
pub struct Telemetry {
    /// Form of the log.
    pub log: LogFormat,
}

/// Form of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// One JSON object a line.
    Json,
    /// Lines for people.
    Text,
}

impl Telemetry {
    pub(super) fn read(reader: &mut Reader) -> Option<Self> {
        let log = reader.choice(
            "telemetry.log",
            &[("json", LogFormat::Json), ("text", LogFormat::Text)],
        );
        Some(Self { log: log? })
    }
}
