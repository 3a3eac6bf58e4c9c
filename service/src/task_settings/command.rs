//! The subcommands, and the way to each.

use std::process::ExitCode;

use clap::{Args, Subcommand};

use super::against::LoadSettings;
use super::check;
use super::check::CheckArguments;
use super::trouble::Trouble;
use crate::clock::Clock;

/// A question about settings of the KATAEDR task, as the command line asks it.
#[derive(Debug, Args)]
pub struct KataedrArguments {
    #[command(subcommand)]
    question: Question,
}

#[derive(Debug, Subcommand)]
enum Question {
    /// Say everything that is to be said about a file: mistakes, risks, hints, and what must be so
    /// around it.
    ///
    /// Ends with 0 when the settings can be used, 1 when they have errors, 2 when the options are wrong
    /// or a file cannot be read, 3 when they can be used with risks.
    Check(Box<CheckArguments>),
}

/// Answers, on standard output and standard error.
///
/// # Errors
/// When there is no answer; the exit code is 2 then.
pub fn run(
    arguments: KataedrArguments,
    load: LoadSettings,
    _clock: &Clock,
) -> Result<ExitCode, Trouble> {
    let answered = match arguments.question {
        Question::Check(arguments) => check::run(*arguments, load),
    }?;
    answered.say()
}
