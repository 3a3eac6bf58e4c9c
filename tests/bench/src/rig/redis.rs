//! A real Redis, as the documents want it: appended to a file, which is flushed at each write, and
//! without eviction.

use std::net::SocketAddr;
use std::path::Path;

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

    /// Its URL.
    pub(super) fn url(&self) -> String {
        format!("redis://{}/0", self.address)
    }
}
