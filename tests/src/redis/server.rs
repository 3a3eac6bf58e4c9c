//! A real Redis, or Valkey, that keeps what it has said it keeps.
//!
//! It writes every command to its file before it answers and never evicts: what an operator has to
//! set up for the gateway is what the tests run against.

use std::ffi::OsString;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::daemon::RedisDaemon;
use super::talk::written;

/// A server on a loopback port with a folder of its own; it ends with this value.
#[derive(Debug)]
pub struct RedisServer {
    daemon: RedisDaemon,
    password: Option<String>,
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
            daemon: RedisDaemon::place().await,
            password,
        };
        server.start_again().await;
        server
    }

    /// Where it listens.
    #[must_use]
    pub fn addr(&self) -> SocketAddr {
        self.daemon.addr()
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
        self.daemon.stop().await;
    }

    /// Ends it where it stands.
    pub fn kill(&mut self) {
        self.daemon.kill();
    }

    /// Starts it again, on the same port with what it has kept.
    ///
    /// # Panics
    /// When it runs, or does not start.
    pub async fn start_again(&mut self) {
        let port = self.daemon.port().to_string();
        let mut arguments = vec!["--bind", "127.0.0.1", "--port", &port];
        arguments.extend(["--daemonize", "no", "--save", ""]);
        arguments.extend(["--appendonly", "yes", "--appendfsync", "always"]);
        arguments.extend(["--maxmemory-policy", "noeviction"]);
        let password = self.password.as_deref();
        arguments.extend(password.into_iter().flat_map(|it| ["--requirepass", it]));
        let mut arguments: Vec<OsString> = arguments.into_iter().map(OsString::from).collect();
        arguments.extend(["--dir".into(), self.daemon.folder().into()]);
        self.daemon.start(&arguments, password).await;
    }

    /// Ends it, forgets everything, and starts it on the same port: a server whose disk is lost.
    ///
    /// # Panics
    /// When it does not start.
    pub async fn start_empty(&mut self) {
        self.daemon.forget();
        self.start_again().await;
    }

    /// Lets it stand still; connections stay open and are not answered.
    pub fn freeze(&self) {
        self.daemon.freeze();
    }

    /// Lets it go on.
    pub fn thaw(&self) {
        self.daemon.thaw();
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
