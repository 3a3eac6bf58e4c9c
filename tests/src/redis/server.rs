//! A real Redis, or Valkey, that keeps what it has said it keeps.
//!
//! It writes every command to its file before it answers and never evicts: what an operator has to
//! set up for the gateway is what the tests run against.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::talk::written;
use crate::port;
use crate::process::{Process, Signal};
use crate::wait::eventually;

/// Programs that will do, the first that is there.
const PROGRAMS: [&str; 2] = ["redis-server", "valkey-server"];

/// A server on a loopback port with a folder of its own; it ends with this value.
#[derive(Debug)]
pub struct RedisServer {
    process: Option<Process>,
    port: u16,
    password: Option<String>,
    folder: TempDir,
}

impl RedisServer {
    /// Starts one that asks for no password.
    ///
    /// # Panics
    /// When there is no such program, or it does not start.
    pub async fn start() -> Self {
        Self::furnish(None).await
    }

    /// Starts one that asks for this password.
    ///
    /// # Panics
    /// When there is no such program, or it does not start.
    pub async fn with_password(password: &str) -> Self {
        Self::furnish(Some(password.to_owned())).await
    }

    async fn furnish(password: Option<String>) -> Self {
        let mut server = Self {
            process: None,
            port: port::free().await.port(),
            password,
            folder: tempfile::tempdir().expect("a folder"),
        };
        server.start_again().await;
        server
    }

    /// Where it listens.
    #[must_use]
    pub fn addr(&self) -> SocketAddr {
        SocketAddr::from((Ipv4Addr::LOCALHOST, self.port))
    }

    /// Its URL, with the password when it asks for one.
    #[must_use]
    pub fn url(&self) -> String {
        match &self.password {
            Some(password) => format!("redis://:{password}@{}/0", self.addr()),
            None => format!("redis://{}/0", self.addr()),
        }
    }

    /// A file in this folder that holds its URL, as `idempotency.redis_url_file` takes it.
    ///
    /// # Panics
    /// When it cannot be written.
    #[must_use]
    pub fn url_file(&self, folder: &Path) -> PathBuf {
        let path = folder.join("redis-url");
        std::fs::write(&path, format!("{}\n", self.url())).expect("a file");
        path
    }

    /// Asks it to end, and waits until it has.
    pub async fn stop(&mut self) {
        if let Some(mut process) = self.process.take() {
            process.signal(Signal::Terminate);
            process.end().await;
        }
    }

    /// Ends it where it stands.
    pub fn kill(&mut self) {
        self.process = None;
    }

    /// Starts it again, on the same port with what it has kept.
    ///
    /// # Panics
    /// When it runs, or does not start.
    pub async fn start_again(&mut self) {
        assert!(self.process.is_none(), "it still runs");
        let mut command = Command::new(program());
        command
            .current_dir(self.folder.path())
            .args(["--bind", "127.0.0.1", "--port", &self.port.to_string()])
            .args(["--daemonize", "no", "--save", ""])
            .args(["--appendonly", "yes", "--appendfsync", "always"])
            .args(["--maxmemory-policy", "noeviction", "--dir"])
            .arg(self.folder.path());
        if let Some(password) = &self.password {
            command.args(["--requirepass", password]);
        }
        let mut process = Process::start("redis-server", &mut command);
        eventually("redis answers", || {
            let ended = process.ended();
            assert!(
                ended.is_none(),
                "redis ended: {ended:?}\n{:?}",
                process.said()
            );
            let asking = self.ask(&["PING"]);
            async { (asking.await? == "+PONG").then_some(()) }
        })
        .await;
        self.process = Some(process);
    }

    /// Ends it, forgets everything, and starts it on the same port: a server whose disk is lost.
    ///
    /// # Panics
    /// When it does not start.
    pub async fn start_empty(&mut self) {
        self.kill();
        self.folder = tempfile::tempdir().expect("a folder");
        self.start_again().await;
    }

    /// Lets it stand still; connections stay open and are not answered.
    pub fn freeze(&self) {
        if let Some(process) = &self.process {
            process.signal(Signal::Stop);
        }
    }

    /// Lets it go on.
    pub fn thaw(&self) {
        if let Some(process) = &self.process {
            process.signal(Signal::Continue);
        }
    }

    /// The first line of its answer to a command, as the protocol writes it (`+OK`, `:1`, `$5`);
    /// nothing when it does not answer.
    pub async fn ask(&self, command: &[&str]) -> Option<String> {
        let mut stream = TcpStream::connect(self.addr()).await.ok()?;
        if let Some(password) = &self.password
            && ask(&mut stream, &["AUTH", password]).await? != "+OK"
        {
            return None;
        }
        ask(&mut stream, command).await
    }
}

/// One command and the first line of what comes back.
async fn ask(stream: &mut TcpStream, command: &[&str]) -> Option<String> {
    stream.write_all(written(command).as_bytes()).await.ok()?;
    let mut line = Vec::new();
    loop {
        match stream.read_u8().await.ok()? {
            b'\n' => break,
            byte => line.push(byte),
        }
    }
    Some(String::from_utf8_lossy(&line).trim_end().to_owned())
}

/// The server's program.
///
/// # Panics
/// When there is none.
pub(super) fn program() -> PathBuf {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    PROGRAMS
        .iter()
        .flat_map(|name| folders.iter().map(move |folder| folder.join(name)))
        .find(|it| it.is_file())
        .unwrap_or_else(|| panic!("none of {PROGRAMS:?} is on PATH: `cargo verify` installs one"))
}
