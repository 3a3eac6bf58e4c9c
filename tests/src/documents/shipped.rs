//! The integrations that are shipped: which files there must be, and which there are.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};

use crate::chart::generated::File;
use crate::repository::root;

/// Where they stand.
fn folder() -> PathBuf {
    root().join("deploy/integrations")
}

/// The files that there must be.
pub fn files() -> impl Iterator<Item = File> {
    integrations::files().into_iter().map(|it| File {
        path: folder().join(it.path),
        content: it.content,
    })
}

/// The files that are there and that nothing makes any more.
///
/// # Errors
/// When the folder cannot be read.
pub fn forgotten() -> io::Result<Vec<PathBuf>> {
    let made: BTreeSet<PathBuf> = files().map(|it| it.path).collect();
    let mut there = Vec::new();
    collect(&folder(), &mut there)?;
    there.retain(|it| !made.contains(it));
    Ok(there)
}

fn collect(folder: &Path, into: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            collect(&entry.path(), into)?;
        } else {
            into.push(entry.path());
        }
    }
    Ok(())
}
