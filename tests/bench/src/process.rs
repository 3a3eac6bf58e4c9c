//! A program as a process of its own: started, asked to end, and never left behind.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use tokio::process::{Child, Command};

/// Longest wait for the end of a program that was asked to end.
const PATIENCE: Duration = Duration::from_secs(30);

/// A running program; it ends with this value.
#[derive(Debug)]
pub(crate) struct Process {
    name: String,
    child: Child,
}

impl Process {
    /// Starts it. Its errors are shown where ours are; what else it says is nobody's.
    pub(crate) fn start(name: &str, command: &mut Command) -> Result<Self, String> {
        command.stdin(Stdio::null()).stdout(Stdio::null());
        Self::spawn(name, command)
    }

    /// The same, with input and output as the command has them.
    pub(crate) fn spawn(name: &str, command: &mut Command) -> Result<Self, String> {
        let child = command
            .kill_on_drop(true)
            .spawn()
            .map_err(|it| format!("{name} cannot be run: {it}"))?;
        Ok(Self {
            name: name.to_owned(),
            child,
        })
    }

    /// Its number; nothing when it has ended.
    pub(crate) fn id(&self) -> Result<u32, String> {
        let id = self.child.id();
        id.ok_or_else(|| format!("{} has ended", self.name))
    }

    /// The process itself, for those who talk to it.
    pub(crate) fn child(&mut self) -> &mut Child {
        &mut self.child
    }

    /// How it ended, when it has.
    pub(crate) fn ended(&mut self) -> Option<String> {
        let status = self.child.try_wait().ok()??;
        Some(format!("{} ended with {status}", self.name))
    }

    /// Asks it to end, and waits until it has.
    pub(crate) async fn end(mut self) {
        let Some(id) = self.child.id() else { return };
        // The shell's own `kill`: the standard library knows SIGKILL alone.
        let kill = format!("kill -TERM {id}");
        let _ended_already = Command::new("sh").args(["-c", &kill]).status().await;
        let _late = tokio::time::timeout(PATIENCE, self.child.wait()).await;
    }
}

/// What a program says to these arguments, trimmed; its first line alone.
pub(crate) async fn first_line(program: &Path, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .await
        .ok()?;
    let said = if output.stdout.is_empty() {
        output.stderr
    } else {
        output.stdout
    };
    let said = String::from_utf8_lossy(&said).into_owned();
    said.lines()
        .map(str::trim)
        .find(|it| !it.is_empty())
        .map(str::to_owned)
}

/// The first program of this name on PATH.
pub(crate) fn on_path(name: &str) -> Option<std::path::PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .map(|it| it.join(name))
        .find(|it| it.is_file())
}
