//! Programs under callgrind, and what it has counted between their marks.

use std::fs;
use std::path::Path;

use crate::ground::Ground;
use crate::outcome::Failure;
use crate::shell::Command;

/// What files of counts are called, before the dot and their number.
const FILES: &str = "counts";

/// The functions that are a mark: the C library has two names for it.
const MARKS: [&str; 2] = ["--dump-before=getppid", "--dump-before=__getppid"];

/// A program that is counted, on one processor: how many there are decides how many threads a gateway has. Those
/// that run at a time have each a place of their own.
pub(super) fn command(
    ground: &Ground,
    program: &Path,
    folder: &Path,
    place: usize,
) -> Result<Command, Failure> {
    let files = format!("--callgrind-out-file={}", folder.join(FILES).display());
    let command = ground
        .command("taskset", "taskset")
        .args(&["--cpu-list", &processor(place)?, "valgrind"])
        .args(&["--tool=callgrind", &files])
        .args(&MARKS)
        .args(&[program])
        .env("VALGRIND_OPTS", "");
    Ok(command)
}

/// A processor that this process may use.
fn processor(place: usize) -> Result<String, Failure> {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let list = status
        .lines()
        .find_map(|it| it.strip_prefix("Cpus_allowed_list:"));
    let ranges = list.unwrap_or_default().trim().split(',');
    // `0-3,8`
    let all: Vec<u32> = ranges
        .flat_map(|range| {
            let (first, last) = range.split_once('-').unwrap_or((range, range));
            let bounds = first.parse().ok().zip(last.parse().ok());
            bounds.map_or(0..0, |(first, last): (u32, u32)| first..last + 1)
        })
        .collect();
    if all.is_empty() {
        let reason = "the system does not say which processors there are";
        return Err(Failure::because(reason));
    }
    Ok(all[place % all.len()].to_string())
}

/// What was counted up to each mark, since the one before.
pub(super) fn counts(folder: &Path) -> Result<Vec<u64>, Failure> {
    let mut counts = Vec::new();
    for number in 1.. {
        let path = folder.join(format!("{FILES}.{number}"));
        let Ok(text) = fs::read_to_string(&path) else {
            break;
        };
        let total = text.lines().find_map(|it| it.strip_prefix("totals:"));
        let total = total.and_then(|it| it.trim().parse().ok());
        let none = || Failure::because(format!("callgrind counted nothing in {}", path.display()));
        counts.push(total.ok_or_else(none)?);
    }
    Ok(counts)
}
