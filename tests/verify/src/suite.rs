//! The tests, with a line for every test program and the counts of all.

use crate::debian;
use crate::ground::Ground;
use crate::kubernetes;
use crate::npm;
use crate::outcome::{Failure, Outcome};
use crate::python;
use crate::screen::say;
use crate::shell::Command;

/// How many tests run at a time for each processor. They wait far more than they work: for limits to
/// be over, for clocks to move, for peers that stand still.
const A_PROCESSOR: usize = 4;

/// All tests that need nothing but Rust.
pub(crate) fn run(ground: &Ground) -> Outcome {
    let counts = watch(ground.cargo(&[
        "test",
        "--workspace",
        "--locked",
        "--no-fail-fast",
        "--",
        "--show-output",
    ]))?;
    if counts.passed == 0 {
        return Err(Failure::because("not a single test was run"));
    }
    Ok(counts.to_string())
}

/// The tests that need more programs. Examples in the documentation that are not to be run are not
/// tests of this kind, so only programs of tests are asked.
pub(crate) fn run_ignored(ground: &Ground) -> Outcome {
    debian::prepare(ground)?;
    let of_npm = [
        "oidc",
        "importers/npm",
        "integrations/npm",
        "integrations/n8n",
    ];
    for name in of_npm {
        npm::prepare(ground, name)?;
    }
    for name in [
        "schemathesis",
        "importers/generator",
        "importers/xsoar",
        "integrations/cortex",
        "integrations/stackstorm",
        "integrations/splunk_soar",
        "integrations/shuffle",
        "integrations/powershell",
    ] {
        let list = format!("tests/fixtures/{name}/requirements.txt");
        python::prepare(ground, name, &list)?;
    }
    kubernetes::Tools::prepare(ground)?;
    let command = ground.cargo(&[
        "test",
        "--workspace",
        "--locked",
        "--no-fail-fast",
        "--tests",
        "--",
        "--ignored",
        "--show-output",
    ]);
    let counts = watch(command)?;
    if counts.passed == 0 {
        return Err(Failure::because("not a single test was run"));
    }
    Ok(counts.to_string())
}

/// How many tests did what.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
struct Counts {
    passed: u32,
    failed: u32,
    ignored: u32,
}

impl std::fmt::Display for Counts {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            to,
            "{} passed, {} failed, {} ignored",
            self.passed, self.failed, self.ignored
        )
    }
}

impl Counts {
    /// The counts of a line such as `test result: ok. 5 passed; 0 failed; 1 ignored; …`.
    fn read(line: &str) -> Option<Self> {
        let (_, list) = line.strip_prefix("test result: ")?.split_once(". ")?;
        let count = |what: &str| {
            list.split("; ")
                .find_map(|it| it.strip_suffix(what)?.trim().parse().ok())
                .unwrap_or_default()
        };
        Some(Self {
            passed: count("passed"),
            failed: count("failed"),
            ignored: count("ignored"),
        })
    }

    fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.ignored += other.ignored;
    }
}

/// Runs cargo's tests and says how each program went as soon as it is known.
fn watch(command: Command) -> Result<Counts, Failure> {
    let mut total = Counts::default();
    let mut program = String::new();
    let processors = std::thread::available_parallelism().map_or(1, usize::from);
    let at_a_time = (processors * A_PROCESSOR).to_string();
    let command = command.env("RUST_TEST_THREADS", &at_a_time);
    let finished = command.finish_with(|line| {
        if line.starts_with('»') {
            say(&format!("      {line}"));
        } else if let Some(name) = program_of(line) {
            program = name;
        } else if let Some(counts) = Counts::read(line) {
            total.add(counts);
            // Programs without a test of the kind are no news.
            if counts != Counts::default() {
                say(&format!("      {program:<44} {counts}"));
            }
        }
    })?;
    if finished.status.success() {
        return Ok(total);
    }
    let reason = if total.failed > 0 {
        total.to_string()
    } else {
        "the tests could not be built or run".to_owned()
    };
    Err(Failure {
        reason,
        output: finished.output,
    })
}

/// The test program that cargo announces, as people call it.
fn program_of(line: &str) -> Option<String> {
    let line = line.trim_start();
    if let Some(name) = line.strip_prefix("Doc-tests ") {
        return Some(format!("{name}: examples in the documentation"));
    }
    // `Running unittests src/lib.rs (/…/target/debug/deps/ksc-0123456789abcdef)`
    let (kind, path) = line.strip_prefix("Running ")?.split_once(" (")?;
    let file = path.trim_end_matches(')').rsplit('/').next()?;
    let name = file.rsplit_once('-').map_or(file, |(name, _)| name);
    Some(format!("{name}: {}", kind.trim_start_matches("unittests ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_counts_of_a_test_program_are_read() {
        let line = "test result: FAILED. 12 passed; 1 failed; 3 ignored; 0 measured; 0 filtered out; finished in 0.01s";

        assert_eq!(
            Counts::read(line),
            Some(Counts {
                passed: 12,
                failed: 1,
                ignored: 3
            })
        );
        assert_eq!(Counts::read("test a::b ... ok"), None);
    }

    #[test]
    fn a_test_program_is_called_by_its_crate_and_file() {
        let line = "     Running unittests src/lib.rs (/t/debug/deps/edr_gateway-0123456789abcdef)";

        assert_eq!(program_of(line).as_deref(), Some("edr_gateway: src/lib.rs"));
        assert_eq!(
            program_of("   Doc-tests ksc").as_deref(),
            Some("ksc: examples in the documentation")
        );
        assert_eq!(program_of("running 3 tests"), None);
    }
}
