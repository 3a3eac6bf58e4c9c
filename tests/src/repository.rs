//! The repository that the tests stand in, and what lies beside what cargo builds of it.

use std::path::{Path, PathBuf};

/// The repository.
#[must_use]
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .unwrap_or(Path::new("/"))
        .to_owned()
}

/// The text of a file of the repository.
///
/// # Panics
/// When it cannot be read.
#[must_use]
pub fn read(name: &str) -> String {
    std::fs::read_to_string(root().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// A file or folder of `tests/fixtures`.
#[must_use]
pub fn fixture(name: &str) -> PathBuf {
    root().join("tests/fixtures").join(name)
}

/// Where `cargo verify` has put a program: in cargo's target folder, which this test runs from.
///
/// # Panics
/// When the test does not run from a target folder.
#[must_use]
pub fn installed(name: &str) -> PathBuf {
    let program = std::env::current_exe().expect("this program has a path");
    // target/debug/deps/it-0123456789abcdef
    let target = program.ancestors().nth(3).expect("a target folder");
    target.join(name)
}
