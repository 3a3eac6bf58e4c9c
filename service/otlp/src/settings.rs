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
    /// PEM certificates of the authorities that the collector's certificate may be signed by; the
    /// system's without it.
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
    /// The file of the authorities cannot be read. Its name is not said: it may be a secret that
    /// stands where a name belongs.
    #[error("the file of the authorities cannot be read")]
    File(#[source] std::io::Error),
    /// It holds no certificate that can be used.
    #[error("the file of the authorities holds no certificate in PEM")]
    Certificates,
    /// The HTTP client cannot be made.
    #[error("the HTTP client for the trace collector cannot be made")]
    Client(#[source] reqwest::Error),
}
