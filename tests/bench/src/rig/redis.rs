//! A real Redis, as the documents want it: appended to a file, which is flushed at each write, and
//! without eviction.

use std::net::SocketAddr;
use std::path::Path;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::process::Command;

use super::port;
use crate::process::{Process, on_path};

/// A server with a folder of its own.
pub(super) struct Redis {
    pub(super) process: Process,
    address: SocketAddr,
}

impl Redis {
    /// Starts one.
    pub(super) async fn start(folder: &Path) -> Result<Self, String> {
        let program = on_path("redis-server")
            .or_else(|| on_path("valkey-server"))
            .ok_or("redis-server is not installed: apt-get install redis-server")?;
        let address = port::free()?;
        let mut command = Command::new(program);
        command
            .current_dir(folder)
            .args(["--bind", "127.0.0.1", "--daemonize", "no", "--save", ""])
            .args(["--appendonly", "yes", "--appendfsync", "always"])
            .args(["--maxmemory-policy", "noeviction", "--port"])
            .arg(address.port().to_string());
        let mut process = Process::start("redis-server", &mut command)?;
        port::listens(&mut process, address).await?;
        Ok(Self { process, address })
    }

    /// How many scripts it has run so far.
    pub(super) async fn scripts(&self) -> Result<u64, String> {
        let asking = async {
            let mut stream = TcpStream::connect(self.address).await?;
            stream.write_all(b"INFO commandstats\r\nQUIT\r\n").await?;
            let mut text = String::new();
            stream.read_to_string(&mut text).await?;
            Ok::<_, std::io::Error>(text)
        };
        let text = asking.await.map_err(|it| format!("redis-server: {it}"))?;
        let counts = text
            .lines()
            .filter(|it| it.starts_with("cmdstat_eval"))
            .filter_map(|it| {
                it.split_once("calls=")?
                    .1
                    .split(',')
                    .next()?
                    .parse::<u64>()
                    .ok()
            });
        Ok(counts.sum())
    }

    /// Its URL.
    pub(super) fn url(&self) -> String {
        format!("redis://{}/0", self.address)
    }
}
