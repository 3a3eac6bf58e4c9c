//! kubectl, talking to the server of this run and to no other.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::outcome::Failure;

/// The program and the server.
pub(crate) struct Kubectl {
    program: PathBuf,
    kubeconfig: PathBuf,
}

impl Kubectl {
    pub(crate) fn new(program: PathBuf, kubeconfig: PathBuf) -> Self {
        Self {
            program,
            kubeconfig,
        }
    }

    /// Where the server is, for Helm as well.
    pub(crate) fn kubeconfig(&self) -> &PathBuf {
        &self.kubeconfig
    }

    /// Runs it; what it says when it ends well.
    pub(crate) fn say(&self, arguments: &[&str]) -> Result<String, Failure> {
        self.feed(arguments, "")
    }

    /// The same with something to read.
    pub(crate) fn feed(&self, arguments: &[&str], input: &str) -> Result<String, Failure> {
        let shown = format!("kubectl {}", arguments.join(" "));
        let broken = |error: std::io::Error| Failure::because(format!("{shown}: {error}"));
        let mut child = Command::new(&self.program)
            .env("KUBECONFIG", &self.kubeconfig)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(broken)?;
        let mut writer = child.stdin.take().expect("standard input is piped");
        // It reads everything before it answers; one that ends early says why by itself.
        let _read = writer.write_all(input.as_bytes());
        drop(writer);
        let output = child.wait_with_output().map_err(broken)?;
        if output.status.success() {
            return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
        }
        Err(Failure {
            reason: format!("{shown} ended with {}", output.status),
            output: String::from_utf8_lossy(&output.stderr).into_owned(),
        })
    }

    /// An object as the server has it.
    pub(crate) fn get(&self, kind: &str, name: &str) -> Result<Value, Failure> {
        let said = self.say(&["--namespace", "soc", "get", kind, name, "--output", "json"])?;
        serde_json::from_str(&said)
            .map_err(|error| Failure::because(format!("{kind} {name}: {error}")))
    }
}
