//! What packages hold, and where it goes.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use crate::buildah::broken;
use crate::ground::Ground;
use crate::outcome::Failure;

/// Which package.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Deb,
    Rpm,
}

/// A file of both packages, or of one.
struct Item {
    /// Where it stands in the repository; nothing for the program.
    from: Option<&'static str>,
    deb: Option<&'static str>,
    rpm: Option<&'static str>,
}

const fn both(from: &'static str, to: &'static str) -> Item {
    Item {
        from: Some(from),
        deb: Some(to),
        rpm: Some(to),
    }
}

/// The manual, which is packed.
const MANUAL: &str = "usr/share/man/man1/edrctl.1.gz";

/// The service, which names the program where people put it by themselves.
const SERVICE: &str = "usr/lib/systemd/system/edrctl-kuma-follow.service";
/// There, and where packages put it.
const PROGRAM: (&str, &str) = ("/usr/local/bin/edrctl", "/usr/bin/edrctl");

const ITEMS: [Item; 13] = [
    Item {
        from: None,
        deb: Some("usr/bin/edrctl"),
        rpm: Some("usr/bin/edrctl"),
    },
    both(
        "deploy/edrctl/edrctl.toml.example",
        "etc/edrctl/edrctl.toml.example",
    ),
    both(
        "deploy/edrctl/completions/edrctl.bash",
        "usr/share/bash-completion/completions/edrctl",
    ),
    Item {
        from: Some("deploy/edrctl/completions/_edrctl"),
        deb: Some("usr/share/zsh/vendor-completions/_edrctl"),
        rpm: Some("usr/share/zsh/site-functions/_edrctl"),
    },
    both(
        "deploy/edrctl/completions/edrctl.fish",
        "usr/share/fish/vendor_completions.d/edrctl.fish",
    ),
    both(
        "deploy/edrctl/completions/edrctl.ps1",
        "usr/share/edrctl/edrctl.ps1",
    ),
    both("deploy/edrctl/edrctl.1", MANUAL),
    // It runs only where somebody enables it.
    both("deploy/kuma/edrctl-kuma-follow.service", SERVICE),
    both(
        "deploy/kuma/README.md",
        "usr/share/doc/edrctl/kuma/README.md",
    ),
    both(
        "deploy/kuma/edrctl.toml",
        "usr/share/doc/edrctl/kuma/edrctl.toml",
    ),
    both("deploy/edrctl/README.md", "usr/share/doc/edrctl/README.md"),
    Item {
        from: Some("deploy/edrctl/copyright"),
        deb: Some("usr/share/doc/edrctl/copyright"),
        rpm: None,
    },
    Item {
        from: Some("deploy/LICENSE"),
        deb: None,
        rpm: Some("usr/share/doc/edrctl/LICENSE"),
    },
];

impl Item {
    const fn to(&self, kind: Kind) -> Option<&'static str> {
        match kind {
            Kind::Deb => self.deb,
            Kind::Rpm => self.rpm,
        }
    }
}

/// Where the files of a package go, in order.
pub(super) fn places(kind: Kind) -> Vec<String> {
    let places = ITEMS.iter().filter_map(|it| it.to(kind));
    let mut places: Vec<String> = places.map(str::to_owned).collect();
    places.sort();
    places
}

/// Lays everything out as it will be installed.
pub(super) fn lay(ground: &Ground, program: &Path, kind: Kind, tree: &Path) -> Result<(), Failure> {
    for item in &ITEMS {
        let Some(place) = item.to(kind) else {
            continue;
        };
        let from = item
            .from
            .map_or_else(|| program.to_owned(), |it| ground.root.join(it));
        let to = tree.join(place.trim_end_matches(".gz"));
        if let Some(folder) = to.parent() {
            fs::create_dir_all(folder).map_err(broken(folder))?;
        }
        fs::copy(&from, &to).map_err(broken(&from))?;
        let mode = if item.from.is_none() { 0o755 } else { 0o644 };
        fs::set_permissions(&to, fs::Permissions::from_mode(mode)).map_err(broken(&to))?;
        if place == SERVICE {
            let text = fs::read_to_string(&to).map_err(broken(&to))?;
            let mended = text.replace(PROGRAM.0, PROGRAM.1);
            if !mended.contains(&format!("ExecStart={} ", PROGRAM.1)) {
                return Err(Failure::because(format!("{place} starts another program")));
            }
            fs::write(&to, mended).map_err(broken(&to))?;
        }
        if place == MANUAL {
            // Without a name and a time in it.
            ground
                .command("gzip", "gzip")
                .args(&["--best", "--no-name"])
                .args(&[&to])
                .expect_success()?;
        }
    }
    Ok(())
}
