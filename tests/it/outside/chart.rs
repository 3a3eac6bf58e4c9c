//! The Helm chart: what can be said of its files, and what it makes of values.

mod files;
mod kustomize;
mod mistakes;
mod notes;
mod objects;
mod pods;
mod schema;
mod secrets;
mod settings;
mod snapshots;

use std::io::Write as _;
use std::path::PathBuf;

use acceptance::chart::{Helm, Objects, Rendered, folder};
use tempfile::NamedTempFile;

/// The values file of a case.
fn ci(case: &str) -> PathBuf {
    folder().join(format!("ci/{case}-values.yaml"))
}

/// What the newest Helm makes of a case, with more options.
fn render(case: &str, more: &[&str]) -> Rendered {
    Helm::newest().template(&ci(case), more)
}

/// The same where it must succeed.
fn objects(case: &str, more: &[&str]) -> Objects {
    render(case, more).unwrap_or_else(|said| panic!("{case} {more:?}: {said}"))
}

/// Why it does not render.
fn refusal(case: &str, more: &[&str]) -> String {
    match render(case, more) {
        Ok(_) => panic!("{case} {more:?} renders"),
        // Both majors break lines where they like.
        Err(said) => said.split_whitespace().collect::<Vec<_>>().join(" "),
    }
}

/// A file with these values.
fn values(text: &str) -> NamedTempFile {
    let mut file = NamedTempFile::new().expect("a file");
    file.write_all(text.as_bytes()).expect("it is written");
    file
}
