//! `ksc-simulator`: the simulator as a program, for the demo and for peers in other processes.
//!
//! The first line of standard output is a JSON object with the addresses, the certificate's file,
//! the account and the hosts; then it serves until it is told to end. Time runs as the machine's
//! clock unless a scenario says otherwise.

use clap::Parser;
use ksc_simulator::{Clock, Scenario, Simulator, StartError};
use serde_json::{Value, json};
use std::io::{self, Write as _};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use tokio::signal::unix::{SignalKind, signal};

/// A Kaspersky Security Center for tests and demos.
#[derive(Debug, Parser)]
#[command(name = "ksc-simulator")]
struct Options {
    /// Where KSC OpenAPI is served, over TLS
    #[arg(long, default_value = "127.0.0.1:13299")]
    listen: SocketAddr,
    /// Where the controls are served, over plain HTTP and without authentication
    #[arg(long, default_value = "127.0.0.1:13298")]
    control: SocketAddr,
    /// A scenario: JSON, every member optional
    #[arg(long)]
    scenario: Option<PathBuf>,
    /// A folder to put klserver.cer and the account's password into, for a client in another
    /// container
    #[arg(long)]
    files: Option<PathBuf>,
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
            // Standard error is where a program says why it failed; if it is closed, nobody
            // listens.
            let _ = writeln!(
                io::stderr(),
                "ksc-simulator: {failure}{}",
                source.unwrap_or_default()
            );
            ExitCode::FAILURE
        }
    }
}

async fn run(options: Options) -> Result<(), Failure> {
    if let Some(folder) = &options.files {
        take_back(folder).map_err(|source| Failure::Files {
            path: folder.clone(),
            source,
        })?;
    }
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
    let simulator = Simulator::start_on(options.listen, scenario).await?;
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

/// What a client needs.
const FILES: [&str; 2] = ["password", "klserver.cer"];

/// Removes what an earlier run has left: a client that starts beside this one would pin a
/// certificate that nobody has any more.
fn take_back(folder: &Path) -> io::Result<()> {
    for name in FILES {
        match std::fs::remove_file(folder.join(name)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    Ok(())
}

/// Puts it into a folder; the certificate, which a client cannot start without, last and at once.
fn hand_out(simulator: &Simulator, folder: &Path) -> io::Result<()> {
    let [password, certificate] = FILES.map(|it| folder.join(it));
    std::fs::write(password, simulator.password())?;
    let fresh = folder.join("klserver.cer.new");
    std::fs::copy(simulator.certificate_file(), &fresh)?;
    std::fs::rename(fresh, certificate)
}

fn announce(simulator: &Simulator, control: SocketAddr) -> Result<(), Failure> {
    let line = json!({
        "ksc": simulator.url(),
        "control": format!("http://{control}"),
        "certificateFile": simulator.certificate_file(),
        "username": simulator.username(),
        "password": simulator.password(),
        "hosts": simulator.hosts(),
    });
    let mut output = io::stdout().lock();
    writeln!(output, "{line}")
        .and_then(|()| output.flush())
        .map_err(Failure::Output)
}
