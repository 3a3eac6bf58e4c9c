//! Where log lines go and what form they have.
//!
//! Three kinds of line share one stream, told apart by `target`: `access` (one wide line a
//! request), `audit` (one line a decision) and everything else. `RUST_LOG` chooses the levels of
//! everything else: nobody shall lose the audit log by asking for more, or less, of the rest. They
//! leave through one [`outlet`], behind which nobody waits for standard output.
//!
//! Lines of a request name its [`trace`], which can be collected too ([`export`]).

pub mod export;
mod lines;
pub mod outlet;
pub mod place;
#[cfg(test)]
mod sheet;
pub mod trace;
mod verdict;

pub use verdict::Verdict;

use std::io;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;

use crate::config::{AuditPolicy, LogFormat, Telemetry};
use lines::{Joined, JsonLines};
use outlet::Outlet;

/// The log of the process.
#[derive(Debug)]
pub struct Log {
    /// Its way out.
    pub outlet: Outlet,
    /// What to do when the audit log cannot be written.
    pub audit: AuditPolicy,
}

impl Log {
    /// Whether nothing is done now, because its audit line could not be written.
    #[must_use]
    pub fn refuses(&self) -> bool {
        self.audit == AuditPolicy::Refuse && !self.outlet.is_writing()
    }
}

static LOG: OnceLock<Log> = OnceLock::new();

/// Installs the log for the process, to standard output; later calls change nothing.
///
/// # Errors
/// When there can be no thread for it.
pub fn install(settings: &Telemetry) -> io::Result<()> {
    if LOG.get().is_some() {
        return Ok(());
    }
    let outlet = Outlet::stdout()?;
    let log = LOG.get_or_init(|| Log {
        outlet,
        audit: settings.audit,
    });
    install_with(settings.log, log.outlet.clone());
    Ok(())
}

/// The log of the process; none where another writer was installed, as tests do.
#[must_use]
pub fn log() -> Option<&'static Log> {
    LOG.get()
}

/// Waits until the log is written, when it can be, for so long at most.
pub fn finish(within: Duration) {
    if let Some(log) = LOG.get() {
        log.outlet.finish(Instant::now() + within);
    }
}

/// As [`install`], into a writer of the caller's. Tests read what they find there.
pub fn install_with<W>(format: LogFormat, writer: W)
where
    W: for<'w> MakeWriter<'w> + Send + Sync + 'static,
{
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter(std::env::var("RUST_LOG").ok().as_deref()))
        .with_writer(writer);
    // An error means that a subscriber stands already, which then is the one to keep.
    let _already_installed = match format {
        LogFormat::Json => builder
            .json()
            .map_event_format(|_| Joined::new(JsonLines, format))
            .try_init(),
        LogFormat::Text => builder
            .with_ansi(false)
            .map_event_format(|it| Joined::new(it, format))
            .try_init(),
    }
    .is_err();
}

/// What is let through when nobody asks for more or less. The server's library tells each of its
/// workers' beginnings, and all that it knows of its end this program says itself.
const USUAL: &str = "info,actix_server=warn";

/// What is let through, after the text of `RUST_LOG`.
fn filter(wanted: Option<&str>) -> EnvFilter {
    let filter = wanted
        .and_then(|it| EnvFilter::try_new(it).ok())
        .unwrap_or_else(|| EnvFilter::new(USUAL));
    ["audit=info", "access=info"]
        .into_iter()
        .map(|it| it.parse().expect("a directive"))
        .fold(filter, EnvFilter::add_directive)
}

#[cfg(test)]
mod tests {
    use super::sheet::Sheet;
    use super::*;

    #[test]
    fn whatever_rust_log_says_the_audit_and_access_lines_are_written() {
        for wanted in [
            None,
            Some("warn"),
            Some("off"),
            Some("edr_gateway=debug,ksc=debug"),
            Some("audit=off"),
            Some("?!"),
        ] {
            let page = Sheet::default();
            let subscriber = tracing_subscriber::fmt()
                .with_env_filter(filter(wanted))
                .with_writer(page.clone())
                .finish();

            tracing::subscriber::with_default(subscriber, || {
                tracing::info!(target: "audit", "who and what");
                tracing::info!(target: "access", "how long");
            });

            let text = page.text();
            assert!(
                text.contains("who and what") && text.contains("how long"),
                "{wanted:?}: {text}"
            );
        }
    }
}
