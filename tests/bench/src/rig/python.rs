//! Python before KSC: a service that lives for long, and the vendor's flow, a process an action.

use std::net::SocketAddr;
use std::path::PathBuf;

use tokio::process::Command;

use super::port;
use super::stand_in::StandIn;
use super::workshop::Workshop;
use crate::load::Script;
use crate::process::Process;
use crate::tokens::{AUDIENCE, ISSUER};

/// Python with what the scripts need.
const PYTHON: &str = "bin/python3";

fn scripts() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("python")
}

/// Starts the service; gives its process and where it listens.
pub(super) async fn start(
    stand_in: &StandIn,
    workshop: &Workshop,
) -> Result<(Process, SocketAddr), String> {
    let address = port::free()?;
    let mut command = Command::new(workshop.installed(PYTHON)?);
    command
        .args(["-m", "uvicorn", "service:app", "--no-access-log"])
        .args(["--log-level", "warning", "--host", "127.0.0.1", "--port"])
        .arg(address.port().to_string())
        .current_dir(scripts())
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .env("BENCH_KSC", format!("https://{}", stand_in.address))
        .env("BENCH_CERTIFICATE", &stand_in.certificate_file)
        .env("BENCH_KEYS", workshop.issuer.key_set())
        .env("BENCH_ISSUER", ISSUER)
        .env("BENCH_AUDIENCE", AUDIENCE);
    let mut process = Process::start("uvicorn", &mut command)?;
    port::listens(&mut process, address).await?;
    Ok((process, address))
}

/// The vendor's flow.
pub(super) fn script(stand_in: &StandIn, workshop: &Workshop) -> Result<Script, String> {
    Ok(Script {
        python: workshop.installed(PYTHON)?,
        file: scripts().join("script.py"),
        endpoint: format!("https://{}", stand_in.address),
        certificate: stand_in.certificate_file.clone(),
    })
}
