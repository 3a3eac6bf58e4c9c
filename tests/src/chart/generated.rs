//! What is made of something else and stands in the repository all the same: `cargo chart` makes
//! it.
//!
//! The chart must hold its own copies, because Helm packs nothing from outside the chart's folder;
//! the README's table would rot beside the values; and the plain manifests are the chart, rendered.

use std::fmt::Write as _;
use std::io;
use std::path::PathBuf;

use crate::chart::values;
use crate::chart::variants::{KUSTOMIZE_VALUES, folder};
use crate::repository::root;

/// The plain manifests.
pub const KUSTOMIZE_MANIFESTS: &str = "deploy/kustomize/edr-gateway.yaml";

/// Files that the chart holds copies of: where from, and where to.
const COPIES: [(&str, &str); 2] = [
    ("deploy/alerts.yaml", "files/alerts.yaml"),
    ("deploy/dashboard.json", "files/dashboard.json"),
];

/// The README's table stands between these.
const TABLE: (&str, &str) = ("<!-- values -->\n", "<!-- /values -->\n");

/// A file, and what must be in it.
#[derive(Debug)]
pub struct File {
    /// Where it is.
    pub path: PathBuf,
    /// What must be in it.
    pub content: String,
}

impl File {
    /// Whether that is in it.
    #[must_use]
    pub fn is_current(&self) -> bool {
        std::fs::read_to_string(&self.path).is_ok_and(|it| it == self.content)
    }
}

/// Everything that can be made without Helm.
///
/// # Errors
/// When what it is made of cannot be read.
pub fn without_helm() -> io::Result<Vec<File>> {
    let read = |path: PathBuf| {
        std::fs::read_to_string(&path)
            .map_err(|error| io::Error::new(error.kind(), format!("{}: {error}", path.display())))
    };
    let mut files = Vec::new();
    for (from, to) in COPIES {
        files.push(File {
            path: folder().join(to),
            content: read(root().join(from))?,
        });
    }
    let path = folder().join("README.md");
    let readme = read(path.clone())?;
    let parts = readme
        .split_once(TABLE.0)
        .and_then(|(before, rest)| Some((before, rest.split_once(TABLE.1)?.1)));
    let Some((before, after)) = parts else {
        return Err(io::Error::other(
            "helm/README.md has no place for the table of values",
        ));
    };
    let content = format!("{before}{}{}{}{after}", TABLE.0, table(), TABLE.1);
    files.push(File { path, content });
    Ok(files)
}

/// The table of all values.
fn table() -> String {
    let mut table = "| value | default | meaning |\n| --- | --- | --- |\n".to_owned();
    for entry in values::entries(&values::text()) {
        let default = entry.default.map(|it| format!("`{it}`"));
        let default = default.as_deref().unwrap_or("–").replace('|', "\\|");
        let about = entry.about.replace('|', "\\|");
        writeln!(table, "| `{}` | {default} | {about} |", entry.path)
            .expect("a String takes everything");
    }
    table
}

/// The plain manifests, of what Helm has rendered: without its labels and its remarks, which would
/// lie there.
#[must_use]
pub fn manifests(rendered: &str) -> File {
    let mut content = format!(
        "# Made by `cargo chart` of the chart in helm/ and of {KUSTOMIZE_VALUES}. Do not edit: patch it in kustomization.yaml.\n"
    );
    let foreign = [
        "helm.sh/chart:",
        "app.kubernetes.io/managed-by:",
        "# Source:",
    ];
    for line in rendered.lines().map(str::trim_end) {
        if !foreign.iter().any(|it| line.trim_start().starts_with(it)) {
            content.push_str(line);
            content.push('\n');
        }
    }
    File {
        path: root().join(KUSTOMIZE_MANIFESTS),
        content,
    }
}
