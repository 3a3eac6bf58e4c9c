//! Where the chart stands, and every supported way to configure it.

use std::path::PathBuf;

use crate::repository::root;

/// The values that the plain manifests are rendered with.
pub const KUSTOMIZE_VALUES: &str = "deploy/kustomize/values.yaml";

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
    variants.push(("kustomize".to_owned(), root().join(KUSTOMIZE_VALUES)));
    variants
}
