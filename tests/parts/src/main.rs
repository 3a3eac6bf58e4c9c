//! `cargo bench-parts`: the parts of a request's way, each measured alone.
//!
//! Two measures of the same parts. By the clock, with divan: what is fast on this machine, for whoever works on one
//! of them. And by instructions, under valgrind's callgrind: what `cargo verify -- instructions` compares with the
//! record, since a count is the same on a machine that is busy or slow.
//!
//! Callgrind counts all that a process does. So the part that is counted is put between two marks ([`mark`]), and
//! what only prepares it (keys, tokens) is made in a process that is not counted ([`workshop`]). The whole way of a
//! POST is counted in a gateway that this program serves ([`gateway`]), in a process without its caller or its KSC.
//!
//! Each part says once whether it did what it is measured for: a part that fails is fast.

mod times;
mod counts;
mod gateway;
mod mark;
mod pieces;
mod workshop;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// As in the program that is delivered.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

/// What `cargo verify -- instructions` has this program do; everything else is divan's.
#[derive(Parser)]
struct Counted {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Make what the parts are counted with
    Prepare { folder: PathBuf },
    /// Do each part between two marks
    Count { folder: PathBuf },
    /// Serve a gateway, with a mark for each line on standard input
    Serve,
}

fn main() -> ExitCode {
    let first = std::env::args().nth(1).unwrap_or_default();
    if !["prepare", "count", "serve"].contains(&first.as_str()) {
        times::measure();
        return ExitCode::SUCCESS;
    }
    let done = match Counted::parse().what {
        What::Prepare { folder } => workshop::prepare(&folder),
        What::Count { folder } => counts::count(&folder),
        What::Serve => gateway::serve(),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(reason) => {
            mark::tell(&format!("bench-parts: {reason}"));
            ExitCode::FAILURE
        }
    }
}
