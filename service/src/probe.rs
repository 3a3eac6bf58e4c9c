//! Asks a running gateway for its health, from the same machine or pod network.
//!
//! The image holds one program and no shell, so a container runtime that can only run a command,
//! and a test of an installed chart, have nothing else to ask with. It is one request over a plain
//! connection, as the admin listener speaks it; no client library is worth its start for that.

use std::io::{self, Read as _, Write as _};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream, ToSocketAddrs as _};
use std::time::Duration;

use url::Url;

use crate::config::place;

/// Longest for each of connecting, asking and listening: Docker gives a check 30 s in all.
const PATIENCE: Duration = Duration::from_secs(5);

/// More than any answer of the admin listener to a health check.
const MOST_BYTES: u64 = 64 * 1024;

/// Why a gateway does not count as well.
#[derive(Debug, thiserror::Error)]
pub enum ProbeError {
    /// The address is not of the kind that the admin listener has.
    #[error("{0} is no address of an admin listener: http://host:port/path")]
    Address(String),
    /// Nobody answers there.
    #[error("{url} does not answer")]
    Silent {
        /// The address.
        url: String,
        /// What the system said.
        source: io::Error,
    },
    /// It says that it is not well.
    #[error("{url} answers {status}: {body}")]
    Unwell {
        /// The address.
        url: String,
        /// The status, or the first line when there is none.
        status: String,
        /// What it says.
        body: String,
    },
}

/// Readiness of the gateway on this machine whose admin listener has this address, or the default's
/// port where it names none.
#[must_use]
pub fn here(admin_listen: Option<&str>) -> Url {
    let listen: Option<SocketAddr> = admin_listen.and_then(|it| it.parse().ok());
    let mut at = listen.unwrap_or(SocketAddr::from((Ipv4Addr::LOCALHOST, 9090)));
    // Who listens everywhere is asked at home.
    match at.ip() {
        IpAddr::V4(it) if it.is_unspecified() => at.set_ip(Ipv4Addr::LOCALHOST.into()),
        IpAddr::V6(it) if it.is_unspecified() => at.set_ip(Ipv6Addr::LOCALHOST.into()),
        IpAddr::V4(_) | IpAddr::V6(_) => {}
    }
    format!("http://{at}/health/ready")
        .parse()
        .expect("a URL of an address")
}

/// Asks, and says what the answer was.
///
/// # Errors
/// Unless the answer is a 200.
pub fn ask(url: &Url) -> Result<String, ProbeError> {
    let silent = |source| ProbeError::Silent {
        url: place(url),
        source,
    };
    let (Some(host), "http") = (url.host(), url.scheme()) else {
        return Err(ProbeError::Address(place(url)));
    };
    let port = url.port_or_known_default().unwrap_or(80);
    let answer = exchange(&host.to_string(), port, url.path()).map_err(silent)?;
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
    let line = head.lines().next().unwrap_or_default();
    let status = line.split_whitespace().nth(1).unwrap_or(line);
    if status == "200" {
        return Ok(format!("{} answers 200: {}", place(url), body.trim()));
    }
    Err(ProbeError::Unwell {
        url: place(url),
        status: status.to_owned(),
        body: body.trim().to_owned(),
    })
}

/// One request and everything that comes back until the other side is done.
fn exchange(host: &str, port: u16, path: &str) -> io::Result<String> {
    let mut failure = io::Error::from(io::ErrorKind::AddrNotAvailable);
    for address in (host.trim_matches(['[', ']']), port).to_socket_addrs()? {
        let mut stream = match TcpStream::connect_timeout(&address, PATIENCE) {
            Ok(stream) => stream,
            Err(error) => {
                failure = error;
                continue;
            }
        };
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_write_timeout(Some(PATIENCE))?;
        write!(
            stream,
            "GET {path} HTTP/1.1\r\nHost: {host}:{port}\r\nConnection: close\r\n\r\n"
        )?;
        let mut answer = Vec::new();
        stream.take(MOST_BYTES).read_to_end(&mut answer)?;
        return Ok(String::from_utf8_lossy(&answer).into_owned());
    }
    Err(failure)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_gateway_on_this_machine_is_asked_where_it_listens() {
        for (listen, url) in [
            (None, "http://127.0.0.1:9090/health/ready"),
            (Some("nonsense"), "http://127.0.0.1:9090/health/ready"),
            (Some("0.0.0.0:9191"), "http://127.0.0.1:9191/health/ready"),
            (Some("[::]:9191"), "http://[::1]:9191/health/ready"),
            (Some("10.1.2.3:9191"), "http://10.1.2.3:9191/health/ready"),
        ] {
            assert_eq!(here(listen).as_str(), url);
        }
    }
}
