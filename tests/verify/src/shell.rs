//! Programs that verify runs, and what they say.
//!
//! Standard output and standard error of a program share one pipe, so that what is shown stands in
//! the order in which it was written: a test's panic under the test's name.

use std::ffi::OsString;
use std::io::{self, BufRead as _, BufReader};
use std::path::Path;
use std::process::{self, ExitStatus, Stdio};

use crate::outcome::Failure;

/// A program that has not been started.
#[derive(Debug)]
pub(crate) struct Command {
    command: process::Command,
    shown: String,
}

/// A program that has ended.
#[derive(Debug)]
pub(crate) struct Finished {
    /// The command line.
    pub(crate) command: String,
    /// How it ended.
    pub(crate) status: ExitStatus,
    /// What it said.
    pub(crate) output: String,
}

impl From<Finished> for Failure {
    fn from(finished: Finished) -> Self {
        Self {
            reason: format!("{} ended with {}", finished.command, finished.status),
            output: finished.output,
        }
    }
}

impl Command {
    /// A program in a folder; `name` is how it is called in messages.
    pub(crate) fn new(program: OsString, name: &str, folder: &Path) -> Self {
        let mut command = process::Command::new(program);
        command.current_dir(folder).stdin(Stdio::null());
        // Whoever runs under `cargo run` inherits what cargo says about this package. Build scripts
        // of other packages must not see it, or they would run again for nothing.
        for (name, _) in std::env::vars_os() {
            let text = name.to_string_lossy();
            if ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_"]
                .iter()
                .any(|it| text.starts_with(it))
            {
                command.env_remove(&name);
            }
        }
        command
            .env("CARGO_TERM_COLOR", "never")
            .env("CARGO_TERM_PROGRESS_WHEN", "never");
        Self {
            command,
            shown: name.to_owned(),
        }
    }

    /// With these arguments.
    pub(crate) fn args<I: AsRef<std::ffi::OsStr>>(mut self, arguments: &[I]) -> Self {
        for argument in arguments {
            self.shown.push(' ');
            self.shown.push_str(&argument.as_ref().to_string_lossy());
        }
        self.command.args(arguments);
        self
    }

    /// With this variable.
    pub(crate) fn env(mut self, name: &str, value: &str) -> Self {
        self.command.env(name, value);
        self
    }

    /// The command itself, for those who talk to the program while it runs.
    pub(crate) fn into_inner(self) -> process::Command {
        self.command
    }

    /// Runs it, and keeps what it says.
    pub(crate) fn finish(self) -> Result<Finished, Failure> {
        self.finish_with(|_| {})
    }

    /// Runs it; what it says matters only when it fails.
    pub(crate) fn expect_success(self) -> Result<(), Failure> {
        let finished = self.finish()?;
        if finished.status.success() {
            return Ok(());
        }
        Err(finished.into())
    }

    /// Runs it, and hands on every line that it says.
    pub(crate) fn finish_with(self, mut line: impl FnMut(&str)) -> Result<Finished, Failure> {
        let Self { mut command, shown } = self;
        let mut run = || -> io::Result<(ExitStatus, String)> {
            let (reader, writer) = io::pipe()?;
            let mut child = command.stdout(writer.try_clone()?).stderr(writer).spawn()?;
            // The command holds the pipe's other end, which would never close.
            command.stdout(Stdio::null()).stderr(Stdio::null());
            let mut output = String::new();
            for bytes in BufReader::new(reader).split(b'\n') {
                let bytes = bytes?;
                let text = String::from_utf8_lossy(&bytes);
                line(&text);
                output.push_str(&text);
                output.push('\n');
            }
            Ok((child.wait()?, output))
        };
        match run() {
            Ok((status, output)) => Ok(Finished {
                command: shown,
                status,
                output,
            }),
            Err(error) => Err(Failure::because(format!("{shown} cannot be run: {error}"))),
        }
    }

    /// Runs it, and gives what it wrote to standard output; what it wrote to standard error is
    /// shown only when it fails.
    pub(crate) fn silent(self) -> Result<String, Failure> {
        let Self { mut command, shown } = self;
        let result = command
            .output()
            .map_err(|error| Failure::because(format!("{shown} cannot be run: {error}")))?;
        if !result.status.success() {
            return Err(Failure {
                reason: format!("{shown} ended with {}", result.status),
                output: String::from_utf8_lossy(&result.stderr).into_owned(),
            });
        }
        Ok(String::from_utf8_lossy(&result.stdout).into_owned())
    }
}
