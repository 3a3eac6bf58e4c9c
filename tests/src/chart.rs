//! The Helm chart: its values, what is made of it, and the real program that renders it.
//!
//! The chart stands in `helm/`. [`values`] and [`schema`] read it without Helm; [`Helm`] runs the real
//! program, which `cargo verify` puts beside what cargo builds.

pub mod generated;
mod helm;
pub mod schema;
pub mod values;

use std::path::{Path, PathBuf};

pub use helm::{Helm, Objects, Rendered, kubectl};

/// The repository.
#[must_use]
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .unwrap_or(Path::new("/"))
        .to_owned()
}

/// The chart.
#[must_use]
pub fn folder() -> PathBuf {
    root().join("helm")
}

/// The values files of `helm/ci`, in order: every supported way to configure, called by its case.
///
/// # Panics
/// When the folder cannot be read.
#[must_use]
pub fn variants() -> Vec<(String, PathBuf)> {
    let mut variants: Vec<(String, PathBuf)> = std::fs::read_dir(folder().join("ci"))
        .expect("helm/ci")
        .map(|it| it.expect("helm/ci can be read").path())
        .map(|path| {
            let name = path.file_name().expect("a name").to_string_lossy();
            let case = name.strip_suffix("-values.yaml");
            let case = case.unwrap_or_else(|| panic!("{name} is not called <case>-values.yaml"));
            (case.to_owned(), path.clone())
        })
        .collect();
    variants.sort();
    // What people who have no Helm start with.
    variants.push((
        "kustomize".to_owned(),
        root().join(generated::KUSTOMIZE_VALUES),
    ));
    variants
}
