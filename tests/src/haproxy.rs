//! A real HAProxy in front of gateways, as an ingress is: it asks each for its health and sends
//! requests to those that are well, over connections that it keeps.

use std::net::SocketAddr;
use std::process::Command;

use tempfile::TempDir;

use crate::caller::{Caller, client};
use crate::issuer::{EVERYTHING, Issuer, Token};
use crate::port;
use crate::process::Process;

/// A gateway behind it: where its API and its health are.
#[derive(Debug, Clone, Copy)]
pub struct Backend {
    /// The API.
    pub api: SocketAddr,
    /// Metrics and health.
    pub admin: SocketAddr,
}

impl Backend {
    /// Two addresses that stay free for a gateway that comes and goes.
    pub async fn lasting() -> Self {
        let listener = (port::lasting().await, port::lasting().await);
        let addr = |it: tokio::net::TcpListener| it.local_addr().expect("an address");
        Self {
            api: addr(listener.0),
            admin: addr(listener.1),
        }
    }
}

/// A proxy on a loopback port; it ends with this value.
pub struct HaProxy {
    _process: Process,
    addr: SocketAddr,
    client: reqwest::Client,
    _folder: TempDir,
}

impl HaProxy {
    /// Starts one in front of these gateways.
    ///
    /// A request is sent again only where no connection could be had: then nothing has left.
    ///
    /// # Panics
    /// When there is no such program, or it does not start.
    pub async fn start(backends: &[Backend]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let addr = port::free().await;
        let servers: Vec<String> = backends
            .iter()
            .enumerate()
            .map(|(number, it)| {
                let port = it.admin.port();
                format!(
                    "  server gateway{number} {} check port {port} inter 250ms fall 2 rise 1\n",
                    it.api
                )
            })
            .collect();
        let config = format!(
            "global\n  maxconn 1000\n\
             defaults\n  mode http\n  timeout connect 2s\n  timeout client 60s\n  timeout server 60s\n  \
             retries 3\n  option redispatch\n  retry-on conn-failure\n\
             frontend front\n  bind {addr}\n  default_backend gateways\n\
             backend gateways\n  balance roundrobin\n  http-reuse always\n  \
             option httpchk GET /health/ready\n  http-check expect status 200\n{}",
            servers.concat()
        );
        let file = folder.path().join("haproxy.cfg");
        std::fs::write(&file, config).expect("a file");
        // -db: in the foreground, as a child that can be ended.
        let mut process = Process::start(
            "haproxy",
            Command::new("haproxy").arg("-db").arg("-f").arg(&file),
        );
        process.listens(addr).await;
        Self {
            _process: process,
            addr,
            client: client(),
            _folder: folder,
        }
    }

    /// Where it listens.
    #[must_use]
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// A caller that may do everything, and comes through the proxy.
    #[must_use]
    pub fn soar(&self) -> Caller {
        let token = Issuer::shared().sign(&Token::of("soar", EVERYTHING));
        Caller::new(self.client.clone(), self.addr, Some(token))
    }
}
