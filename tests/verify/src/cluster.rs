//! The chart at a real API server: installed, upgraded, rolled back, uninstalled, by both majors of
//! Helm.
//!
//! The only API server that can be had from a package registry is Debian's 1.20.2, built here from
//! its sources, so this runs on demand. There are no controllers and no kubelet: objects are
//! admitted and stored, and no pod ever starts. What its API does not know is named; the schemas of
//! newer versions are the step `chart`'s matter.
//!
//! The chart asks for Kubernetes 1.25, and this server says 1.20: a copy of the chart without that
//! line is what Helm is given.

mod admission;
mod kubectl;
mod releases;
mod servers;

use std::fs;
use std::path::{Path, PathBuf};

use crate::cluster::servers::Servers;
use crate::ground::Ground;
use crate::kubernetes::{Tools, run, text};
use crate::outcome::{Failure, Outcome};
use crate::screen::say;

/// Builds what is missing, starts it, and tries the chart.
pub(crate) fn check(ground: &Ground) -> Outcome {
    let tools = Tools::prepare(ground)?;
    let folder = ground.target.join("cluster");
    let bin = folder.join("bin");
    if !bin.join("kube-apiserver").is_file() {
        say("      building kube-apiserver 1.20.2 from Debian's sources: five minutes or more");
        let script = text(&tools.fixture("build-apiserver.sh"));
        run(ground, Path::new("bash"), &[&script, &text(&folder)])?;
    }
    let chart = relaxed(&folder)?;
    let mut servers = Servers::start(&folder)?;
    let kubectl = kubectl::Kubectl::new(tools.bin("kubectl-1.31"), servers.kubeconfig());
    servers.wait(&kubectl)?;
    say(&format!(
        "      {}",
        kubectl.say(&["version"])?.trim().replace('\n', ", ")
    ));

    let note = admission::check(&tools, &kubectl)?;
    say(&format!("      admission: {note}"));
    for (name, _) in tools.helms() {
        let note = releases::check(&tools, name, &kubectl, &chart)?;
        say(&format!("      releases: {note}"));
    }
    Ok(note)
}

/// A copy of the chart without the line that asks for a newer Kubernetes.
fn relaxed(folder: &Path) -> Result<PathBuf, Failure> {
    let copy = folder.join("chart");
    let broken = |error: std::io::Error| Failure::because(format!("{}: {error}", copy.display()));
    if copy.exists() {
        fs::remove_dir_all(&copy).map_err(broken)?;
    }
    copy_folder(&acceptance::chart::folder(), &copy).map_err(broken)?;
    let path = copy.join("Chart.yaml");
    let chart = fs::read_to_string(&path).map_err(broken)?;
    let lines: Vec<&str> = chart
        .lines()
        .filter(|it| !it.starts_with("kubeVersion:"))
        .collect();
    if lines.len() + 1 != chart.lines().count() {
        return Err(Failure::because(
            "Chart.yaml asks for no version of Kubernetes",
        ));
    }
    fs::write(&path, lines.join("\n")).map_err(broken)?;
    say(
        "      the chart's kubeVersion is left out in the copy that Helm installs: the server is older",
    );
    Ok(copy)
}

fn copy_folder(from: &Path, to: &Path) -> std::io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_folder(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}
