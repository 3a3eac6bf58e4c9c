//! What can be chosen on the command line.

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Parser, ValueEnum};

use crate::rig::Lane;

/// The gateway measured beside its peers.
#[derive(Debug, Parser)]
#[command(name = "cargo bench-gateway", bin_name = "cargo bench-gateway")]
pub(crate) struct Options {
    /// Measure these alone
    #[arg(value_enum)]
    pub(crate) scenarios: Vec<Scenario>,
    /// Fractions of a second a cell, and few cells: whether the bench itself works. No figure of it
    /// means anything
    #[arg(long)]
    pub(crate) quick: bool,
    /// These ways alone
    #[arg(long, value_enum, value_delimiter = ',')]
    path: Vec<Lane>,
    /// These numbers of callers alone
    #[arg(long, value_delimiter = ',')]
    callers: Vec<usize>,
    /// How often each cell is measured
    #[arg(long)]
    rounds: Option<usize>,
    /// How long each time
    #[arg(long)]
    seconds: Option<f64>,
    /// How long callers are at it before it counts, seconds
    #[arg(long)]
    warm_up: Option<f64>,
    /// Over how many devices requests are spread
    #[arg(long, default_value_t = 500)]
    pub(crate) hosts: u64,
    /// The gateway's program, in the place of the one that cargo builds
    #[arg(long)]
    pub(crate) gateway: Option<PathBuf>,
    /// Another gateway, measured in the same sitting as `before`
    #[arg(long)]
    pub(crate) against: Option<PathBuf>,
    /// A setting of the gateway, as TOML (`backends.ksc.max_sessions=64`); the other one does not get it
    #[arg(long, value_parser = setting)]
    pub(crate) gateway_setting: Vec<(String, String)>,
    /// The most KSC sessions of either gateway, in the place of its own default
    #[arg(long)]
    pub(crate) max_sessions: Option<u16>,
}

/// What is measured together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub(crate) enum Scenario {
    /// Every way, with few callers and with many.
    Throughput,
    /// Devices by id and by name, many and one.
    Hosts,
    /// One token, some, and a new one for every request.
    Tokens,
    /// Keys, in memory and in Redis.
    Store,
    /// One replica behind HAProxy, two, and four, with keys in one Redis.
    Replicas,
    /// A KSC that takes its time.
    Slow,
    /// Latency at a fixed rate.
    OpenLoop,
    /// Memory, at rest and under load.
    Memory,
}

impl Scenario {
    /// All, in the order in which they are measured.
    pub(crate) const ALL: [Self; 8] = [
        Self::Throughput,
        Self::Hosts,
        Self::Tokens,
        Self::Store,
        Self::Replicas,
        Self::Slow,
        Self::OpenLoop,
        Self::Memory,
    ];

    /// As it is called on the command line.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Throughput => "throughput",
            Self::Hosts => "hosts",
            Self::Tokens => "tokens",
            Self::Store => "store",
            Self::Replicas => "replicas",
            Self::Slow => "slow",
            Self::OpenLoop => "open-loop",
            Self::Memory => "memory",
        }
    }
}

impl Options {
    /// Those of this process, without a `--` in front: the alias ends with one already.
    pub(crate) fn read(mut arguments: Vec<OsString>) -> Self {
        if arguments.get(1).is_some_and(|it| it == "--") {
            arguments.remove(1);
        }
        Self::parse_from(arguments)
    }

    /// Whether a scenario is wanted.
    pub(crate) fn wants(&self, scenario: Scenario) -> bool {
        self.scenarios.is_empty() || self.scenarios.contains(&scenario)
    }

    /// Whether a way is wanted.
    pub(crate) fn takes(&self, lane: Lane) -> bool {
        (self.path.is_empty() || self.path.contains(&lane))
            && (lane != Lane::Before || self.against.is_some())
    }

    /// How many callers there are, in turn.
    pub(crate) fn callers(&self) -> Vec<usize> {
        match (self.callers.as_slice(), self.quick) {
            ([], true) => vec![8],
            ([], false) => vec![1, 8, 64, 256],
            (chosen, _) => chosen.to_vec(),
        }
    }

    /// How many there are where it does not matter.
    pub(crate) fn many(&self) -> usize {
        match (self.callers.as_slice(), self.quick) {
            ([], true) => 8,
            ([], false) => 64,
            // The goals are at 64; where that is not among them, the most that there are.
            (chosen, _) if chosen.contains(&64) => 64,
            (chosen, _) => chosen.iter().copied().max().unwrap_or(64),
        }
    }

    /// How often each cell is measured.
    pub(crate) fn rounds(&self) -> usize {
        self.rounds.unwrap_or(if self.quick { 1 } else { 5 }).max(1)
    }

    /// Warm-up and time of a cell.
    pub(crate) fn times(&self) -> (Duration, Duration) {
        let seconds = |chosen: Option<f64>, quick: f64, usual: f64| {
            let chosen = chosen.unwrap_or(if self.quick { quick } else { usual });
            Duration::try_from_secs_f64(chosen).unwrap_or_default()
        };
        (
            seconds(self.warm_up, 0.1, 0.5),
            seconds(self.seconds, 0.4, 3.0),
        )
    }
}

fn setting(text: &str) -> Result<(String, String), String> {
    let (key, value) = text.split_once('=').ok_or("it is no key=value")?;
    Ok((key.trim().to_owned(), value.trim().to_owned()))
}
