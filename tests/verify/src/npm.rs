//! What tests need from npm's registry, in the exact versions that stand in the repository.

use std::fs;

use crate::ground::Ground;
use crate::outcome::Failure;
use crate::screen::say;

/// Installs what a folder of the fixtures names beside what cargo builds, under its own name, unless
/// it stands there in these versions.
///
/// No package runs a program of its own while it is installed.
pub(crate) fn prepare(ground: &Ground, name: &str) -> Result<(), Failure> {
    let from = ground.root.join("tests/fixtures").join(name);
    let folder = ground.target.join(name);
    let lock = "package-lock.json";
    let installed = folder.join("node_modules").is_dir();
    if installed && fs::read(folder.join(lock)).ok() == fs::read(from.join(lock)).ok() {
        return Ok(());
    }
    for program in ["node", "npm"] {
        let version = ground
            .command(program, program)
            .args(&["--version"])
            .silent();
        version.map_err(|_| {
            Failure::because(format!(
                "the tests with {name} need {program} (Debian: nodejs and npm; node 20 or later)"
            ))
        })?;
    }
    say(&format!("      installing {name} with npm"));
    let broken = |error: std::io::Error| Failure::because(format!("{}: {error}", folder.display()));
    fs::create_dir_all(&folder).map_err(broken)?;
    fs::copy(from.join("package.json"), folder.join("package.json")).map_err(broken)?;
    let prefix = folder.display().to_string();
    fs::copy(from.join(lock), folder.join(lock)).map_err(broken)?;
    let arguments = [
        "ci",
        "--ignore-scripts",
        "--no-audit",
        "--no-fund",
        "--prefix",
        &prefix,
    ];
    let finished = ground.command("npm", "npm").args(&arguments).finish()?;
    if finished.status.success() {
        return Ok(());
    }
    // What is half there must not be taken for whole the next time.
    let _gone = fs::remove_file(folder.join(lock));
    Err(finished.into())
}
