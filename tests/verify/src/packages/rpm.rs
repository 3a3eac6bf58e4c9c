//! The RPM.

use std::fs;
use std::path::{Path, PathBuf};

use super::contents::{self, Kind};
use super::place::{epoch, folder, look};
use crate::buildah::broken;
use crate::ground::Ground;
use crate::laid;
use crate::outcome::{Failure, Outcome};

/// Builds it, installs it and looks at that.
pub(super) fn check(ground: &Ground, program: &Path) -> Outcome {
    let folder = folder(ground, "rpm")?;
    let package = build(ground, program, &folder)?;
    let query = |what: &[&str]| {
        ground
            .command("rpm", "rpm")
            .args(&["--query", "--package"])
            .args(what)
            .args(&[&package])
            .silent()
    };
    let scripts = query(&["--scripts"])?;
    if !scripts.trim().is_empty() {
        return Err(Failure::because(format!("the RPM has scripts: {scripts}")));
    }
    // What rpm itself can read of packages stands among what it requires.
    let requires = query(&["--requires"])?;
    if let Some(it) = requires.lines().find(|it| !it.starts_with("rpmlib(")) {
        return Err(Failure::because(format!("the RPM requires {it}")));
    }
    let root = folder.join("root");
    fs::create_dir_all(&root).map_err(broken(&root))?;
    ground
        .command("rpm", "rpm")
        .args(&[
            "--root",
            &root.display().to_string(),
            "--dbpath",
            "/var/lib/rpm",
        ])
        // Debian's rpm has to be told that a root of its own is meant.
        .args(&["--force-debian", "--nodeps", "--install"])
        .args(&[&package])
        .expect_success()?;
    look(ground, &root, Kind::Rpm, &["var/lib/rpm/"])?;
    let size = fs::metadata(&package).map_err(broken(&package))?.len();
    let name = package.file_name().unwrap_or_default().display();
    Ok(format!("{name}, {} KiB", size / 1024))
}

fn build(ground: &Ground, program: &Path, folder: &Path) -> Result<PathBuf, Failure> {
    let tree = folder.join("tree");
    contents::lay(ground, program, Kind::Rpm, &tree)?;
    let define = |name: &str, value: &str| ["--define".to_owned(), format!("{name} {value}")];
    let version = env!("CARGO_PKG_VERSION");
    let top = folder.join("build").display().to_string();
    let made = folder.display().to_string();
    ground
        .command("rpmbuild", "rpmbuild")
        .env("SOURCE_DATE_EPOCH", &epoch(ground)?)
        .args(&["-bb", "--quiet"])
        .args(&define("_topdir", &top))
        .args(&define("_rpmdir", &made))
        .args(&define(
            "_rpmfilename",
            "%%{NAME}-%%{VERSION}-%%{RELEASE}.%%{ARCH}.rpm",
        ))
        .args(&define("tree", &tree.display().to_string()))
        .args(&define("released", version))
        .args(&["deploy/edrctl/edrctl.spec"])
        .expect_success()?;
    let name = format!("edrctl-{version}-1.{}.rpm", std::env::consts::ARCH);
    let package = folder.join(name);
    if package.is_file() {
        Ok(package)
    } else {
        let found = laid::files(folder)?;
        Err(Failure::because(format!(
            "rpmbuild made no RPM of this name: {found:?}"
        )))
    }
}
