//! Processor time and memory of processes, as the system accounts for them.
//!
//! Processor time is the sum of the first field of `/proc/<pid>/task/*/schedstat`: nanoseconds that
//! each thread has run. A thread that ends takes its time with it; where one did, the difference of
//! `utime` and `stime` in `/proc/<pid>/stat`, which knows ended threads but counts in hundredths of
//! a second, is taken in its place.

use std::collections::BTreeMap;
use std::fs;
use std::time::Duration;

/// Ticks of `/proc/<pid>/stat` in a second, on every Linux that there is.
const TICKS: u64 = 100;

/// What a process has used so far.
#[derive(Debug, Clone, Default)]
pub(crate) struct Usage {
    threads: BTreeMap<u32, u64>,
    ticks: u64,
}

/// Memory of a process, KiB.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Memory {
    /// What it has in RAM.
    pub(crate) resident: u64,
    /// The most that it ever had.
    pub(crate) peak: u64,
}

impl Usage {
    /// Of a process.
    pub(crate) fn of(process: u32) -> Result<Self, String> {
        let folder = format!("/proc/{process}/task");
        let entries = fs::read_dir(&folder).map_err(|it| format!("{folder}: {it}"))?;
        let threads = entries
            .flatten()
            .filter_map(|entry| {
                let id = entry.file_name().to_str()?.parse().ok()?;
                Some((id, nanoseconds(&format!("{folder}/{id}/schedstat"))?))
            })
            .collect();
        Ok(Self {
            threads,
            ticks: ticks(process, [11, 12])?,
        })
    }

    /// What the processes used that this one has started and that have ended.
    pub(crate) fn of_children() -> Result<Self, String> {
        Ok(Self {
            threads: BTreeMap::new(),
            ticks: ticks(std::process::id(), [13, 14])?,
        })
    }

    /// What was used since then.
    pub(crate) fn since(&self, then: &Self) -> Duration {
        let lost = then.threads.keys().any(|it| !self.threads.contains_key(it));
        if lost || self.threads.is_empty() {
            let ticks = self.ticks.saturating_sub(then.ticks);
            return Duration::from_nanos(ticks * (1_000_000_000 / TICKS));
        }
        let used = self.threads.iter().map(|(thread, used)| {
            let before = then.threads.get(thread).copied().unwrap_or_default();
            used.saturating_sub(before)
        });
        Duration::from_nanos(used.sum())
    }
}

impl Memory {
    /// Of a process.
    pub(crate) fn of(process: u32) -> Result<Self, String> {
        let path = format!("/proc/{process}/status");
        let text = fs::read_to_string(&path).map_err(|it| format!("{path}: {it}"))?;
        let field = |name: &str| {
            let line = text.lines().find_map(|it| it.strip_prefix(name))?;
            line.trim().strip_suffix(" kB")?.trim().parse().ok()
        };
        let both = field("VmRSS:").zip(field("VmHWM:"));
        both.map(|(resident, peak)| Self { resident, peak })
            .ok_or_else(|| format!("{path} does not tell its memory"))
    }
}

fn nanoseconds(path: &str) -> Option<u64> {
    let text = fs::read_to_string(path).ok()?;
    text.split_whitespace().next()?.parse().ok()
}

/// The sum of two fields of `/proc/<pid>/stat`, counted from behind the name, which is in brackets
/// and may hold anything.
fn ticks(process: u32, fields: [usize; 2]) -> Result<u64, String> {
    let path = format!("/proc/{process}/stat");
    let text = fs::read_to_string(&path).map_err(|it| format!("{path}: {it}"))?;
    let rest = text.rsplit_once(") ").map_or("", |(_, rest)| rest);
    let words: Vec<&str> = rest.split(' ').collect();
    let sum = fields
        .iter()
        .map(|it| words.get(*it)?.parse::<u64>().ok())
        .sum::<Option<u64>>();
    sum.ok_or_else(|| format!("{path} does not tell its time"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn usage(threads: &[(u32, u64)], ticks: u64) -> Usage {
        Usage {
            threads: threads.iter().copied().collect(),
            ticks,
        }
    }

    #[test]
    fn a_thread_that_has_ended_is_not_forgotten() {
        let then = usage(&[(1, 1_000), (2, 500)], 10);

        let now = usage(&[(1, 3_000), (2, 600), (3, 50)], 11);
        assert_eq!(now.since(&then), Duration::from_nanos(2_150));
        let now = usage(&[(1, 3_000)], 12);
        assert_eq!(now.since(&then), Duration::from_millis(20));
    }

    #[test]
    fn this_process_has_memory_and_has_run() {
        let own = std::process::id();

        assert!(Memory::of(own).expect("it runs").resident > 0);
        assert!(!Usage::of(own).expect("it runs").threads.is_empty());
    }
}
