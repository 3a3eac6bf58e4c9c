//! `edrctl` as it is delivered: one static program that runs where there is nothing else.
//!
//! It comes out of the same Dockerfile as the image, by a stage of its own.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use crate::buildah::{Store, broken};
use crate::ground::Ground;
use crate::outcome::{Failure, Outcome};
use crate::screen::say;
use crate::shell::Command;

/// What it is called where it is built.
const TAG: &str = "localhost/edrctl";

/// The one that was built ahead in this run, until somebody wants it.
static AHEAD: Mutex<Option<Tool>> = Mutex::new(None);

/// The program that was built.
pub(crate) struct Tool {
    /// A root with nothing in it but the program.
    files: PathBuf,
}

/// Builds it for whoever wants it later in this run.
pub(crate) fn build_ahead(ground: &Ground) -> Result<(), Failure> {
    let tool = build_now(ground)?;
    *AHEAD.lock().unwrap_or_else(PoisonError::into_inner) = Some(tool);
    Ok(())
}

/// The program: the one that was built ahead, or one that is built now.
pub(crate) fn build(ground: &Ground) -> Result<Tool, Failure> {
    let ahead = AHEAD.lock().unwrap_or_else(PoisonError::into_inner).take();
    ahead.map_or_else(|| build_now(ground), Ok)
}

fn build_now(ground: &Ground) -> Result<Tool, Failure> {
    say("      building edrctl of deploy/Dockerfile with buildah");
    let store = Store::open(ground)?;
    store.build(TAG, &["--target", "edrctl"])?;
    let files = store.unpack(TAG, "edrctl")?;
    Ok(Tool { files })
}

impl Tool {
    /// The program.
    pub(crate) fn program(&self) -> PathBuf {
        self.files.join("edrctl")
    }

    /// It needs no library, and runs alone.
    pub(crate) fn look(&self, ground: &Ground) -> Outcome {
        is_static(ground, &self.program())?;
        runs(ground, &self.files, "/edrctl")?;
        let program = self.program();
        let size = fs::metadata(&program).map_err(broken(&program))?.len();
        Ok(format!(
            "static, {} KiB, runs in a root of its own",
            size / 1024
        ))
    }
}

/// Nothing is to be loaded beside it, and nothing loads it.
fn is_static(ground: &Ground, program: &Path) -> Result<(), Failure> {
    let headers = ground
        .command("readelf", "readelf")
        .env("LC_ALL", "C")
        .args(&["--wide", "--program-headers", "--dynamic"])
        .args(&[program])
        .silent()?;
    let needed = headers
        .lines()
        .find(|it| it.contains("INTERP") || it.contains("(NEEDED)"));
    match needed {
        Some(line) => Err(Failure::because(format!("edrctl is not static: {line}"))),
        None => Ok(()),
    }
}

/// It runs with this folder as its root, as nobody: it says its version, finds a name that stands
/// among the hosts there, and says that nobody listens.
pub(crate) fn runs(ground: &Ground, root: &Path, program: &str) -> Result<(), Failure> {
    let version = alone(ground, root, program, &["--version"]).silent()?;
    let expected = format!("edrctl {}", env!("CARGO_PKG_VERSION"));
    if version.trim() != expected {
        return Err(Failure::because(format!(
            "edrctl says that it is {version:?} instead of {expected}"
        )));
    }
    let etc = root.join("etc");
    fs::create_dir_all(&etc).map_err(broken(&etc))?;
    for (name, text) in [
        ("hosts", "127.0.0.1 gateway.corp.example\n".to_owned()),
        ("ca.pem", authority()?),
    ] {
        let path = etc.join(name);
        fs::write(&path, text).map_err(broken(&path))?;
    }
    let finished = alone(ground, root, program, &["whoami", "--retryFor", "0"])
        .env("EDR_GATEWAY_URL", "https://gateway.corp.example:9")
        .env("EDR_GATEWAY_TOKEN", "none")
        .env("EDR_GATEWAY_CA_FILE", "/etc/ca.pem")
        .finish()?;
    if finished.status.code() == Some(4) && finished.output.contains("refused") {
        return Ok(());
    }
    Err(finished.into())
}

/// Some authority: without one there is nothing that it could trust.
fn authority() -> Result<String, Failure> {
    let made = rcgen::generate_simple_self_signed(["gateway.corp.example".to_owned()]);
    let made = made.map_err(|error| Failure::because(error.to_string()))?;
    Ok(made.cert.pem())
}

fn alone(ground: &Ground, root: &Path, program: &str, arguments: &[&str]) -> Command {
    ground
        .command("chroot", "edrctl")
        .args(&["--userspec=65532:65532", "--groups="])
        .args(&[root])
        .args(&[program])
        .args(arguments)
}
