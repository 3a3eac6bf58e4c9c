//! Where a package is made, and how it is looked at where it was installed.

use std::fs;
use std::path::{Path, PathBuf};

use super::contents::{self, Kind};
use crate::buildah::broken;
use crate::ground::Ground;
use crate::laid;
use crate::outcome::Failure;
use crate::tool;

/// A folder for one kind of package, empty.
pub(super) fn folder(ground: &Ground, kind: &str) -> Result<PathBuf, Failure> {
    let folder = ground.target.join("packages").join(kind);
    if folder.exists() {
        fs::remove_dir_all(&folder).map_err(broken(&folder))?;
    }
    fs::create_dir_all(&folder).map_err(broken(&folder))?;
    Ok(folder)
}

/// What the packages' times are: that of the sources, so that the same sources give the same bytes.
pub(super) fn epoch(ground: &Ground) -> Result<String, Failure> {
    let time = ground
        .command("git", "git")
        .args(&["log", "-1", "--format=%ct"])
        .silent()?;
    Ok(time.trim().to_owned())
}

/// An installed package: exactly its files, nothing that starts or links anything, and it runs.
pub(super) fn look(ground: &Ground, root: &Path, kind: Kind, owns: &[&str]) -> Result<(), Failure> {
    let mut found = laid::files(root)?;
    found.retain(|it| !owns.iter().any(|own| it.starts_with(own)));
    let expected = contents::places(kind);
    if found != expected {
        return Err(Failure::because(format!(
            "the package lays {found:?} instead of {expected:?}"
        )));
    }
    tool::runs(ground, root, "/usr/bin/edrctl")
}
