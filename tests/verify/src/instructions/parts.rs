//! The parts of a request's way, each alone.

use std::path::Path;

use super::callgrind;
use super::count::Count;
use crate::ground::Ground;
use crate::outcome::Failure;

/// Counts each twice, in two processes at a time, and takes the less: what chance has a part in (where memory lies, how
/// much of it is free) only ever adds to what must be done.
pub(super) fn count(ground: &Ground, program: &Path) -> Result<Vec<Count>, Failure> {
    let (one, other) = std::thread::scope(|scope| {
        let other = scope.spawn(|| count_once(ground, program, 1));
        let one = count_once(ground, program, 0);
        (one, other.join().expect("it does not panic"))
    });
    let both = one?.into_iter().zip(other?);
    Ok(both.map(|(one, other)| one.or_less(&other)).collect())
}

fn count_once(ground: &Ground, program: &Path, at: usize) -> Result<Vec<Count>, Failure> {
    let folder = tempfile::tempdir().map_err(|it| Failure::because(it.to_string()))?;
    let place = folder.path().display().to_string();
    // What takes chance and time is made without being counted.
    ground
        .command(program, "bench-parts")
        .args(&["prepare", &place])
        .expect_success()?;
    let finished = callgrind::command(ground, program, folder.path(), at)?
        .args(&["count", &place])
        .finish()?;
    if !finished.status.success() {
        return Err(finished.into());
    }
    let parts = finished.output.lines().filter_map(|line| {
        let (times, name) = line.strip_prefix("part ")?.split_once(' ')?;
        Some((times.parse::<u64>().ok()?, name.to_owned()))
    });
    let parts: Vec<(u64, String)> = parts.collect();
    let counts = callgrind::counts(folder.path())?;
    if counts.len() != 2 * parts.len() || parts.is_empty() {
        return Err(Failure {
            reason: format!("{} counts of {} parts", counts.len(), parts.len()),
            output: finished.output,
        });
    }
    // The first of each two is what was done before it.
    let counted = parts.into_iter().zip(counts.chunks(2));
    let count = |((times, name), two): ((u64, String), &[u64])| Count::of(name, two[1], times);
    Ok(counted.map(count).collect())
}
