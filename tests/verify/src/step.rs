//! The steps, in their order: what each is called, what it is for, what it runs.

use clap::ValueEnum;

use crate::ground::Ground;
use crate::outcome::Outcome;
use crate::shell::Finished;
use crate::{
    bench, binary, builds, chart, cluster, deny, fuzz, instructions, packages, soak, suite,
    toolchain,
};

/// A step, in the order in which they run: what is quick to know comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Step {
    /// What is installed.
    Toolchain,
    /// Formatting.
    Fmt,
    /// Lints.
    Clippy,
    /// Documentation.
    Docs,
    /// Dependencies.
    Deny,
    /// Tests that need nothing but Rust.
    Tests,
    /// The Helm chart.
    Chart,
    /// Tests that need more programs.
    Ignored,
    /// Bytes that no one thought of.
    Fuzz,
    /// A short soak.
    Soak,
    /// A smoke of the bench.
    Bench,
    /// What is counted and what is delivered, built.
    Builds,
    /// What a request takes, counted.
    Instructions,
    /// The program as it is delivered.
    Release,
    /// The command line's program as it is delivered.
    Packages,
    /// The demo.
    Demo,
    /// The chart at a real API server; on demand.
    Cluster,
}

impl Step {
    /// As it is called on the command line.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Toolchain => "toolchain",
            Self::Fmt => "fmt",
            Self::Clippy => "clippy",
            Self::Docs => "docs",
            Self::Deny => "deny",
            Self::Tests => "tests",
            Self::Chart => "chart",
            Self::Ignored => "ignored",
            Self::Fuzz => "fuzz",
            Self::Soak => "soak",
            Self::Bench => "bench",
            Self::Builds => "builds",
            Self::Instructions => "instructions",
            Self::Release => "release",
            Self::Packages => "packages",
            Self::Demo => "demo",
            Self::Cluster => "cluster",
        }
    }

    /// What it is for.
    pub(crate) const fn about(self) -> &'static str {
        match self {
            Self::Toolchain => "what this machine builds with",
            Self::Fmt => "the code is formatted",
            Self::Clippy => "no lint on any target",
            Self::Docs => "the documentation builds, and its links lead somewhere",
            Self::Deny => "licences, sources and banned crates of every dependency",
            Self::Tests => "all tests that need nothing but Rust",
            Self::Chart => {
                "the Helm chart in all its variants: schemas, settings, practice, generated files"
            }
            Self::Ignored => "the tests that need more programs",
            Self::Fuzz => "what reads strangers' bytes, on bytes that no one thought of",
            Self::Soak => "callers and faults for a while, then their books and KSC's are compared",
            Self::Bench => "the bench measures every way, for a moment",
            Self::Builds => "what is counted and what is delivered, built side by side",
            Self::Instructions => {
                "a request and its parts take as many instructions as is recorded"
            }
            Self::Release => {
                "the image as it is delivered: contents, start, memory, contract, doctor, one TLS stack"
            }
            Self::Packages => {
                "edrctl as it is delivered: static, and alone; a .deb and an .rpm of it"
            }
            Self::Demo => "nine tasks to their ends, and the refusals",
            Self::Cluster => "the chart at a real API server (on demand: --cluster)",
        }
    }

    /// Runs it.
    pub(crate) fn run(self, ground: &Ground) -> Outcome {
        match self {
            Self::Toolchain => toolchain::check(ground),
            Self::Fmt => ground
                .cargo(&["fmt", "--all", "--check", "--", "--color", "never"])
                .finish()
                .and_then(ok),
            Self::Clippy => {
                let arguments = [
                    "clippy",
                    "--workspace",
                    "--all-targets",
                    "--locked",
                    "--",
                    "-D",
                    "warnings",
                ];
                ground.cargo(&arguments).finish().and_then(ok)
            }
            Self::Docs => docs(ground),
            Self::Deny => deny::check(ground),
            Self::Tests => suite::run(ground),
            Self::Chart => chart::check(ground),
            Self::Ignored => suite::run_ignored(ground),
            Self::Fuzz => fuzz::run(ground),
            Self::Soak => soak::run(ground),
            Self::Bench => bench::run(ground),
            Self::Builds => builds::run(ground),
            Self::Instructions => instructions::check(ground),
            Self::Release => binary::check(ground),
            Self::Packages => packages::check(ground),
            Self::Demo => ground
                .cargo(&["demo", "--", "--once"])
                .finish()
                .and_then(demo),
            Self::Cluster => cluster::check(ground),
        }
    }
}

/// Nothing to add when it went well.
fn ok(finished: Finished) -> Outcome {
    if finished.status.success() {
        Ok(String::new())
    } else {
        Err(finished.into())
    }
}

/// Private items are documented for those who read the code, and links to them are wanted: the lint
/// that forbids them speaks of published documentation.
fn docs(ground: &Ground) -> Outcome {
    ground
        .cargo(&[
            "doc",
            "--workspace",
            "--no-deps",
            "--locked",
            "--document-private-items",
        ])
        .env(
            "RUSTDOCFLAGS",
            "-D warnings -A rustdoc::private_intra_doc_links",
        )
        .finish()
        .and_then(ok)
}

/// The demo's last line says how it went.
fn demo(finished: Finished) -> Outcome {
    let last = finished.output.lines().last().unwrap_or_default();
    let last = last.trim_start_matches([' ', '✓']).to_owned();
    ok(finished).map(|_| last)
}
