//! The program: `serve`, `check-config`, `doctor`, `issuer`, `kata`, `kataedr`, `health`, `openapi`.

mod signals;

/// The system's own allocator has the threads of a server wait for one another.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use clap::builder::NonEmptyStringValueParser;
use clap::{Parser, Subcommand};
use dialects::Dialect;
use edr_gateway::app::Gateway;
use edr_gateway::backends::kata::identity;
use edr_gateway::clock::Clock;
use edr_gateway::config::{ConfigError, Mistake, Settings};
use edr_gateway::doctor::{self, Report};
use edr_gateway::doors::rest::document;
use edr_gateway::issuer::{self, IssuerError, SigningAlgorithm, Which};
use edr_gateway::task_settings::{self, KataedrArguments};
use edr_gateway::{probe, telemetry};
use url::Url;
use vocabulary::task_id::Alias;

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
    /// Check the settings and the files that they name, report all mistakes, and end.
    ///
    /// Nobody is asked over the network: that is what `doctor` does.
    CheckConfig {
        /// The settings, TOML.
        #[arg(long)]
        config: Option<PathBuf>,
        /// Look at the settings alone, on a machine that has none of the files.
        #[arg(long)]
        without_files: bool,
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
        /// Look at the access token in this file alone (`-` for standard input): what it may do,
        /// for whom, until when, and why not. KSC is not asked, and the token is not shown.
        #[arg(long, value_name = "FILE")]
        token: Option<PathBuf>,
    },
    /// Make keys and long-lived tokens, where there is no identity provider.
    Issuer {
        #[command(subcommand)]
        command: IssuerCommand,
    },
    /// Prepare what a KATA Central Node has to accept.
    Kata {
        #[command(subcommand)]
        command: KataCommand,
    },
    /// Read, check, convert and explain settings of the KATAEDR task of Kaspersky Endpoint Security for
    /// Linux, and try its servers.
    Kataedr(KataedrArguments),
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
        /// Write it, in all its dialects, into this folder instead.
        #[arg(long)]
        write: Option<PathBuf>,
    },
}

#[derive(Subcommand)]
enum KataCommand {
    /// Make a key, a certificate and an id, and show what an administrator compares and accepts.
    Identity {
        /// The folder for `kata.key` and `kata.crt`. Nothing in it is overwritten.
        #[arg(long)]
        folder: PathBuf,
        /// For how many days the certificate is good: another one has to be accepted anew.
        #[arg(long, default_value_t = 365, value_parser = clap::value_parser!(u16).range(1..=36_525))]
        days: u16,
    },
}

#[derive(Subcommand)]
enum IssuerCommand {
    /// Make a folder with a new private key, its key set, and an empty list of revoked tokens.
    Init {
        /// The folder. Nothing in it is overwritten.
        #[arg(long)]
        folder: PathBuf,
        /// The issuer's name, `iss`: any text that no other issuer has.
        #[arg(long, value_parser = NonEmptyStringValueParser::new())]
        name: String,
        /// Whom its tokens are for, `aud`.
        #[arg(long, default_value = "edr-gateway", value_parser = NonEmptyStringValueParser::new())]
        audience: String,
        /// What it signs with.
        #[arg(long, value_parser = ["ES256", "EdDSA"], default_value = "ES256")]
        algorithm: String,
    },
    /// Make a token and show it, once, on standard output.
    Token {
        /// The issuer's folder.
        #[arg(long)]
        folder: PathBuf,
        /// The caller that it is for, `sub`.
        #[arg(long)]
        subject: String,
        /// A scope, such as `tasks.create`; several with several of these, or commas.
        #[arg(long)]
        scope: Vec<String>,
        /// For how many days it is good.
        #[arg(long)]
        days: u16,
    },
    /// Show what was issued, without the tokens.
    List {
        /// The issuer's folder.
        #[arg(long)]
        folder: PathBuf,
    },
    /// Revoke a token, or all of a caller.
    Revoke {
        /// The issuer's folder.
        #[arg(long)]
        folder: PathBuf,
        /// The token's id, as `list` shows it.
        #[arg(long, required_unless_present = "subject", conflicts_with = "subject")]
        id: Option<String>,
        /// The caller whose tokens are revoked, all of them.
        #[arg(long)]
        subject: Option<String>,
    },
}

fn main() -> ExitCode {
    let result = match Arguments::parse().command {
        Command::Serve { config } => load(config.as_deref())
            .map_err(AnyError::from)
            .and_then(serve),
        Command::CheckConfig {
            config,
            without_files,
        } => check_config(config.as_deref(), without_files),
        Command::Doctor {
            config,
            json,
            token,
        } => return doctor(config.as_deref(), json, token.as_deref()),
        Command::Issuer { command } => issue(command).map_err(AnyError::from),
        Command::Kata {
            command: KataCommand::Identity { folder, days },
        } => identity::make(&folder, days, Clock::system().now())
            .map(|it| say(&it))
            .map_err(AnyError::from),
        Command::Kataedr(arguments) => {
            return task_settings::run(arguments, load, &Clock::system()).unwrap_or_else(|error| {
                complain(&error);
                ExitCode::from(NO_ANSWER)
            });
        }
        Command::Health { url } => {
            let listen = std::env::var("EDR_GATEWAY__SERVER__ADMIN_LISTEN").ok();
            let url = url.unwrap_or_else(|| probe::here(listen.as_deref()));
            probe::ask(&url).map(|it| say(&it)).map_err(AnyError::from)
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

/// The exit code where the options are wrong or a file cannot be read, as clap has it.
const NO_ANSWER: u8 = 2;

type AnyError = Box<dyn std::error::Error>;

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

fn check_config(path: Option<&Path>, without_files: bool) -> Result<(), AnyError> {
    let settings = load(path)?;
    if without_files {
        say("the configuration is good; the files that it names were not looked at");
        return Ok(());
    }
    let runtime = tokio::runtime::Runtime::new()?;
    let mistakes = runtime.block_on(doctor::named_files(&settings));
    if !mistakes.is_empty() {
        return Err(ConfigError(mistakes).into());
    }
    say("the configuration is good, and the files that it names can be used");
    Ok(())
}

fn serve(settings: Settings) -> Result<(), AnyError> {
    telemetry::install(&settings.telemetry)?;
    keep_to_itself();
    let runtime = tokio::runtime::Runtime::new()?;
    let served = runtime.block_on(async {
        let stop = signals::stop();
        let backends: Vec<&str> = settings.backends.keys().map(Alias::as_str).collect();
        let backends = backends.join(" ");
        let gateway = Gateway::bind(settings, Clock::system()).await?;
        tracing::info!(
            version = env!("CARGO_PKG_VERSION"),
            backends,
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

/// Keeps what is in memory, the KSC password and callers' tokens among it, out of core files and
/// from debuggers of the same user. A system that cannot is no reason not to serve.
fn keep_to_itself() {
    use rustix::process::{DumpableBehavior, set_dumpable_behavior};
    if let Err(error) = set_dumpable_behavior(DumpableBehavior::NotDumpable) {
        tracing::warn!(error = %error, "a core file of this process could hold secrets");
    }
}

fn doctor(config: Option<&Path>, json: bool, token: Option<&Path>) -> ExitCode {
    let report = match load(config) {
        Ok(settings) => match examine(settings, token) {
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

fn examine(settings: Settings, token: Option<&Path>) -> std::io::Result<Report> {
    let token = match token {
        None => None,
        Some(path) if path == Path::new("-") => Some(std::io::read_to_string(std::io::stdin())?),
        // Its name may be the token itself.
        Some(path) => Some(std::fs::read_to_string(path).map_err(|error| {
            std::io::Error::new(
                error.kind(),
                format!("the file of --token cannot be read: {error}"),
            )
        })?),
    };
    // The client's log is for whoever asks for it, and never between the lines of the report.
    if std::env::var_os("RUST_LOG").is_some() {
        telemetry::install_with(settings.telemetry.log, std::io::stderr);
    }
    let runtime = tokio::runtime::Runtime::new()?;
    let report = runtime.block_on(async {
        match &token {
            None => doctor::examine(settings, Clock::system()).await,
            Some(token) => doctor::examine_token(&settings, token, Clock::system()).await,
        }
    });
    // A name that is still being resolved must not keep the report back.
    runtime.shutdown_background();
    Ok(report)
}

fn issue(command: IssuerCommand) -> Result<(), IssuerError> {
    let now = Clock::system().now();
    match command {
        IssuerCommand::Init {
            folder,
            name,
            audience,
            algorithm,
        } => {
            let algorithm = match algorithm.as_str() {
                "EdDSA" => SigningAlgorithm::EdDsa,
                _ => SigningAlgorithm::ES256,
            };
            say(issuer::init(&folder, &name, &audience, algorithm)?.trim_end());
        }
        IssuerCommand::Token {
            folder,
            subject,
            scope,
            days,
        } => {
            // What else is said of it goes elsewhere: this is for a file or a secret's store.
            let mut output = std::io::stdout().lock();
            issuer::token(&folder, &subject, &scope, days, now, &mut output)?;
        }
        IssuerCommand::List { folder } => say(&issuer::list(&folder, now)?),
        IssuerCommand::Revoke {
            folder,
            id,
            subject,
        } => {
            let which = match (id, subject) {
                (Some(id), _) => Which::Id(id),
                (None, subject) => Which::Subject(subject.unwrap_or_default()),
            };
            say(&issuer::revoke(&folder, &which, now)?);
        }
    }
    Ok(())
}

fn openapi(folder: Option<PathBuf>) -> Result<(), AnyError> {
    let document = document::document();
    let Some(folder) = folder else {
        say(document::json(&document).trim_end());
        return Ok(());
    };
    for dialect in Dialect::ALL {
        let text = document::in_dialect(&document, dialect);
        std::fs::write(folder.join(dialect.file()), text)?;
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
