//! The program; everything it does is in the library, which the manual is made of as well.

use std::ffi::OsString;
use std::process::ExitCode;

fn main() -> ExitCode {
    if let Some(exit) = edrctl::kuma::called(std::env::args_os()) {
        return exit.into();
    }
    let typed: Vec<OsString> = std::env::args_os().collect();
    edrctl::run::run(&typed).into()
}
