//! What an exporter goes by.

use std::path::PathBuf;

use url::Url;

/// What an exporter goes by.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Base address of the collector; spans go to `v1/traces` below it.
    pub endpoint: Url,
    /// A file with headers for the collector, `Name: value` a line; read again for each batch.
    pub headers_file: Option<PathBuf>,
    /// PEM certificates of the authorities that the collector's certificate may be signed by;
    /// the system's without it.
    pub ca_file: Option<PathBuf>,
    /// The part of the traces that begin here which is recorded. Whoever comes with a trace has
    /// decided already.
    pub ratio: f64,
    /// Name of the program.
    pub service: &'static str,
    /// Its version.
    pub version: &'static str,
    /// What tells this process from others like it.
    pub instance: String,
}

/// Why there is no exporter.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// A file cannot be read.
    #[error("cannot read {path}")]
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// It holds no certificate that can be used.
    #[error("{path} holds no certificate in PEM")]
    Certificates {
        /// The file.
        path: PathBuf,
    },
    /// The HTTP client cannot be made.
    #[error("the HTTP client for the trace collector cannot be made")]
    Client(#[source] reqwest::Error),
}
