//! What the newest Helm makes of the chart, or why it makes nothing.

use std::io::Write as _;
use std::path::PathBuf;

use acceptance::chart::{Helm, Objects, Rendered, folder};
use tempfile::NamedTempFile;

/// The values file of a case.
pub(crate) fn ci(case: &str) -> PathBuf {
    folder().join(format!("ci/{case}-values.yaml"))
}

/// What the newest Helm makes of a case, with more options.
pub(crate) fn render(case: &str, more: &[&str]) -> Rendered {
    Helm::newest().template(&ci(case), more)
}

/// The same where it must succeed.
pub(crate) fn objects(case: &str, more: &[&str]) -> Objects {
    render(case, more).unwrap_or_else(|said| panic!("{case} {more:?}: {said}"))
}

/// Why it does not render.
pub(crate) fn refusal(case: &str, more: &[&str]) -> String {
    match render(case, more) {
        Ok(_) => panic!("{case} {more:?} renders"),
        // Both majors break lines where they like.
        Err(said) => said.split_whitespace().collect::<Vec<_>>().join(" "),
    }
}

/// A file with these values.
pub(crate) fn values(text: &str) -> NamedTempFile {
    let mut file = NamedTempFile::new().expect("a file");
    file.write_all(text.as_bytes()).expect("it is written");
    file
}
