//! What checks need from Python's registry, in the exact versions that stand in the repository.

use std::fs;
use std::path::PathBuf;

use crate::ground::Ground;
use crate::outcome::Failure;
use crate::screen::say;

/// Installs what a list names beside what cargo builds, in an environment of its own, unless it
/// stands there in these versions. Gives the folder of its programs.
pub(crate) fn prepare(ground: &Ground, name: &str, list: &str) -> Result<PathBuf, Failure> {
    let wanted = ground.root.join(list);
    let folder = ground.target.join(name);
    let programs = folder.join("bin");
    let mark = folder.join("requirements.txt");
    if fs::read(&mark).ok() == fs::read(&wanted).ok() {
        return Ok(programs);
    }
    say(&format!("      installing {name} with pip"));
    let place = folder.display().to_string();
    ground
        .command("python3", "python3")
        .args(&["-m", "venv", "--clear", &place])
        .expect_success()?;
    let list = wanted.display().to_string();
    ground
        .command(programs.join("pip"), "pip")
        .args(&["install", "--quiet", "--no-deps", "--requirement", &list])
        .expect_success()?;
    // Written last: what is half there is not taken for whole the next time.
    let broken = |error: std::io::Error| Failure::because(format!("{}: {error}", mark.display()));
    fs::copy(&wanted, &mark).map_err(broken)?;
    Ok(programs)
}
