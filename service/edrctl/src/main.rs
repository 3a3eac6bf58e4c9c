//! The program; everything it does is in the library, which the manual is made of as well.

use std::process::ExitCode;

fn main() -> ExitCode {
    edrctl::exit::Exit::Usage.into()
}
