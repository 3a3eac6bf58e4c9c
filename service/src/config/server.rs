//! `[server]`: listeners, limits and time-outs.

use std::net::SocketAddr;
use std::time::Duration;

use super::reader::Reader;

/// Listeners, limits and time-outs.
#[derive(Debug, Clone)]
pub struct Server {
    /// Address of the API listener; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Address of metrics and health.
    pub admin_listen: SocketAddr,
    /// Largest request body in bytes.
    pub max_body_bytes: usize,
    /// Longest that a caller waits for an answer.
    pub request_timeout: Duration,
    /// Longest that a stopping gateway waits for requests in flight.
    pub shutdown_grace: Duration,
}

impl Server {
    pub(super) fn read(reader: &mut Reader) -> Option<Self> {
        let listen = address(reader, "server.listen");
        let admin_listen = address(reader, "server.admin_listen");
        let max_body_bytes = reader.integer("server.max_body_bytes", 1024..=1 << 30);
        let request_timeout = reader.positive_duration("server.request_timeout");
        let shutdown_grace = reader.duration("server.shutdown_grace");
        Some(Self {
            listen: listen?,
            admin_listen: admin_listen?,
            max_body_bytes: usize::try_from(max_body_bytes?).ok()?,
            request_timeout: request_timeout?,
            shutdown_grace: shutdown_grace?,
        })
    }
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
