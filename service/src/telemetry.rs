//! Where log lines go and what form they have.
//!
//! Three kinds of line share one stream, told apart by `target`: `access` (one wide line a
//! request), `audit` (one line a decision) and everything else. `RUST_LOG` chooses levels.

use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;

use crate::config::LogFormat;

/// Installs the log for the process; later calls change nothing.
pub fn install(format: LogFormat) {
    install_with(format, std::io::stdout);
}

/// As [`install`], into a writer of the caller's. Tests read what they find there.
pub fn install_with<W>(format: LogFormat, writer: W)
where
    W: for<'w> MakeWriter<'w> + Send + Sync + 'static,
{
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(writer);
    // An error means that a subscriber stands already, which then is the one to keep.
    let _already_installed = match format {
        LogFormat::Json => builder
            .json()
            .flatten_event(true)
            .with_current_span(false)
            .try_init(),
        LogFormat::Text => builder.with_ansi(false).try_init(),
    }
    .is_err();
}
