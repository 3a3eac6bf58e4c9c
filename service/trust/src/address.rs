//! What an endpoint may be, and what it is called: by people, and in a TLS handshake.

use std::io;
use std::net::IpAddr;

use rustls::pki_types::ServerName;
use url::{Host, Url};

/// Why an address is none of an endpoint, where it is not: one is `https`, a host and a port.
#[must_use]
pub fn endpoint_flaw(endpoint: &Url) -> Option<&'static str> {
    if endpoint.scheme() != "https" {
        Some("the scheme must be https")
    } else if endpoint.host_str().is_none_or(str::is_empty) {
        Some("it names no host")
    } else if !endpoint.username().is_empty() || endpoint.password().is_some() {
        Some("an address holds no user or password")
    } else if endpoint.query().is_some() || endpoint.fragment().is_some() {
        Some("an address holds no query or fragment")
    } else {
        None
    }
}

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
