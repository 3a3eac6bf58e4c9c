//! `cargo growth`: what operations cost as a site grows.
//!
//! A KSC in this process, filled with a month of incidents; a gateway as a process of its own; and
//! one operation after the other, each many times. For each is told what it took of the gateway's
//! processor (`/proc`) and how many calls it made to KSC (the simulator counts them), at one size
//! after the other: incidents, hosts, kept keys, watchers. What should not grow must not.
//!
//! The figures are those of this machine; how they grow is the gateway's. Calls to KSC are the same
//! everywhere, and the tests in `it/truth/growth.rs` hold them.

mod hosts;
mod keys;
mod meter;
mod posts;
mod reads;
mod stage;
mod table;
mod watch;

use std::path::PathBuf;
use std::process::ExitCode;

use acceptance::{arguments, say};
use clap::{Parser, ValueEnum};

use crate::table::Table;

/// What operations cost as a site grows.
#[derive(Debug, Parser)]
#[command(name = "cargo growth", bin_name = "cargo growth")]
struct Options {
    /// Small sizes only: a minute
    #[arg(long)]
    quick: bool,
    /// What is made to grow; everything by default
    #[arg(long, value_enum, value_delimiter = ',')]
    only: Vec<What>,
    /// Another gateway than this tree's, to compare with
    #[arg(long)]
    gateway: Option<PathBuf>,
    /// What the file of figures is called, `target/growth-<NAME>.json`
    #[arg(long, default_value = "this")]
    name: String,
}

/// What grows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum What {
    /// Incidents in KSC
    Incidents,
    /// Hosts in KSC
    Hosts,
    /// Keys that are kept, and requests that were sent
    Keys,
    /// The same with Redis
    Redis,
    /// Those who watch a task
    Watchers,
}

/// How large things get.
struct Sizes {
    incidents: &'static [usize],
    hosts: &'static [usize],
    keys: &'static [usize],
    watchers: &'static [usize],
    /// How often an operation is repeated.
    times: usize,
}

const FULL: Sizes = Sizes {
    incidents: &[100, 1_000, 10_000, 100_000],
    hosts: &[50, 500, 5_000, 50_000],
    keys: &[0, 1_000, 10_000, 49_000],
    watchers: &[1, 100, 1_000, 10_000],
    times: 100,
};

const QUICK: Sizes = Sizes {
    incidents: &[100, 2_000],
    hosts: &[50, 1_000],
    keys: &[0, 1_000],
    watchers: &[1, 100],
    times: 30,
};

fn main() -> ExitCode {
    let options = Options::parse_from(arguments());
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => {
            say(&format!("growth: {error}"));
            return ExitCode::FAILURE;
        }
    };
    match runtime.block_on(grow(&options)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say(&format!("growth: {error}"));
            ExitCode::FAILURE
        }
    }
}

async fn grow(options: &Options) -> Result<(), std::io::Error> {
    let sizes = if options.quick { QUICK } else { FULL };
    let gateway = options.gateway.as_deref();
    let wanted = |it: What| options.only.is_empty() || options.only.contains(&it);
    let mut tables = Vec::new();
    if wanted(What::Incidents) {
        let mut table = Table::new("incidents", sizes.incidents);
        for size in sizes.incidents {
            reads::measure(gateway, *size, sizes.times, &mut table).await;
            posts::measure(gateway, *size, sizes.times, &mut table).await;
        }
        tables.push(table);
    }
    if wanted(What::Hosts) {
        let mut table = Table::new("hosts", sizes.hosts);
        for size in sizes.hosts {
            hosts::measure(gateway, *size, sizes.times, &mut table).await;
        }
        tables.push(table);
    }
    if wanted(What::Keys) {
        let mut table = Table::new("keys", sizes.keys);
        keys::measure(gateway, false, sizes.keys, sizes.times, &mut table).await;
        tables.push(table);
    }
    if wanted(What::Redis) {
        let mut table = Table::new("keys in Redis", sizes.keys);
        keys::measure(gateway, true, sizes.keys, sizes.times, &mut table).await;
        tables.push(table);
    }
    if wanted(What::Watchers) {
        let mut table = Table::new("watchers", sizes.watchers);
        watch::measure(gateway, sizes.watchers, &mut table).await;
        tables.push(table);
    }
    for table in &tables {
        say(&table.text());
    }
    let target = acceptance::repository::root().join("target");
    std::fs::create_dir_all(&target)?;
    let file = target.join(format!("growth-{}.json", options.name));
    std::fs::write(&file, table::json(&tables))?;
    say(&format!("growth: the figures are in {}", file.display()));
    Ok(())
}
