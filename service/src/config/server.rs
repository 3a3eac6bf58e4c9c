//! `[server]`: listeners, limits and time-outs.

use std::net::SocketAddr;
use std::time::Duration;

use super::file_name::FileName;
use super::origin::PageOrigin;
use super::public_url::PublicUrl;
use super::reader::Reader;

/// Listeners, limits and time-outs.
#[derive(Debug, Clone)]
pub struct Server {
    /// Address of the API listener; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Address of metrics and health.
    pub admin_listen: SocketAddr,
    /// Where callers reach it, where that is not the address that they ask for.
    pub public_url: Option<PublicUrl>,
    /// Whether the page that shows the contract is served.
    pub docs: bool,
    /// Pages of these origins may call it from a browser; none when empty.
    pub cors_origins: Vec<PageOrigin>,
    /// Largest request body in bytes.
    pub max_body_bytes: usize,
    /// Longest that a caller waits for an answer.
    pub request_timeout: Duration,
    /// Longest that a connection idles between two requests.
    pub keep_alive: Duration,
    /// Certificates of the API listener; it speaks plain HTTP without them.
    pub tls: Option<TlsFiles>,
    /// How long a stopping gateway goes on serving, so that whoever sends requests to it can notice
    /// that it is no longer ready.
    pub drain_delay: Duration,
    /// Longest that a stopping gateway waits for requests in flight, after that delay.
    pub shutdown_grace: Duration,
}

/// Where the certificates of the API listener are.
#[derive(Debug, Clone)]
pub struct TlsFiles {
    /// The certificate and those that lead to its authority, PEM.
    pub certificate: FileName,
    /// Its key, PEM.
    pub key: FileName,
    /// Certificates of the authorities whose clients may connect, PEM; anybody may without it.
    pub client_ca: Option<FileName>,
}

impl Server {
    pub(super) fn read(reader: &mut Reader) -> Option<Self> {
        let listen = address(reader, "server.listen");
        let admin_listen = address(reader, "server.admin_listen");
        let public_url = public_url(reader);
        let docs = reader.boolean("server.docs");
        let cors_origins = cors_origins(reader);
        let max_body_bytes = reader.integer("server.max_body_bytes", 1024..=1 << 30);
        let request_timeout = reader.positive_duration("server.request_timeout");
        let keep_alive = reader.positive_duration("server.keep_alive");
        let tls = tls(reader);
        let drain_delay = reader.duration("server.drain_delay");
        let shutdown_grace = reader.duration("server.shutdown_grace");
        Some(Self {
            listen: listen?,
            admin_listen: admin_listen?,
            public_url: public_url?,
            docs: docs?,
            cors_origins: cors_origins?,
            max_body_bytes: usize::try_from(max_body_bytes?).ok()?,
            request_timeout: request_timeout?,
            keep_alive: keep_alive?,
            tls: tls?,
            drain_delay: drain_delay?,
            shutdown_grace: shutdown_grace?,
        })
    }
}

/// Nothing when something about it is wrong.
#[expect(clippy::option_option, reason = "absent and mistaken are two things")]
fn tls(reader: &mut Reader) -> Option<Option<TlsFiles>> {
    let certificate = reader.optional_path("server.tls.certificate_file");
    let key = reader.optional_path("server.tls.key_file");
    let client_ca = reader.optional_path("server.tls.client_ca_file");
    let missing = match (certificate, key) {
        (Some(certificate), Some(key)) => {
            return Some(Some(TlsFiles {
                certificate,
                key,
                client_ca,
            }));
        }
        (None, None) if client_ca.is_none() => return Some(None),
        (None, _) => "server.tls.certificate_file",
        (Some(_), None) => "server.tls.key_file",
    };
    reader.mistake(
        missing,
        "set both server.tls.certificate_file and server.tls.key_file, or none of server.tls",
    );
    None
}

/// Nothing when it is mistaken.
#[expect(clippy::option_option, reason = "absent and mistaken are two things")]
fn public_url(reader: &mut Reader) -> Option<Option<PublicUrl>> {
    let key = "server.public_url";
    let Some(text) = reader.optional_text(key) else {
        return Some(None);
    };
    let url = PublicUrl::parse(&text);
    if url.is_none() {
        reader.mistake(key, PublicUrl::RULE);
    }
    Some(Some(url?))
}

/// Nothing when one is mistaken.
fn cors_origins(reader: &mut Reader) -> Option<Vec<PageOrigin>> {
    let key = "server.cors_origins";
    let origins = reader.list(key)?;
    let parsed: Option<Vec<PageOrigin>> = origins.iter().map(|it| PageOrigin::parse(it)).collect();
    if parsed.is_none() {
        reader.mistake(key, PageOrigin::RULE);
    }
    parsed
}

fn address(reader: &mut Reader, key: &str) -> Option<SocketAddr> {
    let text = reader.text(key)?;
    let address = text.parse().ok();
    if address.is_none() {
        reader.mistake(
            key,
            "must be an IP address and a port, such as \"0.0.0.0:8080\"",
        );
    }
    address
}
