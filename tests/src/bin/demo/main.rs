//! `cargo demo`: the product in one command, on a machine that has nothing but Rust.
//!
//! Two simulated Kaspersky Security Centers, a simulated KATA Central Node and a gateway are opened on
//! free loopback ports. The nine tasks go in at the front door and are followed, each by its stream of events, until KSC reports
//! their ends; so do requests that must be refused. Whatever the screen says was read from an
//! answer of the gateway or from KSC's own journal: nothing here knows the outcome beforehand
//! except the list of what was expected, which decides the exit code of `--once`.
//!
//! The chapters stand in the order in which they are shown. Rejected: a terminal library, because
//! one table that redraws itself is a dozen lines of ANSI; and sped-up time, because then the
//! clocks of gateway and KSC would drift apart, which is a fault and not a demonstration. The
//! simulated devices are quick instead.

mod batch;
mod board;
mod budget;
mod cancel;
mod closing;
mod evidence;
mod hosts;
mod kata;
mod linux;
mod list;
mod paper;
mod problem;
mod refusals;
mod rehearsal;
mod requests;
mod row;
mod servers;
mod signals;
mod stage;
mod stream;
mod traces;
mod watch;

use std::pin::pin;
use std::process::ExitCode;
use std::time::Duration;

use acceptance::arguments;
use clap::Parser;

use crate::paper::{Paper, Style};
use crate::row::Row;
use crate::signals::Signals;
use crate::stage::Stage;

/// All chapters together take about forty seconds; a demo that hangs shows nothing.
const PATIENCE: Duration = Duration::from_mins(2);

/// A gateway, two simulated Kaspersky Security Centers and a KATA Central Node, all nine EDR tasks to
/// their final states, Linux servers isolated for four hours, and the requests that are refused.
#[derive(Debug, Parser)]
#[command(name = "cargo demo", bin_name = "cargo demo")]
#[command(
    after_help = "Without --once it stays up afterwards and shows how to call it, until Ctrl-C or SIGTERM.\n\
                        NO_COLOR, TERM=dumb or a pipe turn colours and redrawing off."
)]
struct Options {
    /// End when everything was shown: 0 when all of it was as it should be, else 1.
    #[arg(long)]
    once: bool,
    /// The port of the gateway's API on this machine; a free one without it.
    #[arg(long, default_value_t = 0, hide_default_value = true)]
    port: u16,
}

#[tokio::main]
async fn main() -> ExitCode {
    let options = Options::parse_from(arguments());
    let paper = Paper::at_hand();
    match run(&options, &paper).await {
        Ok(complaints) if complaints.is_empty() => ExitCode::SUCCESS,
        Ok(complaints) => {
            paper.line(&paper.paint(Style::Bad, "  This is not how it should be:"));
            for complaint in complaints {
                paper.hanging("  ✗ ", &complaint, Style::Plain);
            }
            ExitCode::FAILURE
        }
        Err(failure) => {
            paper.line("");
            paper.hanging(
                "  ",
                &format!("The demo could not go on: {failure}"),
                Style::Bad,
            );
            ExitCode::FAILURE
        }
    }
}

/// Everything from opening the house to closing it; gives what was not as it should be.
async fn run(options: &Options, paper: &Paper) -> Result<Vec<String>, String> {
    let mut signals = Signals::take().map_err(|error| format!("signals: {error}"))?;
    let interrupted = || "it was interrupted".to_owned();
    let mut opening = pin!(Stage::open(options.port));
    let mut stage = tokio::select! {
        opened = &mut opening => opened?,
        () = signals.come() => {
            // What is half open cannot be closed in order.
            let _either_way = opening.await?.close(false).await;
            return Err(interrupted());
        }
    };
    let shown = tokio::select! {
        shown = tokio::time::timeout(PATIENCE, show(&stage, paper)) => {
            shown.unwrap_or_else(|_| Err(format!("it took longer than {} seconds", PATIENCE.as_secs())))
        }
        () = signals.come() => Err(interrupted()),
    };
    let complaints = match shown {
        Ok(Shown {
            mut complaints,
            isolation,
        }) => {
            if options.once {
                paper.line("");
            } else {
                if let Err(failure) = closing::show(&stage, &isolation, paper) {
                    let _later = stage.close(false).await;
                    return Err(failure);
                }
                signals.come().await;
                paper.line("");
            }
            // The verdict is about what the demo did; after a visitor played with the levers it
            // would be about the visitor.
            complaints.extend(stage.close(options.once).await.err());
            complaints
        }
        Err(failure) => {
            // The first failure is the one to tell.
            let _later = stage.close(false).await;
            return Err(failure);
        }
    };
    if complaints.is_empty() {
        // In one line: `cargo verify` shows the last one.
        let text = if options.once {
            "Everything was as it should be; the gateway has left KSC and is closed."
        } else {
            "The gateway has ended its KSC sessions and is closed."
        };
        paper.hanging("  ✓ ", text, Style::Good);
    }
    Ok(complaints)
}

/// What the chapters leave behind.
struct Shown {
    /// What was not as it should be.
    complaints: Vec<String>,
    /// Where the isolation can be read.
    isolation: String,
}

/// The chapters.
async fn show(stage: &Stage, paper: &Paper) -> Result<Shown, String> {
    stage.introduce(paper);
    let mut complaints = hosts::show(stage, paper).await;
    complaints.extend(rehearsal::show(stage, paper).await);
    let rows = watch::show(stage, paper).await?;
    complaints.extend(rows.iter().flat_map(Row::complaints));
    let isolation = rows.iter().find(|it| it.request.task == "isolateHost");
    let isolation = isolation.ok_or("no host was isolated")?;
    complaints.extend(stream::show(stage, isolation, paper).await);
    evidence::show(&rows, paper);
    complaints.extend(list::show(stage, &rows, paper).await);
    complaints.extend(budget::show(stage, &rows, paper).await);
    let batch = batch::show(stage, paper).await;
    complaints.extend(batch.complaints);
    if let Some(location) = batch.locations.first() {
        complaints.extend(cancel::show(stage, location, paper).await);
    }
    complaints.extend(refusals::show(stage, paper).await);
    let accepted = rows.iter().filter(|it| it.status == Some(202)).count();
    let accepted = accepted + batch.locations.len();
    complaints.extend(traces::show(stage, &rows, accepted, paper).await);
    complaints.extend(servers::show(stage, paper).await);
    complaints.extend(kata::show(stage, paper).await);
    Ok(Shown {
        complaints,
        isolation: isolation.location.clone(),
    })
}
