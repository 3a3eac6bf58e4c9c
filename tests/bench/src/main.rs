//! `bench-gateway`: what the gateway is measured with. So far it runs the stand-in for KSC alone.

#![expect(dead_code, unused_imports, reason = "what uses it comes next")]

mod options;
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
mod table;
mod record;
mod machine;
mod program;
mod screen;

use std::process::ExitCode;

use clap::Parser as _;

use crate::screen::say;
use crate::stand_in::Manner;

fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args_os().collect();
    match stand_in::run(&Manner::parse_from(&arguments[1..])) {
        Ok(()) => ExitCode::SUCCESS,
        Err(reason) => {
            say(&format!("bench: {reason}"));
            ExitCode::FAILURE
        }
    }
}
