//! The commands that put settings on a device, in order, and what each of their exit codes means.
//!
//! Order (a conclusion from the exit codes): look, back up, stop, set, certificates, start, read back,
//! compare; on failure the backup is set again. The backup comes before the stop, so that nothing has
//! been changed where it fails; settings come before certificates, because a policy refuses them with
//! 68, and adding a certificate replaces the one before.

mod circumstances;
mod exit_code;
mod line;
mod plan;
mod step;

pub use circumstances::{Circumstances, RefusedPath};
pub use exit_code::{ExitCode, exit_code, exit_codes};
pub use line::{CommandLine, shell_word};
pub use plan::commands;
pub use step::{Answer, Stage, Step, Then, When};
