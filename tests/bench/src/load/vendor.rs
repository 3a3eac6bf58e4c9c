//! The vendor's flow: a script for each action, which logs in, calls twice, and ends.

use std::path::PathBuf;
use std::process::Stdio;

use tokio::process::Command;

/// A Python script, and what it needs.
#[derive(Debug, Clone)]
pub(crate) struct Script {
    /// Python.
    pub(crate) python: PathBuf,
    /// The script.
    pub(crate) file: PathBuf,
    /// KSC's address.
    pub(crate) endpoint: String,
    /// KSC's certificate.
    pub(crate) certificate: PathBuf,
}

impl Script {
    /// Runs it for one device.
    pub(super) async fn run(&self, host: &str) -> Result<(), String> {
        let output = Command::new(&self.python)
            .arg(&self.file)
            .arg(&self.endpoint)
            .arg(&self.certificate)
            .arg(host)
            .stdin(Stdio::null())
            .kill_on_drop(true)
            .output()
            .await
            .map_err(|it| format!("{}: {it}", self.python.display()))?;
        if output.status.success() {
            return Ok(());
        }
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        Err(format!("the script ended with {}: {said}", output.status))
    }
}
