//! One of several Redis processes that know of each other: a server, a Sentinel, a node of a
//! cluster.

use std::ffi::OsString;
use std::net::SocketAddr;

use super::daemon::RedisDaemon;
use super::talk::say;
use crate::wait::eventually;

/// The file of its settings, in its folder.
const SETTINGS: &str = "redis.conf";

/// A process with a file of settings, which it writes to itself; it ends with this value.
#[derive(Debug)]
pub struct RedisNode {
    daemon: RedisDaemon,
    /// Who may do everything.
    password: &'static str,
    more: &'static [&'static str],
}

impl RedisNode {
    /// Starts one with these lines in its file, and more on its command line.
    pub(super) async fn start(
        password: &'static str,
        lines: &[String],
        more: &'static [&'static str],
    ) -> Self {
        let daemon = RedisDaemon::place().await;
        let mut text = format!(
            "bind 127.0.0.1\nport {}\ndaemonize no\ndir {}\n",
            daemon.port(),
            daemon.folder().display()
        );
        for line in lines {
            text.push_str(line);
            text.push('\n');
        }
        std::fs::write(daemon.folder().join(SETTINGS), text).expect("a file");
        let mut node = Self {
            daemon,
            password,
            more,
        };
        node.start_again().await;
        node
    }

    /// Where it listens.
    #[must_use]
    pub fn addr(&self) -> SocketAddr {
        self.daemon.addr()
    }

    /// The port alone.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.daemon.port()
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
        self.daemon.kill();
    }

    /// Starts it again, with what it has kept.
    ///
    /// # Panics
    /// When it runs, or does not start.
    pub async fn start_again(&mut self) {
        let mut arguments = vec![OsString::from(SETTINGS)];
        arguments.extend(self.more.iter().map(OsString::from));
        let password = Some(self.password);
        self.daemon.start(&arguments, password).await;
    }

    /// Lets it stand still; connections stay open and are not answered.
    pub fn freeze(&self) {
        self.daemon.freeze();
    }

    /// Lets it go on.
    pub fn thaw(&self) {
        self.daemon.thaw();
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
