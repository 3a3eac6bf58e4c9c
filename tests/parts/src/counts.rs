//! Parts by instructions: each done so many times between two marks.

use std::path::Path;

use crate::mark::{mark, tell};
use crate::pieces::{self, Job};
use crate::workshop::{self, Workshop};

/// How often each is done before it counts: what only the first ones do is no part of it.
const BEFORE: usize = 5;

/// Does all of them. Says before each what is done how often, so that whoever counts knows whose each second count is.
pub(crate) fn count(folder: &Path) -> Result<(), String> {
    let workshop = Workshop::open(folder)?;
    for (name, times) in pieces::counted() {
        match pieces::make(&name, &workshop) {
            Job::Again(run) => {
                for _ in 0..BEFORE {
                    run();
                }
                tell(&format!("part {times} {name}"));
                mark();
                for _ in 0..times {
                    run();
                }
                mark();
            }
            Job::Token(algorithm, run) => {
                let tokens = workshop::tokens(folder, algorithm)?;
                let (first, rest) = tokens.split_at(BEFORE);
                for token in first {
                    run(token);
                }
                tell(&format!("part {} {name}", rest.len()));
                mark();
                for token in rest {
                    run(token);
                }
                mark();
            }
        }
    }
    Ok(())
}
