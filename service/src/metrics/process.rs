//! What every program tells Prometheus about itself, under the names that every client library
//! uses.
//!
//! Rejected: the library's own collector. It counts the processor's time in whole seconds, and
//! where the open files cannot be counted it says that there are none: as here, because a process
//! whose memory is kept out of core files may not look into its own folder of files unless it is
//! root.

use prometheus::core::{Collector, Desc};
use prometheus::proto::MetricFamily;
use prometheus::{Counter, Gauge};

/// The process' own metrics, read when Prometheus asks.
pub(super) struct Process {
    cpu: Counter,
    resident: Gauge,
    started: Gauge,
    threads: Gauge,
    open_files: Gauge,
}

impl Process {
    pub(super) fn new() -> Self {
        let gauge = |name: &str, help: &str| Gauge::new(name, help).expect("a valid name");
        let it = Self {
            cpu: Counter::new(
                "process_cpu_seconds_total",
                "Processor time spent, user and system.",
            )
            .expect("a valid name"),
            resident: gauge(
                "process_resident_memory_bytes",
                "Memory that the process has in RAM.",
            ),
            started: gauge(
                "process_start_time_seconds",
                "When the process started, seconds since 1970.",
            ),
            threads: gauge("process_threads", "Threads of the process."),
            open_files: gauge(
                "process_open_fds",
                "Open files and connections; absent where the system does not let the process count them.",
            ),
        };
        it.started.set(started().unwrap_or_default());
        it
    }

    pub(super) fn counters(&self) -> Vec<&Desc> {
        self.cpu.desc()
    }

    pub(super) fn gauges(&self) -> Vec<&Desc> {
        [
            &self.resident,
            &self.started,
            &self.threads,
            &self.open_files,
        ]
        .into_iter()
        .flat_map(Collector::desc)
        .collect()
    }
}

impl Collector for Process {
    fn desc(&self) -> Vec<&Desc> {
        [self.counters(), self.gauges()].concat()
    }

    fn collect(&self) -> Vec<MetricFamily> {
        let mut families = Vec::new();
        if let Some(stat) = Stat::read() {
            // Another scrape may have been quicker with a younger figure.
            self.cpu
                .inc_by((stat.cpu_seconds - self.cpu.get()).max(0.0));
            self.resident.set(stat.resident_bytes);
            self.threads.set(stat.threads);
            families.extend(self.cpu.collect());
            families.extend(self.resident.collect());
            families.extend(self.threads.collect());
        }
        families.extend(self.started.collect());
        if let Ok(files) = std::fs::read_dir("/proc/self/fd") {
            self.open_files.set(number(files.count() as u64));
            families.extend(self.open_files.collect());
        }
        families
    }
}

/// What `/proc/self/stat` says (`proc(5)`).
struct Stat {
    cpu_seconds: f64,
    resident_bytes: f64,
    threads: f64,
    /// Seconds from the start of the system to that of the process.
    started_after: f64,
}

impl Stat {
    fn read() -> Option<Self> {
        Self::parse(&std::fs::read_to_string("/proc/self/stat").ok()?)
    }

    fn parse(text: &str) -> Option<Self> {
        // The name of the program, in brackets, may hold anything. The state that follows it is the
        // third field.
        let (_, rest) = text.rsplit_once(')')?;
        let fields: Vec<&str> = rest.split_whitespace().collect();
        let field = |index: usize| fields.get(index - 3)?.parse().ok().map(number);
        let tick = number(rustix::param::clock_ticks_per_second());
        Some(Self {
            cpu_seconds: (field(14)? + field(15)?) / tick,
            threads: field(20)?,
            started_after: field(22)? / tick,
            resident_bytes: field(24)? * number(rustix::param::page_size() as u64),
        })
    }
}

/// When the process started.
fn started() -> Option<f64> {
    let text = std::fs::read_to_string("/proc/stat").ok()?;
    let line = text.lines().find_map(|it| it.strip_prefix("btime "))?;
    let booted = number(line.trim().parse().ok()?);
    Some(booted + Stat::read()?.started_after)
}

#[expect(
    clippy::cast_precision_loss,
    reason = "Prometheus keeps all numbers so"
)]
fn number(count: u64) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_whose_name_holds_brackets_and_spaces_is_read_all_the_same() {
        let text = "4711 (a) b (c) S 1 2 3 4 5 6 7 8 9 10 250 50 0 0 20 0 7 0 12300 4096 25 0 0";

        let stat = Stat::parse(text).expect("a line of proc(5)");

        let tick = number(rustix::param::clock_ticks_per_second());
        let page = number(rustix::param::page_size() as u64);
        for (is, ought) in [
            (stat.cpu_seconds, 300.0 / tick),
            (stat.threads, 7.0),
            (stat.started_after, 12300.0 / tick),
            (stat.resident_bytes, 25.0 * page),
        ] {
            assert!((is - ought).abs() < 1e-9, "{is} instead of {ought}");
        }
    }

    #[test]
    fn the_process_knows_itself() {
        let families = Process::new().collect();

        let value = |name: &str| {
            let family = families.iter().find(|it| it.name() == name);
            family.map(|it| it.get_metric()[0].get_gauge().get_value())
        };
        assert!(value("process_resident_memory_bytes").is_some_and(|it| it > 1e6));
        assert!(value("process_threads").is_some_and(|it| it >= 1.0));
        assert!(value("process_start_time_seconds").is_some_and(|it| it > 1.6e9));
    }
}
