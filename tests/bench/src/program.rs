//! The program that is measured, built as it is delivered, and the place of what else is needed.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tokio::process::Command;

use crate::options::Options;
use crate::rig::Workshop;
use crate::tokens::Issuer;

/// What rigs are made with; keys and the like are in this folder.
pub(crate) async fn workshop(options: &Options, folder: &Path) -> Result<Workshop, String> {
    let gateway = match &options.gateway {
        Some(gateway) => gateway.clone(),
        None => build().await?,
    };
    let issuer = Issuer::make(&gateway, folder).await?;
    let processors = std::thread::available_parallelism().map_or(2, usize::from);
    Ok(Workshop {
        gateway,
        before: options.against.clone(),
        settings: options.gateway_setting.clone(),
        issuer,
        peers: target()?.join("bench-peers"),
        processors,
    })
}

/// As many open files as this process and its children may have: each connection is one.
pub(crate) fn many_files() {
    let limit = getrlimit(Resource::Nofile);
    let most = Rlimit {
        current: limit.maximum,
        ..limit
    };
    // Few are enough for most of it, and what needs more says so.
    let _unchanged = setrlimit(Resource::Nofile, most);
}

/// Where cargo builds: this program lies in `target/release`.
pub(crate) fn target() -> Result<PathBuf, String> {
    let own = std::env::current_exe().map_err(|it| it.to_string())?;
    let target = own.ancestors().nth(2);
    target
        .map(Path::to_owned)
        .ok_or_else(|| "this program does not lie where cargo builds".to_owned())
}

/// Has cargo build the gateway as its image does, its own package alone.
async fn build() -> Result<PathBuf, String> {
    let target = target()?;
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .args(["build", "--release", "--locked", "--package", "edr-gateway"])
        .args(["--bin", "edr-gateway", "--target-dir"])
        .arg(&target)
        .stdin(Stdio::null());
    // What cargo says about this package is not for the build scripts of others: they would run
    // again for nothing.
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        let told = ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_"];
        if told.iter().any(|it| text.starts_with(it)) {
            cargo.env_remove(&name);
        }
    }
    let status = cargo.status().await.map_err(|it| format!("cargo: {it}"))?;
    if !status.success() {
        return Err(format!("the gateway cannot be built: {status}"));
    }
    Ok(target.join("release/edr-gateway"))
}
