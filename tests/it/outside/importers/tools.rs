//! The tools, where `cargo verify` has put them.

use std::path::Path;
use std::process::{Output, Stdio};

use acceptance::repository::installed;
use tokio::process::Command;

/// A tool of npm's.
pub(super) fn of_npm(name: &str) -> Command {
    let mut command = tool(&installed("importers/npm/node_modules/.bin").join(name));
    // Nothing is told to its makers.
    command
        .env("REDOCLY_TELEMETRY", "off")
        .env("REDOCLY_SUPPRESS_UPDATE_NOTICE", "true");
    command
}

fn tool(program: &Path) -> Command {
    let there = program.is_file();
    assert!(
        there,
        "{} is missing: `cargo verify` installs it",
        program.display()
    );
    let mut command = Command::new(program);
    command.stdin(Stdio::null()).kill_on_drop(true);
    command
}

/// Runs a tool to its end, and gives both of what it said as one text.
pub(super) async fn run(mut command: Command) -> (bool, String) {
    let Output {
        status,
        stdout,
        stderr,
    } = command.output().await.expect("the tool runs");
    let said = [stdout, stderr].concat();
    (
        status.success(),
        String::from_utf8_lossy(&said).into_owned(),
    )
}

/// Runs a tool that must end well.
pub(super) async fn must(command: Command) -> String {
    let what = format!("{:?}", command.as_std());
    let (well, said) = run(command).await;
    assert!(well, "{what}: {said}");
    said
}
