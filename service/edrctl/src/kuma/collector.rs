//! A collector of KUMA's, to which events are sent: `tcp://host:port` or `udp://host:port`.

use std::io::Write as _;
use std::net::{TcpStream, ToSocketAddrs as _, UdpSocket};
use std::str::FromStr;
use std::time::Duration;

/// How long a collector may take to take an event.
const PATIENCE: Duration = Duration::from_secs(5);
/// Most bytes of a datagram that arrives in one piece almost everywhere.
pub const MOST_DATAGRAM: usize = 8 * 1024;

/// A collector.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Collector {
    by_stream: bool,
    address: String,
}

/// An address that is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("collector must be tcp://host:port or udp://host:port")]
pub struct NoCollector;

impl FromStr for Collector {
    type Err = NoCollector;

    fn from_str(text: &str) -> Result<Self, NoCollector> {
        let (scheme, address) = text.split_once("://").ok_or(NoCollector)?;
        let by_stream = match scheme {
            "tcp" => true,
            "udp" => false,
            _ => return Err(NoCollector),
        };
        let (host, port) = address.rsplit_once(':').ok_or(NoCollector)?;
        let port: Option<u16> = port.parse().ok().filter(|it| *it > 0);
        let plain = !host.is_empty() && !host.contains(['/', ' ', '@']);
        if port.is_none() || !plain {
            return Err(NoCollector);
        }
        Ok(Self {
            by_stream,
            address: address.to_owned(),
        })
    }
}

impl std::fmt::Display for Collector {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let scheme = if self.by_stream { "tcp" } else { "udp" };
        write!(f, "{scheme}://{}", self.address)
    }
}

impl Collector {
    /// Sends one event. A datagram is not answered, so nobody knows whether it arrived; a stream is
    /// known to have been taken by this machine and, as far as that shows, not refused.
    ///
    /// # Errors
    /// When it surely was not taken.
    pub fn send(&self, event: &str) -> std::io::Result<()> {
        let addresses = self.address.to_socket_addrs()?;
        let mut last = std::io::Error::from(std::io::ErrorKind::AddrNotAvailable);
        for address in addresses {
            let sent = if self.by_stream {
                TcpStream::connect_timeout(&address, PATIENCE).and_then(|it| stream(it, event))
            } else {
                let here = if address.is_ipv4() {
                    "0.0.0.0:0"
                } else {
                    "[::]:0"
                };
                UdpSocket::bind(here)
                    .and_then(|socket| socket.send_to(event.as_bytes(), address).map(|_| ()))
            };
            match sent {
                Ok(()) => return Ok(()),
                Err(error) => last = error,
            }
        }
        Err(last)
    }
}

/// One event on a connection of its own, a line as collectors read it. The connection is closed in
/// order, and until the other side has closed too: what was thrown away there shows by then.
fn stream(mut connection: TcpStream, event: &str) -> std::io::Result<()> {
    use std::io::{ErrorKind, Read as _};

    connection.set_write_timeout(Some(PATIENCE))?;
    connection.write_all(format!("{event}\n").as_bytes())?;
    connection.shutdown(std::net::Shutdown::Write)?;
    connection.set_read_timeout(Some(Duration::from_millis(500)))?;
    match connection.read(&mut [0; 64]) {
        Ok(_) => Ok(()),
        // It goes on listening, which many do.
        Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => Ok(()),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_collector_is_a_way_a_host_and_a_port() {
        for good in [
            "tcp://kuma.corp:5140",
            "udp://10.0.0.1:514",
            "tcp://[::1]:5140",
        ] {
            assert_eq!(
                good.parse::<Collector>().map(|it| it.to_string()),
                Ok(good.to_owned())
            );
        }
        for odd in [
            "",
            "kuma:5140",
            "http://kuma:1",
            "tcp://kuma",
            "tcp://:1",
            "tcp://k:0",
            "tcp://k:x",
            "tcp://u@k:1",
        ] {
            assert_eq!(odd.parse::<Collector>(), Err(NoCollector), "{odd}");
        }
    }
}
