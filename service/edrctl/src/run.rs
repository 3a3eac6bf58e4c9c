//! What each subcommand does.
//!
//! * [`run`]: from what was typed to the number that the program ends with.
//! * `desk`: what every subcommand has at hand.
//! * `ending`: how what became of a task, or what went wrong, ends the program.
//! * `follow`: a task to its end, by its stream or by asking.
//! * `pages`: a list, however many pages it has.
//! * `create`, `tasks`, `hosts`, `readings`, `batch`, `doctor`: the subcommands.

mod batch;
mod create;
mod desk;
mod doctor;
mod ending;
mod follow;
mod hosts;
mod pages;
mod readings;
mod tasks;

use std::ffi::OsString;
use std::io::Write as _;

use clap::ArgMatches;
use clap_complete::{Shell, generate};
use tokio::signal::unix::{SignalKind, signal};
use vocabulary::task::Action;

use self::desk::Desk;
use crate::command::{NAME, command};
use crate::exit::Exit;
use crate::kuma;

/// Interrupted while it waited: what shells say of a program that a person has interrupted.
const INTERRUPTED: u8 = 130;

/// Does what was typed, and gives the number that the program ends with.
#[must_use]
pub fn run(typed: &[OsString]) -> u8 {
    let matches = match command().try_get_matches_from(typed) {
        Ok(matches) => matches,
        Err(error) => {
            // Help and version are no failures.
            let exit = if error.use_stderr() {
                Exit::Usage
            } else {
                Exit::Done
            };
            let _nobody_reads = error.print();
            return exit.number();
        }
    };
    let words = typed
        .iter()
        .map(|it| it.to_string_lossy().into_owned())
        .collect();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    match runtime {
        Ok(runtime) => runtime.block_on(chosen(&matches, words)),
        Err(error) => {
            let _nobody_reads = writeln!(std::io::stderr(), "edrctl: {error}");
            Exit::Else.number()
        }
    }
}

async fn chosen(matches: &ArgMatches, words: Vec<String>) -> u8 {
    let (name, given) = matches.subcommand().expect("one is required");
    if name == "completions" {
        return completions(given).number();
    }
    if name == "kuma" {
        let (out, err) = (&mut std::io::stdout(), &mut std::io::stderr());
        return kuma::command::run(given, out, err).await.number();
    }
    let desk = Desk::new(matches, words);
    let done = async {
        match (name, Action::named(name)) {
            (_, Some(action)) => create::run(&desk, action, given).await,
            ("tasks", _) => tasks::run(&desk, given).await,
            ("hosts", _) => hosts::run(&desk, given).await,
            ("batch", _) => batch::run(&desk, given).await,
            ("doctor", _) => doctor::run(&desk).await,
            (reading, _) => readings::run(&desk, reading, given).await,
        }
    };
    tokio::select! {
        // In this order: what is read before anything is sent can be interrupted as any program can.
        biased;
        exit = done => exit.number(),
        () = stopped() => desk.stopped().map_or(INTERRUPTED, Exit::number),
    }
}

/// Somebody wants it to end.
async fn stopped() {
    let interrupted = tokio::signal::ctrl_c();
    match signal(SignalKind::terminate()) {
        Ok(mut terminated) => {
            tokio::select! {
                _ = interrupted => {}
                _ = terminated.recv() => {}
            }
        }
        Err(_) => {
            let _either_way = interrupted.await;
        }
    }
}

fn completions(given: &ArgMatches) -> Exit {
    let shell = given.get_one::<String>("shell").map(String::as_str);
    let shell = match shell {
        Some("bash") => Shell::Bash,
        Some("fish") => Shell::Fish,
        Some("powershell") => Shell::PowerShell,
        _ => Shell::Zsh,
    };
    let mut script = Vec::new();
    generate(shell, &mut command(), NAME, &mut script);
    // Whoever has closed the other end wants no more.
    let written = std::io::stdout().write_all(&script);
    match written {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Exit::Else,
        _ => Exit::Done,
    }
}
