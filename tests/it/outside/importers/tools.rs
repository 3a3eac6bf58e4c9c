//! The tools, where `cargo verify` has put them.

use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};

use acceptance::repository::installed;
use tokio::process::Command;

/// A tool of npm's.
pub(in crate::outside) fn of_npm(name: &str) -> Command {
    of_npm_in("importers/npm", name)
}

/// A tool of one of npm's folders.
pub(in crate::outside) fn of_npm_in(folder: &str, name: &str) -> Command {
    let programs = installed(folder).join("node_modules/.bin");
    let mut command = tool(&programs.join(name));
    // Nothing is told to its makers.
    command
        .env("REDOCLY_TELEMETRY", "off")
        .env("REDOCLY_SUPPRESS_UPDATE_NOTICE", "true");
    command
}

/// A program of one of Python's environments.
pub(in crate::outside) fn of_python(environment: &str, name: &str) -> Command {
    of_environment(&format!("importers/{environment}"), name)
}

/// A program of an environment of Python's, wherever it stands.
pub(in crate::outside) fn of_environment(environment: &str, name: &str) -> Command {
    let mut command = tool(&installed(environment).join("bin").join(name));
    // What is generated is run once.
    command.env("PYTHONDONTWRITEBYTECODE", "1");
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
pub(in crate::outside) async fn run(mut command: Command) -> (bool, String) {
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
pub(in crate::outside) async fn must(command: Command) -> String {
    let what = format!("{:?}", command.as_std());
    let (well, said) = run(command).await;
    assert!(well, "{what}: {said}");
    said
}

/// Generates a client by openapi-generator, which checks the document first.
pub(in crate::outside) async fn generate(
    document: &Path,
    generator: &str,
    into: &Path,
) -> (PathBuf, String) {
    let folder = into.join(generator);
    let mut command = of_python("generator", "openapi-generator-cli");
    command
        .args(["generate", "--generator-name", generator, "--input-spec"])
        .arg(document)
        .arg("--output")
        .arg(&folder);
    let said = must(command).await;
    (folder, said)
}
