//! What is said of the steps: each when it ends, and all of them in a table.

use std::process::ExitCode;
use std::time::Duration;

use crate::outcome::Outcome;
use crate::screen::{coloured, say};
use crate::step::Step;

/// How a step went.
pub(crate) struct Report {
    pub(crate) step: Step,
    pub(crate) time: Duration,
    pub(crate) outcome: Outcome,
}

/// The end of a step; when it failed, with all that it said.
pub(crate) fn tell(report: &Report) {
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
pub(crate) fn summarise(reports: &[Report], total: Duration) -> ExitCode {
    say(&format!(
        "{:<12}  {:<6}  {:>10}  note",
        "step", "result", "time"
    ));
    for report in reports {
        let (result, note) = match &report.outcome {
            Ok(note) => (coloured("32", "passed"), note.as_str()),
            Err(failure) => (coloured("31", "FAILED"), failure.reason.as_str()),
        };
        let note = note.lines().next().unwrap_or_default();
        say(&format!(
            "{:<12}  {result}  {:>10}  {note}",
            report.step.name(),
            human(report.time)
        ));
    }
    say(&format!(
        "{:<12}  {:<6}  {:>10}\n",
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
