//! A short run of every fuzz target: what must hold is tried on bytes that no one thought of.
//!
//! The project's own crates are built once more for it, with the counters that libFuzzer steers by;
//! its dependencies are those that the tests were built with. What a run finds interesting stays in
//! the target folder and the next one begins there, so that runs on one machine get deeper. The
//! short run has the same seed each time, because a check has to say the same of the same code; a
//! long one, which is made to find something, has another.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::thread;

use crate::debian;
use crate::ground::Ground;
use crate::outcome::{Failure, Outcome};
use crate::screen::say;

/// How long each target runs: enough for code that lies near what is kept. Whoever changes a parser
/// runs `FUZZ_SECONDS=600 cargo verify -- fuzz`.
const SECONDS: u64 = 10;

/// The seed of the short run.
const SEED: u64 = 20_261_122;

/// Longest input, bytes: what makes a difference to a parser is short.
const LONGEST: u64 = 4096;

/// Most memory of one target, megabytes: an input that inflates beyond it is a defect.
const MEMORY: u64 = 1024;

/// Longest that one input may take, seconds: no honest one takes a thousandth of it.
const PATIENCE: u64 = 20;

/// What one run came to.
struct Ran {
    executions: u64,
    coverage: u64,
}

/// Builds the targets and runs them.
pub(crate) fn run(ground: &Ground) -> Outcome {
    let longer = longer()?;
    let seconds = longer.unwrap_or(SECONDS);
    debian::prepare(ground)?;
    let corpus = ground.root.join("tests/fuzz/corpus");
    let names = names(&corpus)?;
    build(ground)?;
    let waiting = Mutex::new(names.iter());
    let results = Mutex::new(Vec::new());
    let worker = || {
        loop {
            // Taken in a statement of its own, or the lock would be held for the whole run.
            let next = waiting
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .next();
            let Some(name) = next else { break };
            let result = run_one(ground, &corpus, name, longer);
            if let Ok(ran) = &result {
                say(&format!(
                    "      » fuzz {name}: {} executions, cov {}",
                    ran.executions, ran.coverage
                ));
            }
            results
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(result);
        }
    };
    let workers = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        for _ in 0..workers.min(names.len()) {
            scope.spawn(worker);
        }
    });
    let results = results.into_inner().unwrap_or_else(PoisonError::into_inner);
    let mut executions = 0;
    let mut failures = Vec::new();
    for result in results {
        match result {
            Ok(ran) => executions += ran.executions,
            Err(failure) => failures.push(failure),
        }
    }
    if failures.is_empty() {
        return Ok(format!(
            "{} targets, {seconds} s each: {executions} executions, no crash",
            names.len()
        ));
    }
    let (reasons, outputs): (Vec<String>, Vec<String>) = failures
        .into_iter()
        .map(|it| (it.reason, it.output))
        .unzip();
    Err(Failure {
        reason: reasons.join("; "),
        output: outputs.join("\n"),
    })
}

/// How many seconds somebody wants it to run.
fn longer() -> Result<Option<u64>, Failure> {
    let Some(text) = std::env::var_os("FUZZ_SECONDS") else {
        return Ok(None);
    };
    let number = text.to_str().and_then(|it| it.parse().ok());
    // To libFuzzer zero is without end.
    number
        .filter(|it| *it > 0)
        .map(Some)
        .ok_or_else(|| Failure::because("FUZZ_SECONDS must be a whole number of seconds above 0"))
}

/// The targets: each has a folder of inputs, as a test sees to.
fn names(corpus: &Path) -> Result<Vec<String>, Failure> {
    let failed = |error: std::io::Error| Failure::because(format!("no corpus: {error}"));
    let mut names = Vec::new();
    for entry in fs::read_dir(corpus).map_err(failed)? {
        names.push(entry.map_err(failed)?.file_name().display().to_string());
    }
    names.sort();
    if names.is_empty() {
        return Err(Failure::because("there is not a single fuzz target"));
    }
    Ok(names)
}

/// Builds for the whole workspace, though only the targets are wanted: then the features of the
/// dependencies are those of `cargo test --workspace`, and none is built again.
fn build(ground: &Ground) -> Result<(), Failure> {
    let instrument = ground.root.join("tests/fuzz/instrument");
    let arguments = [
        "build",
        "--workspace",
        "--locked",
        "--features",
        "fuzz/libfuzzer",
        "--bin",
        "fuzz-*",
    ];
    let finished = ground
        .cargo(&arguments)
        .env("RUSTC_WORKSPACE_WRAPPER", &instrument.display().to_string())
        .finish()?;
    if finished.status.success() {
        Ok(())
    } else {
        Err(finished.into())
    }
}

fn run_one(
    ground: &Ground,
    corpus: &Path,
    name: &str,
    longer: Option<u64>,
) -> Result<Ran, Failure> {
    let seconds = longer.unwrap_or(SECONDS);
    // To libFuzzer zero is a seed of its own choice.
    let seed = if longer.is_some() { 0 } else { SEED };
    let folder = ground.target.join("fuzz").join(name);
    let found = folder.join("found");
    let failed = |error: std::io::Error| Failure::because(format!("{}: {error}", folder.display()));
    fs::create_dir_all(&found).map_err(failed)?;
    // Left over from an earlier run, perhaps of code that has been mended since.
    for crash in crashes(&folder).map_err(failed)? {
        fs::remove_file(crash).map_err(failed)?;
    }
    let program = ground.target.join(format!("debug/fuzz-{name}"));
    let arguments = [
        format!("-max_total_time={seconds}"),
        format!("-seed={seed}"),
        format!("-timeout={PATIENCE}"),
        format!("-rss_limit_mb={MEMORY}"),
        format!("-max_len={LONGEST}"),
        "-print_final_stats=1".to_owned(),
        format!("-artifact_prefix={}/", folder.display()),
        found.display().to_string(),
        corpus.join(name).display().to_string(),
    ];
    let finished = ground
        .command(program, &format!("fuzz-{name}"))
        .args(&arguments)
        .finish()?;
    if !finished.status.success() {
        let kept = crashes(&folder).map_err(failed)?;
        let kept: Vec<String> = kept.iter().map(|it| it.display().to_string()).collect();
        return Err(Failure {
            reason: format!("fuzz {name} found {}", kept.join(", ")),
            output: said(&finished.output),
        });
    }
    read(&finished.output).ok_or_else(|| Failure {
        reason: format!("fuzz {name} does not say how often it ran, or covers nothing"),
        output: finished.output,
    })
}

/// The inputs that a target ended with, timeouts and floods of memory among them.
fn crashes(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut crashes = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_file() {
            crashes.push(path);
        }
    }
    Ok(crashes)
}

/// What a target said when it found something: the panic, and the input in hexadecimal digits and
/// base64; without the lines of progress before.
fn said(output: &str) -> String {
    output
        .lines()
        .filter(|it| !it.starts_with('#') && !it.is_empty())
        .collect::<Vec<_>>()
        .join("\n")
}

/// The counts of a run that ended by itself. Without coverage it was not steered by anything,
/// because the counters are missing.
fn read(output: &str) -> Option<Ran> {
    let after = |mark: &str| {
        let line = output.lines().rev().find(|it| it.contains(mark))?;
        let (_, rest) = line.split_once(mark)?;
        rest.split_whitespace().next()?.parse().ok()
    };
    let ran = Ran {
        executions: after("stat::number_of_executed_units:")?,
        coverage: after(" cov: ")?,
    };
    (ran.executions > 0 && ran.coverage > 0).then_some(ran)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_counts_of_a_run_are_read_and_a_run_without_counters_is_none() {
        let output = "#53\tINITED cov: 2401 ft: 4677\n#99\tDONE   cov: 2761 ft: 7250\n\
                      stat::number_of_executed_units: 135671\n";

        let ran = read(output).expect("counts");
        assert_eq!((ran.executions, ran.coverage), (135_671, 2761));
        assert!(read(&output.replace("cov: 2401 ", "").replace("cov: 2761 ", "")).is_none());
        assert!(read(&output.replace("135671", "0")).is_none());
    }
}
