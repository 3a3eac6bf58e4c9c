//! A short soak with each store: `cargo soak` has the long ones.
//!
//! The seeds are fixed, so that every run has the same weather; which requests it meets is up to
//! the machine, and a failure shows the history that it had.

use crate::debian;
use crate::ground::Ground;
use crate::outcome::{Failure, Outcome};

/// Store, seed, seconds. An odd seed has a second KSC endpoint; with the second and the third of
/// four, connections to KSC end that rest.
const RUNS: [[&str; 3]; 2] = [["memory", "1", "12"], ["redis", "2", "20"]];

/// Runs them.
pub(crate) fn run(ground: &Ground) -> Outcome {
    debian::prepare(ground)?;
    let mut figures = Vec::new();
    for [store, seed, seconds] in RUNS {
        let arguments = [
            "soak",
            "--",
            "--store",
            store,
            "--seed",
            seed,
            "--seconds",
            seconds,
        ];
        let finished = ground.cargo(&arguments).finish()?;
        if !finished.status.success() {
            return Err(finished.into());
        }
        for says in [
            "incidents in KSC",
            "isolations at KATA",
            "forbidden files at KATA",
            "programs at KATA",
        ] {
            let line = finished
                .output
                .lines()
                .find(|it| it.starts_with(says))
                .ok_or_else(|| Failure {
                    reason: format!("the soak does not say how many {says} there are"),
                    output: finished.output.clone(),
                })?;
            figures.push(format!("{store}: {line}"));
        }
    }
    Ok(figures.join("; "))
}
