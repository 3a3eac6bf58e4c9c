//! One question to the gateway's binary, and its answer.

use std::process::Stdio;

use tokio::io::AsyncWriteExt as _;
use tokio::process::{Child, Command};

/// What it said, and what it ended with.
#[derive(Debug)]
pub struct Answer {
    /// The exit code; a signal has none.
    pub code: Option<i32>,
    /// Standard output.
    pub output: String,
    /// Standard error.
    pub errors: String,
}

impl Answer {
    /// Standard output, which is one JSON document.
    ///
    /// # Panics
    /// When it is none.
    #[must_use]
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.output)
            .unwrap_or_else(|error| panic!("{error}: {}{}", self.output, self.errors))
    }
}

/// Where standard output leads to, other than into the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hearer {
    /// A pipe of which the other end was closed.
    Gone,
    /// A disk that is full.
    Full,
}

/// Runs the gateway's binary with these arguments and variables and this standard input, and waits
/// until it ends.
///
/// # Panics
/// When it cannot be run, or says what is not UTF-8.
pub async fn ask(arguments: &[&str], environment: &[(&str, &str)], input: &[u8]) -> Answer {
    let mut command = command(arguments).await;
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .envs(environment.iter().copied());
    let mut process = command.spawn().expect("it starts");
    let mut stdin = process.stdin.take().expect("a pipe");
    // Whoever does not read it has ended before, or does not want it.
    let _gone = stdin.write_all(input).await;
    drop(stdin);
    answer(process).await
}

/// The same without standard input, and with nobody who reads what it says on standard output.
///
/// # Panics
/// When it cannot be run, or the system has no `/dev/full`.
pub async fn ask_into(hearer: Hearer, arguments: &[&str]) -> Answer {
    let mut command = command(arguments).await;
    let output: Stdio = match hearer {
        Hearer::Gone => {
            let (reader, writer) = std::io::pipe().expect("a pipe");
            drop(reader);
            writer.into()
        }
        Hearer::Full => {
            let full = std::fs::File::options().write(true).open("/dev/full");
            full.expect("/dev/full").into()
        }
    };
    command.stdin(Stdio::null()).stdout(output);
    answer(command.spawn().expect("it starts")).await
}

async fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(super::build::program().await);
    command
        .args(arguments)
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    // What this shell prefers is no part of the question.
    for name in [
        "RUST_LOG",
        "HTTPS_PROXY",
        "https_proxy",
        "NO_PROXY",
        "no_proxy",
    ] {
        command.env_remove(name);
    }
    command
}

async fn answer(process: Child) -> Answer {
    let ended = process.wait_with_output().await.expect("it ends");
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    Answer {
        code: ended.status.code(),
        output: text(ended.stdout),
        errors: text(ended.stderr),
    }
}
