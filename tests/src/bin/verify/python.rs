//! What tests need from Python's registry, in the exact versions that stand in the repository.

use std::fs;

use crate::ground::Ground;
use crate::say;
use crate::step::Failure;

/// Installs schemathesis beside what cargo builds, in an environment of its own, unless it stands there in these
/// versions.
pub(crate) fn prepare(ground: &Ground) -> Result<(), Failure> {
    let wanted = ground
        .root
        .join("tests/fixtures/schemathesis/requirements.txt");
    let folder = ground.target.join("schemathesis");
    let mark = folder.join("requirements.txt");
    if fs::read(&mark).ok() == fs::read(&wanted).ok() {
        return Ok(());
    }
    say("      installing schemathesis with pip");
    let place = folder.display().to_string();
    let made = ground
        .command("python3", "python3")
        .args(&["-m", "venv", "--clear", &place])
        .finish()?;
    if !made.status.success() {
        return Err(made.into());
    }
    let pip = folder.join("bin/pip").display().to_string();
    let list = wanted.display().to_string();
    let arguments = ["install", "--quiet", "--no-deps", "--requirement", &list];
    let installed = ground.command(&pip, "pip").args(&arguments).finish()?;
    if !installed.status.success() {
        return Err(installed.into());
    }
    // Written last: what is half there is not taken for whole the next time.
    let broken = |error: std::io::Error| Failure::because(format!("{}: {error}", mark.display()));
    fs::copy(&wanted, &mark).map(|_| ()).map_err(broken)
}
