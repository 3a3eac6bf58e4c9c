//! The program: `serve`, `check-config`, `openapi`.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use edr_gateway::api::document;
use edr_gateway::app::Gateway;
use edr_gateway::clock::Clock;
use edr_gateway::config::{ConfigError, Mistake, Settings};
use edr_gateway::telemetry;

/// EDR response tasks over Kaspersky Security Center, with one authenticated JSON call.
#[derive(Parser)]
#[command(name = "edr-gateway", version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve until SIGTERM or SIGINT.
    Serve {
        /// The settings, TOML. Every key can also be set as `EDR_GATEWAY__SECTION__KEY`.
        #[arg(long)]
        config: Option<PathBuf>,
    },
    /// Check the settings, report all mistakes, and end.
    CheckConfig {
        /// The settings, TOML.
        #[arg(long)]
        config: Option<PathBuf>,
    },
    /// Print the published OpenAPI document.
    Openapi {
        /// Write `openapi.json` into this folder instead.
        #[arg(long)]
        write: Option<PathBuf>,
    },
}

fn main() -> ExitCode {
    let result = match Arguments::parse().command {
        Command::Serve { config } => load(config.as_deref()).and_then(serve),
        Command::CheckConfig { config } => {
            load(config.as_deref()).map(|_| say("the configuration is good"))
        }
        Command::Openapi { write } => openapi(write),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            complain(&*error);
            ExitCode::FAILURE
        }
    }
}

type Failure = Box<dyn std::error::Error>;

fn load(path: Option<&Path>) -> Result<Settings, Failure> {
    let file = match path {
        None => String::new(),
        Some(path) => std::fs::read_to_string(path).map_err(|error| {
            ConfigError(vec![Mistake {
                key: path.display().to_string(),
                detail: error.to_string(),
            }])
        })?,
    };
    // A variable that is not Unicode cannot be one of ours.
    let environment = std::env::vars_os()
        .filter_map(|(key, value)| Some((key.into_string().ok()?, value.into_string().ok()?)));
    Ok(Settings::load(&file, environment)?)
}

fn serve(settings: Settings) -> Result<(), Failure> {
    telemetry::install(settings.telemetry.log);
    let runtime = tokio::runtime::Runtime::new()?;
    runtime.block_on(async {
        let gateway = Gateway::bind(settings, Clock::system()).await?;
        tracing::info!(
            version = env!("CARGO_PKG_VERSION"),
            listen.api = %gateway.addr(),
            listen.admin = %gateway.admin_addr(),
            "listening"
        );
        gateway.run(stop_signal()).await?;
        Ok(())
    })
}

/// Resolves when the process is asked to stop.
async fn stop_signal() {
    use tokio::signal::unix::{SignalKind, signal};
    match (
        signal(SignalKind::terminate()),
        signal(SignalKind::interrupt()),
    ) {
        (Ok(mut terminate), Ok(mut interrupt)) => {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
        }
        // Without handlers the signals end the process by themselves.
        (_, _) => std::future::pending().await,
    }
}

fn openapi(folder: Option<PathBuf>) -> Result<(), Failure> {
    let text = document::json(&document::document());
    match folder {
        None => say(text.trim_end()),
        Some(folder) => std::fs::write(folder.join("openapi.json"), text)?,
    }
    Ok(())
}

#[expect(clippy::print_stdout, reason = "what a command prints is its result")]
fn say(text: &str) {
    println!("{text}");
}

#[expect(
    clippy::print_stderr,
    reason = "there may be no log yet when a start fails"
)]
fn complain(error: &dyn std::error::Error) {
    eprintln!("edr-gateway: {error}");
    let mut cause = error.source();
    while let Some(it) = cause {
        eprintln!("  because: {it}");
        cause = it.source();
    }
}
