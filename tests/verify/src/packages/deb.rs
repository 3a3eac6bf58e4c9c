//! The Debian package.

use std::fs;
use std::path::{Path, PathBuf};

use super::contents::{self, Kind};
use super::place::{epoch, folder, look};
use crate::buildah::broken;
use crate::ground::Ground;
use crate::laid;
use crate::outcome::{Failure, Outcome};

/// What an administrator may change.
const CONFFILES: &str = "/etc/edrctl/edrctl.toml.example\n";

/// Sums of all files, by which `dpkg --verify` knows them.
const SUMS: &str = "find . -path ./DEBIAN -prune -o -type f -printf '%P\\0' | sort -z | xargs -0 md5sum > DEBIAN/md5sums";

/// Builds it, installs it and looks at that.
pub(super) fn check(ground: &Ground, program: &Path) -> Outcome {
    let folder = folder(ground, "deb")?;
    let package = build(ground, program, &folder)?;
    let said = ground
        .command("dpkg-deb", "dpkg-deb")
        .args(&["--info"])
        .args(&[&package])
        .silent()?;
    for needed in [
        "Package: edrctl",
        "Version:",
        "Architecture:",
        "Description:",
    ] {
        if !said.contains(needed) {
            return Err(Failure::because(format!("the package lacks {needed}")));
        }
    }
    let root = install(ground, &package, &folder)?;
    look(ground, &root, Kind::Deb, &["var/lib/dpkg/", "var/log/"])?;
    name(&package)
}

fn build(ground: &Ground, program: &Path, folder: &Path) -> Result<PathBuf, Failure> {
    let tree = folder.join("tree");
    contents::lay(ground, program, Kind::Deb, &tree)?;
    let architecture = ground
        .command("dpkg", "dpkg")
        .args(&["--print-architecture"])
        .silent()?;
    let architecture = architecture.trim();
    let mut bytes = 0;
    for file in laid::files(&tree)? {
        let path = tree.join(file);
        bytes += fs::metadata(&path).map_err(broken(&path))?.len();
    }
    let template = ground.root.join("deploy/edrctl/control");
    let control = fs::read_to_string(&template).map_err(broken(&template))?;
    let version = env!("CARGO_PKG_VERSION");
    let control = control
        .replace("@VERSION@", version)
        .replace("@ARCHITECTURE@", architecture)
        .replace("@SIZE@", &bytes.div_ceil(1024).to_string());
    let about = tree.join("DEBIAN");
    fs::create_dir_all(&about).map_err(broken(&about))?;
    for (name, text) in [("control", control.as_str()), ("conffiles", CONFFILES)] {
        let path = about.join(name);
        fs::write(&path, text).map_err(broken(&path))?;
    }
    let place = tree.display().to_string();
    ground
        .command("sh", "sh")
        .args(&["-ec", &format!("cd \"$0\"\n{SUMS}"), &place])
        .expect_success()?;
    let package = folder.join(format!("edrctl_{version}_{architecture}.deb"));
    ground
        .command("dpkg-deb", "dpkg-deb")
        .env("SOURCE_DATE_EPOCH", &epoch(ground)?)
        // Xz, which every dpkg of today reads.
        .args(&["--root-owner-group", "-Zxz", "--build", &place])
        .args(&[&package])
        .expect_success()?;
    Ok(package)
}

/// Installs it into a root in which there is nothing but dpkg's own books.
fn install(ground: &Ground, package: &Path, folder: &Path) -> Result<PathBuf, Failure> {
    let root = folder.join("root");
    for place in ["info", "updates", "triggers"] {
        let path = root.join("var/lib/dpkg").join(place);
        fs::create_dir_all(&path).map_err(broken(&path))?;
    }
    let status = root.join("var/lib/dpkg/status");
    fs::write(&status, "").map_err(broken(&status))?;
    ground
        .command("dpkg", "dpkg")
        .args(&["--root", &root.display().to_string(), "--install"])
        .args(&[package])
        .expect_success()?;
    Ok(root)
}

fn name(package: &Path) -> Outcome {
    let size = fs::metadata(package).map_err(broken(package))?.len();
    let name = package.file_name().unwrap_or_default().display();
    Ok(format!("{name}, {} KiB", size / 1024))
}
