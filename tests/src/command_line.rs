//! What the programs beside the tests take in and give out.

use std::ffi::OsString;
use std::io::Write as _;

/// The arguments, without a `--` in front.
///
/// An alias of cargo's ends with one already, so that `cargo demo --once` and `cargo demo -- --once`
/// mean the same.
#[must_use]
pub fn arguments() -> Vec<OsString> {
    let mut arguments: Vec<OsString> = std::env::args_os().collect();
    if arguments.get(1).is_some_and(|it| it == "--") {
        arguments.remove(1);
    }
    arguments
}

/// A line of output. Whoever closed the other end does not want it; the exit code still counts.
pub fn say(line: &str) {
    let mut output = std::io::stdout().lock();
    let _gone = writeln!(output, "{line}").and_then(|()| output.flush());
}
