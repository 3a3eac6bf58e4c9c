//! The way to a server: its name, TCP, and a proxy where there is one.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use kataedr::Endpoint;
use serde::Serialize;
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout, timeout_at};

use super::proxy::Proxy;

/// How far it came, and what was met.
#[derive(Debug, Default)]
pub(super) struct WayNotes {
    /// The proxy, where the way goes through one; name and addresses are its then.
    pub(super) proxy: Option<String>,
    /// Each address, in the order in which the system gave them.
    pub(super) attempts: Vec<Attempt>,
    /// Time for the name.
    pub(super) name: Option<Duration>,
    /// Time for TCP, all attempts together.
    pub(super) tcp: Option<Duration>,
    /// Time for the proxy's answer.
    pub(super) tunnel: Option<Duration>,
}

/// One address.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Attempt {
    pub(super) address: SocketAddr,
    pub(super) outcome: AttemptOutcome,
}

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum AttemptOutcome {
    /// It stands.
    Connected,
    /// The machine is there and nobody listens.
    Refused,
    /// Nothing came.
    Silent,
    /// The network says no.
    Unreachable,
    /// Another one was connected before, or the time was over.
    NotTried,
}

impl AttemptOutcome {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Connected => "connected",
            Self::Refused => "refused",
            Self::Silent => "no answer",
            Self::Unreachable => "no way to it",
            Self::NotTried => "not tried",
        }
    }
}

/// Why there is no way.
#[derive(Debug)]
pub(super) struct NoWay {
    /// What was being done.
    pub(super) stage: &'static str,
    /// What was in the way.
    pub(super) reason: String,
}

fn no_way(stage: &'static str, reason: impl Into<String>) -> NoWay {
    NoWay {
        stage,
        reason: reason.into(),
    }
}

/// Goes there, and notes down how far it came.
pub(super) async fn go(
    server: &Endpoint,
    proxy: Option<&Proxy>,
    until: Instant,
    trail: &mut WayNotes,
) -> Result<TcpStream, NoWay> {
    trail.proxy = proxy.map(Proxy::place);
    let (host, port) = match proxy {
        Some(proxy) => (proxy.host.as_str(), proxy.port),
        None => (server.address.as_str(), server.port),
    };
    let addresses = resolve(host, port, until, trail).await?;
    let mut stream = connect(&addresses, until, trail).await?;
    if let Some(proxy) = proxy {
        let began = Instant::now();
        let answered = timeout_at(until, proxy.tunnel(&mut stream, server)).await;
        trail.tunnel = Some(began.elapsed());
        answered
            .unwrap_or_else(|_elapsed| Err("the proxy does not answer in time".to_owned()))
            .map_err(|reason| no_way("proxy", reason))?;
    }
    Ok(stream)
}

async fn resolve(
    host: &str,
    port: u16,
    until: Instant,
    trail: &mut WayNotes,
) -> Result<Vec<SocketAddr>, NoWay> {
    if let Ok(ip) = host.parse() {
        return Ok(vec![SocketAddr::new(ip, port)]);
    }
    let began = Instant::now();
    let found = timeout_at(until, tokio::net::lookup_host((host, port))).await;
    trail.name = Some(began.elapsed());
    let mut addresses: Vec<SocketAddr> = Vec::new();
    match found {
        Err(_elapsed) => return Err(no_way("name", "the name is not resolved in time")),
        Ok(Err(error)) => {
            return Err(no_way(
                "name",
                format!("the name cannot be resolved: {error}"),
            ));
        }
        Ok(Ok(found)) => {
            for address in found {
                if !addresses.contains(&address) {
                    addresses.push(address);
                }
            }
        }
    }
    if addresses.is_empty() {
        return Err(no_way("name", "the name has no address"));
    }
    Ok(addresses)
}

/// The first that answers; each gets its share of the time that is left.
async fn connect(
    addresses: &[SocketAddr],
    until: Instant,
    trail: &mut WayNotes,
) -> Result<TcpStream, NoWay> {
    let began = Instant::now();
    let mut connected = None;
    let mut reason = String::new();
    for (at, address) in addresses.iter().enumerate() {
        let left = until.saturating_duration_since(Instant::now());
        let others = u32::try_from(addresses.len() - at).unwrap_or(u32::MAX);
        let outcome = if connected.is_some() || left.is_zero() {
            AttemptOutcome::NotTried
        } else {
            match timeout(left / others, TcpStream::connect(address)).await {
                Ok(Ok(stream)) => {
                    connected = Some(stream);
                    AttemptOutcome::Connected
                }
                Ok(Err(error)) if error.kind() == io::ErrorKind::ConnectionRefused => {
                    "the connection is refused".clone_into(&mut reason);
                    AttemptOutcome::Refused
                }
                Ok(Err(error)) => {
                    reason = format!("there is no way to it: {error}");
                    AttemptOutcome::Unreachable
                }
                Err(_elapsed) => {
                    "nothing answers in time".clone_into(&mut reason);
                    AttemptOutcome::Silent
                }
            }
        };
        trail.attempts.push(Attempt {
            address: *address,
            outcome,
        });
    }
    trail.tcp = Some(began.elapsed());
    connected.ok_or_else(|| no_way("tcp", reason))
}
