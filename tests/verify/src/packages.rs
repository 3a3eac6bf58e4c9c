//! The Debian package and the RPM of `edrctl`: built, installed into an empty root, and run there.
//!
//! Both are made by the systems' own tools of one list of files. Rejected: cargo's subcommands for
//! packages, which take longer to build than all of this takes to run.

mod contents;
mod deb;
mod rpm;

use std::fs;
use std::path::{Path, PathBuf};

use crate::buildah::broken;
use crate::ground::Ground;
use crate::outcome::{Failure, Outcome, all_of};
use crate::{debian, start, tool};

/// Builds both and looks at them; one run shows everything that is wrong.
pub(crate) fn check(ground: &Ground) -> Outcome {
    debian::prepare(ground)?;
    let tool = tool::build(ground)?;
    let program = tool.program();
    let looks = [
        ("program", tool.look(ground)),
        ("deb", deb::check(ground, &program)),
        ("rpm", rpm::check(ground, &program)),
        ("start", start::compare(ground, &program)),
    ];
    let notes = all_of(looks)?;
    Ok(notes.first().cloned().unwrap_or_default())
}

/// A folder for one kind of package, empty.
fn folder(ground: &Ground, kind: &str) -> Result<PathBuf, Failure> {
    let folder = ground.target.join("packages").join(kind);
    if folder.exists() {
        fs::remove_dir_all(&folder).map_err(broken(&folder))?;
    }
    fs::create_dir_all(&folder).map_err(broken(&folder))?;
    Ok(folder)
}

/// What the packages' times are: that of the sources, so that the same sources give the same bytes.
fn epoch(ground: &Ground) -> Result<String, Failure> {
    let time = ground
        .command("git", "git")
        .args(&["log", "-1", "--format=%ct"])
        .silent()?;
    Ok(time.trim().to_owned())
}

/// An installed package: exactly its files, nothing that starts or links anything, and it runs.
fn look(ground: &Ground, root: &Path, kind: contents::Kind, owns: &[&str]) -> Result<(), Failure> {
    let mut found = contents::files(root)?;
    found.retain(|it| !owns.iter().any(|own| it.starts_with(own)));
    let expected = contents::places(kind);
    if found != expected {
        return Err(Failure::because(format!(
            "the package lays {found:?} instead of {expected:?}"
        )));
    }
    tool::runs(ground, root, "/usr/bin/edrctl")
}
