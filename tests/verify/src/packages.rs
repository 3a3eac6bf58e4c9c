//! The Debian package and the RPM of `edrctl`: built, installed into an empty root, and run there.
//!
//! Both are made by the systems' own tools of one list of files. Rejected: cargo's subcommands for
//! packages, which take longer to build than all of this takes to run.

mod contents;
mod deb;
mod place;
mod rpm;

use crate::ground::Ground;
use crate::outcome::{Outcome, all_of};
use crate::{debian, start, tool};

/// Builds both and looks at them; one run shows everything that is wrong.
pub(crate) fn check(ground: &Ground) -> Outcome {
    debian::prepare(ground)?;
    let tool = tool::build(ground)?;
    let program = tool.program();
    let looks = [
        ("program", tool.look(ground)),
        ("deb", deb::check(ground, &program)),
        ("rpm", rpm::check(ground, &program)),
        ("start", start::compare(ground, &program)),
    ];
    let notes = all_of(looks)?;
    Ok(notes.first().cloned().unwrap_or_default())
}
