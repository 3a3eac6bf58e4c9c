//! `kata-simulator`: the simulator as a program, for the demo and for peers in other processes.
//!
//! The first line of standard output is a JSON object with the addresses, the certificate and the
//! hosts; then it serves until it is told to end. Time runs as the machine's clock unless a scenario
//! says otherwise.

use clap::{Parser, ValueEnum};
use kata_simulator::{Clock, Scenario, Simulator, StartError, TaggedDevices};
use serde_json::{Value, json};
use std::io::{self, Write as _};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use tokio::signal::unix::{SignalKind, signal};

/// A Central Node of Kaspersky Anti Targeted Attack for tests and demos.
#[derive(Debug, Parser)]
#[command(name = "kata-simulator")]
struct Options {
    /// Where the API is served, over mutual TLS; several times for several addresses
    #[arg(long, default_value = "127.0.0.1:10443")]
    listen: Vec<SocketAddr>,
    /// Where the controls are served, over plain HTTP and without authentication
    #[arg(long, default_value = "127.0.0.1:10442")]
    control: SocketAddr,
    /// A scenario: JSON, every member optional
    #[arg(long)]
    scenario: Option<PathBuf>,
    /// A folder to put kata.cer into, for a client in another container
    #[arg(long)]
    files: Option<PathBuf>,
    /// The control listener of a ksc-simulator, which is told of isolated devices by their tag
    #[arg(long)]
    ksc_control: Option<SocketAddr>,
    /// On which devices there is such a tag
    #[arg(long, default_value = "linux")]
    tags: Tags,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Tags {
    Linux,
    Everywhere,
}

#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error("cannot read the scenario {path}")]
    Read { path: PathBuf, source: io::Error },
    #[error("the scenario {path} is not valid")]
    Scenario {
        path: PathBuf,
        source: serde_json::Error,
    },
    #[error("cannot write into {path}")]
    Files { path: PathBuf, source: io::Error },
    #[error(transparent)]
    Start(#[from] StartError),
    #[error("cannot write to standard output")]
    Output(#[source] io::Error),
    #[error("cannot listen for signals")]
    Signals(#[source] io::Error),
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(Options::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            let source = std::error::Error::source(&failure).map(|source| format!(": {source}"));
            let source = source.unwrap_or_default();
            // Standard error is where a program says why it failed; if it is closed, nobody
            // listens.
            let _ = writeln!(io::stderr(), "kata-simulator: {failure}{source}");
            ExitCode::FAILURE
        }
    }
}

async fn run(options: Options) -> Result<(), Failure> {
    let scenario = match &options.scenario {
        Some(path) => read(path)?,
        None => Scenario {
            clock: Clock::Real { speed: 1.0 },
            ..Scenario::default()
        },
    };
    // Before the first line, so that whoever reads it may end the program at once.
    let mut interrupt = signal(SignalKind::interrupt()).map_err(Failure::Signals)?;
    let mut terminate = signal(SignalKind::terminate()).map_err(Failure::Signals)?;
    let simulator = Simulator::start_on(&options.listen, scenario).await?;
    if let Some(ksc) = options.ksc_control {
        let which = match options.tags {
            Tags::Linux => TaggedDevices::Linux,
            Tags::Everywhere => TaggedDevices::Everywhere,
        };
        simulator.tell_ksc(ksc, which);
    }
    let control = simulator.serve_control(options.control).await?;
    if let Some(folder) = &options.files {
        hand_out(&simulator, folder).map_err(|source| Failure::Files {
            path: folder.clone(),
            source,
        })?;
    }
    announce(&simulator, control)?;
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
    Ok(())
}

/// A scenario that does not mention the clock runs in real time here.
fn read(path: &Path) -> Result<Scenario, Failure> {
    let text = std::fs::read_to_string(path).map_err(|source| Failure::Read {
        path: path.to_owned(),
        source,
    })?;
    let invalid = |source| Failure::Scenario {
        path: path.to_owned(),
        source,
    };
    let value: Value = serde_json::from_str(&text).map_err(invalid)?;
    let mentions_clock = value.get("clock").is_some();
    let mut scenario: Scenario = serde_json::from_value(value).map_err(invalid)?;
    if !mentions_clock {
        scenario.clock = Clock::Real { speed: 1.0 };
    }
    Ok(scenario)
}

/// Puts the certificate into a folder, whole or not at all, over that of an earlier run.
fn hand_out(simulator: &Simulator, folder: &Path) -> io::Result<()> {
    let fresh = folder.join("kata.cer.new");
    std::fs::write(&fresh, simulator.certificate_pem())?;
    std::fs::rename(fresh, folder.join("kata.cer"))
}

fn announce(simulator: &Simulator, control: SocketAddr) -> Result<(), Failure> {
    let url = |addr: &SocketAddr| format!("https://{addr}");
    let line = json!({
        "kata": simulator.addresses().iter().map(url).collect::<Vec<_>>(),
        "control": format!("http://{control}"),
        "certificate": simulator.certificate_pem(),
        "certificateSha256": simulator.certificate_fingerprint(),
        "hosts": simulator.devices(),
    });
    let mut output = io::stdout().lock();
    writeln!(output, "{line}")
        .and_then(|()| output.flush())
        .map_err(Failure::Output)
}
