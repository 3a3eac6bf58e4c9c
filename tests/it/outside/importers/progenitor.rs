//! The client in Rust that progenitor makes of OpenAPI 3.0.
//!
//! It is built as a crate of its own: it would bring more crates into the repository than the gateway has.

use acceptance::House;
use acceptance::repository::{fixture, installed};
use dialects::Dialect;
use tokio::process::Command;

use super::conversation::holds;
use super::served::fetch;
use super::tools::must;

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs crates.io: cargo verify"]
async fn a_client_of_progenitors_compiles_isolates_once_and_hears_refusals() {
    let house = House::open().await;
    let folder = tempfile::tempdir().expect("a folder");
    let source = folder.path();
    std::fs::create_dir(source.join("src")).expect("a folder");
    for file in ["Cargo.toml", "Cargo.lock", "build.rs", "src/main.rs"] {
        let from = fixture("importers/progenitor").join(file);
        std::fs::copy(from, source.join(file)).expect("a file");
    }
    fetch(&house, Dialect::OpenApi30, source).await;
    // What it depends on is built once.
    let target = installed("importers/progenitor");
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut build = Command::new(cargo);
    build
        .args(["build", "--quiet", "--locked", "--target-dir"])
        .arg(&target)
        .current_dir(source)
        .kill_on_drop(true);

    must(build).await;

    holds(&house, Command::new(target.join("debug/client"))).await;
    house.close().await;
}
