//! `edr-gateway kataedr`: the settings of the KATAEDR task of Kaspersky Endpoint Security for Linux, on
//! the command line.
//!
//! What is to be said about such settings is known to the crate `kataedr`, which has no IO; here files
//! are read and written, what it says is laid out for people or printed as JSON, and what ends well or
//! badly becomes an exit code. A gateway that serves needs none of it.
//!
//! * `check`, with `against`: all mistakes and risks of a file, and whether it leads to a KATA back end.
//! * `convert`, `commands`, `explain`, `diff`: the other questions, one file each.
//! * `connect`: the only one with a network. It shakes hands and sends nothing.
//!
//! Text out of files and certificates may hold anything; nothing that a terminal would act on leaves
//! through `printed`.

mod printed;
mod trouble;
mod answered;
mod options;
mod input;
mod facts;
mod remark;

mod against;
mod check;
mod convert;
mod commands;
mod explain;
mod diff;
mod connect;

mod command;

pub use against::LoadSettings;
pub use command::{KataedrArguments, run};
pub use trouble::Trouble;
