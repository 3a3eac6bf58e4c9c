//! A process of Redis on a port and in a folder of its own, which ends and is started again.

use std::ffi::OsString;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use super::talk::say;
use crate::port;
use crate::process::{Process, Signal};
use crate::wait::eventually;

/// Programs that will do, the first that is there.
const PROGRAMS: [&str; 2] = ["redis-server", "valkey-server"];

/// A process, or the place for one; it ends with this value.
#[derive(Debug)]
pub(super) struct RedisDaemon {
    process: Option<Process>,
    port: u16,
    folder: TempDir,
}

impl RedisDaemon {
    /// The place: a free port and an empty folder.
    pub(super) async fn place() -> Self {
        Self {
            process: None,
            port: port::free().await.port(),
            folder: tempfile::tempdir().expect("a folder"),
        }
    }

    pub(super) fn port(&self) -> u16 {
        self.port
    }

    pub(super) fn addr(&self) -> SocketAddr {
        SocketAddr::from((Ipv4Addr::LOCALHOST, self.port))
    }

    pub(super) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Starts the process with these arguments, and waits until it answers to whoever has this
    /// password.
    ///
    /// # Panics
    /// When it runs, there is no such program, or it does not start.
    pub(super) async fn start(&mut self, arguments: &[OsString], password: Option<&str>) {
        assert!(self.process.is_none(), "it still runs");
        let mut command = Command::new(program());
        command.current_dir(self.folder()).args(arguments);
        let mut process = Process::start("redis-server", &mut command);
        let login = password.map(|it| ["AUTH", it]);
        let mut words: Vec<&[&str]> = login.iter().map(<[&str; 2]>::as_slice).collect();
        words.push(&["PING"]);
        eventually("redis answers", || {
            let ended = process.ended();
            assert!(
                ended.is_none(),
                "redis ended: {ended:?}\n{:?}",
                process.said()
            );
            let asking = say(self.addr(), &words);
            async { (asking.await?.first()? == "PONG").then_some(()) }
        })
        .await;
        self.process = Some(process);
    }

    /// Asks it to end, and waits until it has.
    pub(super) async fn stop(&mut self) {
        if let Some(mut process) = self.process.take() {
            process.signal(Signal::Terminate);
            process.end().await;
        }
    }

    /// Ends it where it stands.
    pub(super) fn kill(&mut self) {
        self.process = None;
    }

    /// Ends it, and forgets what it has kept.
    pub(super) fn forget(&mut self) {
        self.kill();
        self.folder = tempfile::tempdir().expect("a folder");
    }

    /// Lets it stand still; connections stay open and are not answered.
    pub(super) fn freeze(&self) {
        if let Some(process) = &self.process {
            process.signal(Signal::Stop);
        }
    }

    /// Lets it go on.
    pub(super) fn thaw(&self) {
        if let Some(process) = &self.process {
            process.signal(Signal::Continue);
        }
    }
}

/// The server's program.
fn program() -> PathBuf {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    PROGRAMS
        .iter()
        .flat_map(|name| folders.iter().map(move |folder| folder.join(name)))
        .find(|it| it.is_file())
        .unwrap_or_else(|| panic!("none of {PROGRAMS:?} is on PATH: `cargo verify` installs one"))
}
