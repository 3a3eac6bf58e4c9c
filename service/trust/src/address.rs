//! What an endpoint is called: by people, and in a TLS handshake.

use std::io;
use std::net::IpAddr;

use rustls::pki_types::ServerName;
use url::{Host, Url};

/// Host and port, for errors and logs.
#[must_use]
pub fn place(endpoint: &Url) -> String {
    let host = endpoint.host_str().unwrap_or_default();
    format!(
        "{host}:{}",
        endpoint.port_or_known_default().unwrap_or_default()
    )
}

/// The name that the server's certificate must be for, where names count.
pub fn server_name(endpoint: &Url) -> io::Result<ServerName<'static>> {
    let unusable = |error| io::Error::new(io::ErrorKind::InvalidInput, error);
    match endpoint.host() {
        Some(Host::Ipv4(address)) => Ok(IpAddr::from(address).into()),
        Some(Host::Ipv6(address)) => Ok(IpAddr::from(address).into()),
        Some(Host::Domain(name)) => ServerName::try_from(name.to_owned()).map_err(unusable),
        None => Err(io::ErrorKind::InvalidInput.into()),
    }
}
