//! Programs that checks need and Debian has.
//!
//! They are looked for on PATH first: a machine with its own needs no rights and no network.

use crate::ground::Ground;
use crate::outcome::Failure;
use crate::screen::say;

/// What a test needs: any of these programs, and the package that brings one.
struct Need {
    programs: &'static [&'static str],
    package: &'static str,
}

const NEEDS: [Need; 15] = [
    Need {
        programs: &["redis-server", "valkey-server"],
        package: "redis-server",
    },
    // libFuzzer is C++.
    Need {
        programs: &["c++"],
        package: "g++",
    },
    Need {
        programs: &["valgrind"],
        package: "valgrind",
    },
    // The soak sets the gateways' clocks.
    Need {
        programs: &["faketime"],
        package: "faketime",
    },
    Need {
        programs: &["buildah"],
        package: "buildah",
    },
    Need {
        programs: &["rpmbuild"],
        package: "rpm",
    },
    Need {
        programs: &["haproxy"],
        package: "haproxy",
    },
    Need {
        programs: &["nginx"],
        package: "nginx-light",
    },
    // Callers of the proxies' tests.
    Need {
        programs: &["curl"],
        package: "curl",
    },
    // The script for the shell that is shipped reads JSON by it.
    Need {
        programs: &["jq"],
        package: "jq",
    },
    Need {
        programs: &["javac"],
        package: "default-jdk-headless",
    },
    // The browser of the test of the page.
    Need {
        programs: &["chromium"],
        package: "chromium",
    },
    // An engine of patterns.
    Need {
        programs: &["go"],
        package: "golang-go",
    },
    Need {
        programs: &["prometheus"],
        package: "prometheus",
    },
    Need {
        programs: &["promtool"],
        package: "prometheus",
    },
];

/// Installs what is missing.
pub(crate) fn prepare(ground: &Ground) -> Result<(), Failure> {
    let missing: Vec<&Need> = NEEDS
        .iter()
        .filter(|it| !it.programs.iter().any(|name| is_there(name)))
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    apt(ground, &["update", "--quiet"])?;
    for need in missing {
        say(&format!("      installing {} with apt-get", need.package));
        apt(
            ground,
            &[
                "install",
                "--yes",
                "--quiet",
                "--no-install-recommends",
                need.package,
            ],
        )?;
        if !need.programs.iter().any(|name| is_there(name)) {
            return Err(Failure::because(format!(
                "the package {} brought none of {:?}",
                need.package, need.programs
            )));
        }
    }
    Ok(())
}

fn is_there(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| folder.join(program).is_file())
}

fn apt(ground: &Ground, arguments: &[&str]) -> Result<(), Failure> {
    let finished = ground
        .command("apt-get", "apt-get")
        .args(arguments)
        .env("DEBIAN_FRONTEND", "noninteractive")
        // The package's own service is none of ours: it is not to be started.
        .env("RUNLEVEL", "1")
        .finish()?;
    if finished.status.success() {
        return Ok(());
    }
    Err(finished.into())
}
