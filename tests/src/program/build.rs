//! The binaries of the gateway, of the simulator and of `edrctl`, of the profile and in the folder of the program that
//! asks for them.
//!
//! Cargo builds it next to this program, but only when its own package is asked for; a file that
//! lies there may be older than the code. So cargo is asked once a process: what is fresh takes it
//! a moment.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use tokio::process::Command;
use tokio::sync::OnceCell;

/// The folder in which they are.
///
/// # Panics
/// When they cannot be built.
pub async fn built_programs() -> &'static Path {
    let gateway = program().await;
    gateway.parent().expect("a program lies in a folder")
}

/// Where the gateway's is.
///
/// # Panics
/// When it cannot be built.
pub(super) async fn program() -> &'static Path {
    static PROGRAM: OnceCell<PathBuf> = OnceCell::const_new();
    PROGRAM.get_or_init(build).await
}

async fn build() -> PathBuf {
    // `target/debug/deps/it-0123456789abcdef` for a test, `target/debug/verify` for a program.
    let own = std::env::current_exe().expect("the system knows this program");
    let mut folder = own.parent().expect("a program lies in a folder");
    if folder.ends_with("deps") {
        folder = folder.parent().expect("deps lies in a profile's folder");
    }
    let target = folder.parent().expect("a profile lies in a target folder");
    // The profile `dev` is the one whose folder has another name.
    let profile = match folder.file_name().and_then(|it| it.to_str()) {
        Some("debug") | None => "dev",
        Some(other) => other,
    };
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo
        .current_dir(root)
        // The features of everything in the workspace, so that nothing is compiled a second time.
        .args(["build", "--workspace", "--locked"])
        .args(["--bin", "edr-gateway", "--bin", "ksc-simulator"])
        .args(["--bin", "edrctl"])
        .args(["--profile", profile, "--target-dir"])
        .arg(target)
        .env("CARGO_TERM_COLOR", "never")
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
    let built = cargo.output().await.expect("cargo can be run");
    assert!(
        built.status.success(),
        "the gateway cannot be built: {}\n{}",
        built.status,
        String::from_utf8_lossy(&built.stderr)
    );
    folder.join("edr-gateway")
}
