//! `[telemetry]`: logs and traces.

use url::{Host, Url};

use super::file_name::FileName;
use super::reader::Reader;

/// Logs and traces.
#[derive(Debug, Clone)]
pub struct Telemetry {
    /// Form of the log.
    pub log: LogFormat,
    /// What to do when the audit log cannot be written.
    pub audit: AuditPolicy,
    /// Where traces go, if anywhere.
    pub collector: Option<Collector>,
}

/// Form of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// One JSON object a line.
    Json,
    /// Lines for people.
    Text,
}

/// What to do with requests that change something when their audit line cannot be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AuditPolicy {
    /// Refuse them, and be not ready.
    Refuse,
    /// Carry them out without.
    Send,
}

/// An OpenTelemetry collector.
#[derive(Debug, Clone)]
pub struct Collector {
    /// Its base address.
    pub endpoint: Url,
    /// A file with headers for it.
    pub headers_file: Option<FileName>,
    /// Certificates of the authority that signed its own.
    pub ca_file: Option<FileName>,
    /// The part of the traces that is recorded.
    pub ratio: f64,
}

const ENDPOINT: &str = "telemetry.otlp_endpoint";
const HEADERS: &str = "telemetry.otlp_headers_file";
const CA: &str = "telemetry.otlp_ca_file";

impl Telemetry {
    pub(super) fn read(reader: &mut Reader) -> Option<Self> {
        let log = reader.choice(
            "telemetry.log",
            &[("json", LogFormat::Json), ("text", LogFormat::Text)],
        );
        let audit = reader.choice(
            "telemetry.audit_policy",
            &[("refuse", AuditPolicy::Refuse), ("send", AuditPolicy::Send)],
        );
        let collector = collector(reader);
        Some(Self {
            log: log?,
            audit: audit?,
            collector: collector.ok()?,
        })
    }
}

/// Something is wrong, and was written down.
struct Mistaken;

fn collector(reader: &mut Reader) -> Result<Option<Collector>, Mistaken> {
    let text = reader.optional_text(ENDPOINT);
    let headers_file = reader.optional_path(HEADERS);
    let ca_file = reader.optional_path(CA);
    let ratio = reader.fraction("telemetry.trace_ratio");
    let Some(text) = text else {
        for (key, file) in [(HEADERS, headers_file), (CA, ca_file)] {
            if file.is_some() {
                reader.mistake(key, format!("does nothing without {ENDPOINT}"));
            }
        }
        return Ok(None);
    };
    let Some(endpoint) = address(&text) else {
        reader.mistake(
            ENDPOINT,
            "must be the base address of a collector, such as http://collector:4318, without user, query or fragment",
        );
        return Err(Mistaken);
    };
    let plain = endpoint.scheme() == "http";
    if plain && ca_file.is_some() {
        reader.mistake(CA, format!("does nothing when {ENDPOINT} is http://"));
    }
    if plain && headers_file.is_some() && !is_here(&endpoint) {
        reader.mistake(
            HEADERS,
            format!("holds secrets, which plain HTTP would show: {ENDPOINT} must be https://"),
        );
    }
    Ok(Some(Collector {
        endpoint,
        headers_file,
        ca_file,
        ratio: ratio.ok_or(Mistaken)?,
    }))
}

fn address(text: &str) -> Option<Url> {
    let url = Url::parse(text.trim()).ok()?;
    let bare = url.username().is_empty()
        && url.password().is_none()
        && url.query().is_none()
        && url.fragment().is_none();
    let spoken = matches!(url.scheme(), "http" | "https") && url.host().is_some();
    (bare && spoken).then_some(url)
}

/// Whether it is on this machine: a collector beside the gateway.
fn is_here(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}
