//! The subcommands, and the way to each.

use std::process::ExitCode;

use clap::{Args, Subcommand};

use super::against::LoadSettings;
use super::check::CheckArguments;
use super::commands::CommandsArguments;
use super::connect::ConnectArguments;
use super::convert::ConvertArguments;
use super::diff::DiffArguments;
use super::explain::ExplainArguments;
use super::trouble::Trouble;
use super::{check, commands, connect, convert, diff, explain};
use crate::clock::Clock;

/// A question about settings of the KATAEDR task, as the command line asks it.
#[derive(Debug, Args)]
pub struct KataedrArguments {
    #[command(subcommand)]
    question: KataedrCommand,
}

#[derive(Debug, Subcommand)]
enum KataedrCommand {
    /// Say everything that is to be said about a file: mistakes, risks, hints, and what must be so
    /// around it.
    ///
    /// Ends with 0 when the settings can be used, 1 when they have errors, 2 when the options are wrong
    /// or a file cannot be read, 3 when they can be used with risks.
    Check(Box<CheckArguments>),
    /// Write a file for another version, mode or format, and name every change.
    ///
    /// The new file goes to standard output, what became of each key and comment to standard error.
    /// What cannot be carried over is never left out in silence: the conversion is refused.
    ///
    /// Ends with 0 when it is converted, 1 when that is refused, 2 when the options are wrong or a file
    /// cannot be read or written.
    Convert(ConvertArguments),
    /// Show the commands that put a file on a device, in order, with what each exit code means.
    ///
    /// Nothing is run. Ends with 0, with 1 when the file has errors, with 2 when the options are wrong
    /// or it cannot be read.
    Commands(Box<CommandsArguments>),
    /// Tell what is known of a key, or list all.
    ///
    /// Ends with 0, with 1 when there is no such key, with 2 when the options are wrong.
    Explain(ExplainArguments),
    /// Compare two files by what they mean: order, comments and layout do not count.
    ///
    /// Ends with 0 when they mean the same, 1 when not, 2 when one cannot be read or has errors.
    Diff(DiffArguments),
    /// Try each server of a file up to the TLS handshake, and show its certificate.
    ///
    /// As a device would, and from this machine: a device may have another way, another proxy and
    /// other roots. Nothing is sent over the connection. A server whose certificate is not accepted is
    /// shown, and gets no client certificate.
    ///
    /// Ends with 0 when each server was reached and is trusted, 1 when one was not, 2 when the options
    /// are wrong or a file cannot be read.
    Connect(ConnectArguments),
}

/// Answers, on standard output and standard error.
///
/// # Errors
/// When there is no answer; the exit code is 2 then.
pub fn run(
    arguments: KataedrArguments,
    load: LoadSettings,
    clock: &Clock,
) -> Result<ExitCode, Trouble> {
    let answered = match arguments.question {
        KataedrCommand::Check(arguments) => check::run(*arguments, load),
        KataedrCommand::Convert(arguments) => convert::run(&arguments),
        KataedrCommand::Commands(arguments) => commands::run(*arguments),
        KataedrCommand::Explain(arguments) => Ok(explain::run(&arguments)),
        KataedrCommand::Diff(arguments) => diff::run(arguments),
        KataedrCommand::Connect(arguments) => connect::run(&arguments, clock),
    }?;
    answered.say()
}
