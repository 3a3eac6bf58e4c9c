//! Called by the names of the vendor's nine scripts, for KUMA's response rules.
//!
//! KUMA runs a script with values of an event in its arguments. The rule above all: a value that
//! came from an event never becomes an option, a second argument, a path to another file, or a
//! command.
//!
//! * [`argparse`]: what arguments are read, as the vendor's scripts read theirs.
//! * [`script`]: what each script takes. [`values`]: what that asks for. [`archive`]: the one file.
//!   [`assets`]: ids that only KUMA knows.
//! * [`settings`]: which gateway. [`key`]: how a call is known again.
//! * [`call`]: the way of a call; `asking`: its request. [`outcome`], [`log`]: what it came to, and where that is told.
//! * [`install`], [`check`], [`probe`], [`rules`]: setting it up; [`command`]: `edrctl kuma`.
//! * [`spool`], [`follow`], [`cef`], [`collector`]: what became of the task afterwards.

pub mod archive;
pub mod assets;
pub mod argparse;
mod asking;
pub mod call;
pub mod cef;
pub mod check;
pub mod collector;
pub mod command;
pub mod follow;
pub mod ignored;
pub mod install;
pub mod key;
pub mod log;
pub mod outcome;
pub mod probe;
pub mod rules;
pub mod script;
pub mod settings;
pub mod spool;
mod surroundings;
pub mod usage;
pub mod values;

use std::ffi::OsString;
use std::io::Write as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::time::Instant;

pub use script::{Script, script_of};
pub use surroundings::Surroundings;

use crate::clock;
use crate::exit::Exit;

/// Does what a script does, when the program is called as one: the first thing of `main`.
#[must_use]
pub fn called(mut arguments: impl Iterator<Item = OsString>) -> Option<Exit> {
    let start = Instant::now();
    let argv0 = arguments.next()?;
    let script = script_of(&argv0);
    if script.is_none() && !probe::is_probe(&argv0) {
        return None;
    }
    let program = call::program(Path::new(&argv0), std::env::current_dir().ok());
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let Ok(runtime) = runtime else {
        return Some(Exit::Else);
    };
    let Some(script) = script else {
        let argv: Vec<OsString> = std::iter::once(argv0).chain(arguments).collect();
        return Some(runtime.block_on(probe::called(&argv, &program)));
    };
    let surroundings = Surroundings {
        places: settings::places(&program),
        variable: &|name| std::env::var_os(name),
        journal: log::SystemLog::default(),
        now: clock::now(),
        start,
    };
    let call = || {
        runtime.block_on(call::called_as(
            script,
            arguments,
            &surroundings,
            &mut std::io::stdout(),
            &mut std::io::stderr(),
        ))
    };
    // Where the system gives no thread to look a name up in, the runtime knows no other way out.
    let exit = catch_unwind(AssertUnwindSafe(call)).unwrap_or_else(|_| {
        let detail = "the program failed, and nobody knows whether the task was accepted";
        let outcome = outcome::Outcome::early(Exit::Unknown, "unknown", detail.to_owned());
        let line = outcome.line(script, "");
        let _nobody_listens = outcome.tell(script, &line, &surroundings.journal);
        let _nobody_reads = writeln!(std::io::stdout(), "{line}");
        outcome.exit
    });
    // A look-up of a name that hangs is not waited for.
    runtime.shutdown_background();
    Some(exit)
}
