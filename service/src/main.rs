//! The program: `serve`, `check-config`, `doctor`, `health`, `openapi`.

mod signals;

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use clap::{Parser, Subcommand};
use edr_gateway::api::document;
use edr_gateway::app::Gateway;
use edr_gateway::clock::Clock;
use edr_gateway::config::{ConfigError, Mistake, Settings};
use edr_gateway::doctor::{self, Report};
use edr_gateway::{probe, telemetry};
use url::Url;

/// EDR response tasks over Kaspersky Security Center, with one authenticated JSON call.
#[derive(Parser)]
#[command(name = "edr-gateway", version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve until SIGTERM, SIGINT, SIGHUP, SIGQUIT or SIGABRT.
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
    /// Prove an installation without changing anything in KSC.
    ///
    /// Ends with 0 when no check failed, 1 when one did, 2 when the settings are bad.
    Doctor {
        /// The settings, TOML.
        #[arg(long)]
        config: Option<PathBuf>,
        /// Print one JSON document instead of text.
        #[arg(long)]
        json: bool,
    },
    /// Ask a running gateway whether it is well, for an image that holds nothing else to ask with.
    ///
    /// Ends with 0 when it says so, else with 1.
    Health {
        /// The address to ask, on the admin listener. Without it, this machine at the port that
        /// `EDR_GATEWAY__SERVER__ADMIN_LISTEN` names, or else 9090.
        #[arg(long)]
        url: Option<Url>,
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
        Command::Serve { config } => load(config.as_deref())
            .map_err(Failure::from)
            .and_then(serve),
        Command::CheckConfig { config } => load(config.as_deref())
            .map(|_| say("the configuration is good"))
            .map_err(Failure::from),
        Command::Doctor { config, json } => return doctor(config.as_deref(), json),
        Command::Health { url } => {
            let listen = std::env::var("EDR_GATEWAY__SERVER__ADMIN_LISTEN").ok();
            let url = url.unwrap_or_else(|| probe::here(listen.as_deref()));
            probe::ask(&url).map(|it| say(&it)).map_err(Failure::from)
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

fn load(path: Option<&Path>) -> Result<Settings, ConfigError> {
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
    Settings::load(&file, environment)
}

fn serve(settings: Settings) -> Result<(), Failure> {
    telemetry::install(&settings.telemetry)?;
    keep_to_itself();
    let runtime = tokio::runtime::Runtime::new()?;
    let served = runtime.block_on(async {
        let stop = signals::stop();
        let gateway = Gateway::bind(settings, Clock::system()).await?;
        tracing::info!(
            version = env!("CARGO_PKG_VERSION"),
            listen.api = %gateway.addr(),
            listen.admin = %gateway.admin_addr(),
            "listening"
        );
        gateway.run(stop).await?;
        Ok(())
    });
    // A name that is still being resolved must not keep a gateway that has stopped.
    runtime.shutdown_background();
    telemetry::finish(LAST_LINES);
    served
}

/// Longest that a gateway which has stopped waits for whoever reads its log.
const LAST_LINES: Duration = Duration::from_secs(1);

/// Keeps what is in memory, the KSC password and callers' tokens among it, out of core files and from
/// debuggers of the same user. A system that cannot is no reason not to serve.
fn keep_to_itself() {
    use rustix::process::{DumpableBehavior, set_dumpable_behavior};
    if let Err(error) = set_dumpable_behavior(DumpableBehavior::NotDumpable) {
        tracing::warn!(error = %error, "a core file of this process could hold secrets");
    }
}

fn doctor(config: Option<&Path>, json: bool) -> ExitCode {
    let report = match load(config) {
        Ok(settings) => match examine(settings) {
            Ok(report) => report,
            Err(error) => {
                complain(&error);
                return ExitCode::FAILURE;
            }
        },
        Err(error) => {
            let report = Report::mistaken(&error);
            if !json {
                // As `check-config` does: a line each is easier to read than any report on them.
                complain(&error);
                return ExitCode::from(report.exit_code());
            }
            report
        }
    };
    if json {
        say(&report.json());
    } else {
        say(report.to_string().trim_end());
    }
    ExitCode::from(report.exit_code())
}

fn examine(settings: Settings) -> std::io::Result<Report> {
    // The client's log is for whoever asks for it, and never between the lines of the report.
    if std::env::var_os("RUST_LOG").is_some() {
        telemetry::install_with(settings.telemetry.log, std::io::stderr);
    }
    let runtime = tokio::runtime::Runtime::new()?;
    let report = runtime.block_on(doctor::examine(settings, Clock::system()));
    // A name that is still being resolved must not keep the report back.
    runtime.shutdown_background();
    Ok(report)
}

fn openapi(folder: Option<PathBuf>) -> Result<(), Failure> {
    let text = document::json(&document::document());
    match folder {
        None => say(text.trim_end()),
        Some(folder) => std::fs::write(folder.join("openapi.json"), text)?,
    }
    Ok(())
}

/// A command's result. Whoever closed the other end does not want it; the exit code still counts.
fn say(text: &str) {
    let mut output = std::io::stdout().lock();
    let _gone = writeln!(output, "{text}").and_then(|()| output.flush());
}

/// What went wrong, where there may be no log yet. Nobody may be there to read it.
fn complain(error: &dyn std::error::Error) {
    let mut output = std::io::stderr().lock();
    let mut gone = writeln!(output, "edr-gateway: {error}");
    let mut cause = error.source();
    while let (Some(it), Ok(())) = (cause, gone) {
        gone = writeln!(output, "  because: {it}");
        cause = it.source();
    }
}
