//! A smoke of the bench: every way measured for a moment, so that it works when it is wanted.
//!
//! Its figures mean nothing: the moment is too short, and the programs are those that the tests
//! have built already, not the delivered one, whose build is the image's own. What it looks at is
//! that each way carries actions out, and that KSC gets as many incidents as there were actions.

use crate::debian;
use crate::ground::Ground;
use crate::outcome::{Failure, Outcome};
use crate::python;
use crate::screen::say;

/// The packages of the peers that come from Python's registry.
const PEERS: &str = "tests/bench/python/requirements.txt";

/// Builds it and runs it.
pub(crate) fn run(ground: &Ground) -> Outcome {
    debian::prepare(ground)?;
    // Not every machine can have Envoy; its row says then that it is missing.
    if let Err(failure) = python::prepare(ground, "bench-peers", PEERS) {
        say(&format!(
            "      the bench goes without Envoy and Python: {}",
            failure.reason
        ));
    }
    let arguments = [
        "build",
        // The features of everything in the workspace, so that nothing is compiled a second time.
        "--workspace",
        "--bin",
        "edr-gateway",
        "--bin",
        "bench-gateway",
        "--locked",
    ];
    ground.cargo(&arguments).expect_success()?;
    let program = |name: &str| ground.target.join("debug").join(name);
    let gateway = program("edr-gateway").display().to_string();
    let finished = ground
        .command(program("bench-gateway"), "bench-gateway")
        .args(&["--quick", "--gateway", &gateway])
        .finish()?;
    if !finished.status.success() {
        return Err(finished.into());
    }
    let line = finished
        .output
        .lines()
        .find_map(|it| it.strip_prefix("bench: "));
    line.map(str::to_owned).ok_or_else(|| Failure {
        reason: "the bench does not say what it has measured".to_owned(),
        output: finished.output.clone(),
    })
}
