//! One of several Redis processes that know of each other: a server, a Sentinel, a node of a
//! cluster.

use std::net::{Ipv4Addr, SocketAddr};
use std::process::Command;

use tempfile::TempDir;

use super::server::program;
use super::talk::say;
use crate::port;
use crate::process::{Process, Signal};
use crate::wait::eventually;

/// A process with a file of settings, which it writes to itself; it ends with this value.
#[derive(Debug)]
pub struct RedisNode {
    process: Option<Process>,
    port: u16,
    /// Who may do everything.
    password: &'static str,
    more: &'static [&'static str],
    folder: TempDir,
}

impl RedisNode {
    /// Starts one with these lines in its file, and more on its command line.
    pub(super) async fn start(
        password: &'static str,
        lines: &[String],
        more: &'static [&'static str],
    ) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let port = port::free().await.port();
        let mut text = format!(
            "bind 127.0.0.1\nport {port}\ndaemonize no\ndir {}\n",
            folder.path().display()
        );
        for line in lines {
            text.push_str(line);
            text.push('\n');
        }
        std::fs::write(folder.path().join("redis.conf"), text).expect("a file");
        let mut node = Self {
            process: None,
            port,
            password,
            more,
            folder,
        };
        node.start_again().await;
        node
    }

    /// Where it listens.
    #[must_use]
    pub fn addr(&self) -> SocketAddr {
        SocketAddr::from((Ipv4Addr::LOCALHOST, self.port))
    }

    /// The port alone.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// What it says to a command of somebody who may do everything: the texts and numbers in their
    /// order. Nothing when it does not answer.
    pub async fn ask(&self, command: &[&str]) -> Option<Vec<String>> {
        say(self.addr(), &[&["AUTH", self.password], command]).await
    }

    /// The same, as one text.
    pub async fn told(&self, command: &[&str]) -> String {
        self.ask(command).await.unwrap_or_default().join(" ")
    }

    /// Waits until what was written here before is at so many replicas.
    pub async fn until_replicated(&self, replicas: &str) {
        eventually("it is at the replicas", || async {
            let login = ["AUTH", self.password];
            let write = ["SET", "{edr-gateway}:written", "1", "PX", "60000"];
            let wait = ["WAIT", replicas, "1000"];
            let answer = say(self.addr(), &[&login, &write, &wait]).await?;
            (answer.first()? == replicas).then_some(())
        })
        .await;
    }

    /// Whether it takes itself for a master.
    pub async fn is_master(&self) -> bool {
        let role = self.ask(&["ROLE"]).await;
        role.is_some_and(|it| it.first().is_some_and(|it| it == "master"))
    }

    /// Ends it where it stands.
    pub fn kill(&mut self) {
        self.process = None;
    }

    /// Starts it again, with what it has kept.
    ///
    /// # Panics
    /// When it runs, or does not start.
    pub async fn start_again(&mut self) {
        assert!(self.process.is_none(), "it still runs");
        let mut command = Command::new(program());
        command
            .current_dir(self.folder.path())
            .arg(self.folder.path().join("redis.conf"))
            .args(self.more);
        let mut process = Process::start("redis-server", &mut command);
        eventually("it answers", || {
            let ended = process.ended();
            assert!(ended.is_none(), "it ended: {:?}", process.said());
            let asking = self.ask(&["PING"]);
            async { (asking.await?.first()? == "PONG").then_some(()) }
        })
        .await;
        self.process = Some(process);
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
}

/// The lines of a server that keeps what it is told, and lets the gateway at its own keys and
/// nowhere else.
pub(super) fn keeping(password: &str) -> Vec<String> {
    let lines = [
        "save \"\"",
        "appendonly yes",
        "appendfsync always",
        "maxmemory-policy noeviction",
        "repl-diskless-sync-delay 0",
        "repl-ping-replica-period 1",
        "user gateway on >s3cr3t-of-gateway ~{edr-gateway}:* &{edr-gateway}:* +@all -@dangerous +info",
    ];
    let own = [
        format!("masterauth {password}"),
        format!("user default on >{password} ~* &* +@all"),
    ];
    lines.map(str::to_owned).into_iter().chain(own).collect()
}
