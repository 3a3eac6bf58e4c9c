//! `cargo bench-gateway`: the gateway measured beside its peers, on this machine, in one sitting.
//!
//! An action is the isolation of one device: one request to the gateway, or the two calls of KSC's
//! that the vendor's own scripts make, through whatever else stands there. All ways lead to a
//! stand-in for KSC that answers at once, so what is measured is the way. All of it shares one
//! machine, so the actions a second are those of callers, way and KSC together, and the processor
//! time of each for an action says the rest.
//!
//! The files stand in this order: what can be chosen, what is measured together, how it is measured
//! by turns; one cell and its accounts; programs and the ways through them; callers; the stand-in.

mod options;
mod sitting;
mod scenarios;
mod rounds;
mod cell;
mod accounts;
mod rig;
mod tokens;
mod process;
mod load;
mod stand_in;
mod message;
mod devices;
mod goals;
mod table;
mod record;
mod machine;
mod program;
mod screen;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::Parser as _;
use tokio::signal::unix::{SignalKind, signal};

use crate::options::Options;
use crate::screen::say;
use crate::stand_in::Manner;

fn main() -> ExitCode {
    let arguments: Vec<OsString> = std::env::args_os().collect();
    let ended = if arguments.get(1).is_some_and(|it| it == "stand-in") {
        stand_in::run(&Manner::parse_from(&arguments[1..])).map(|()| true)
    } else {
        bench(&Options::read(arguments))
    };
    match ended {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(reason) => {
            say(&format!("bench: {reason}"));
            ExitCode::FAILURE
        }
    }
}

/// Whether every row counts.
fn bench(options: &Options) -> Result<bool, String> {
    // One thread: it is the callers', and its time is on their account.
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|it| it.to_string())?;
    runtime.block_on(async {
        let told = |kind| signal(kind).map_err(|it| it.to_string());
        let mut interrupt = told(SignalKind::interrupt())?;
        let mut terminate = told(SignalKind::terminate())?;
        // Whatever is dropped here ends its process.
        tokio::select! {
            ended = sitting::sit(options) => ended,
            _ = interrupt.recv() => Err("interrupted".to_owned()),
            _ = terminate.recv() => Err("told to end".to_owned()),
        }
    })
}
