//! What the gateways of this process have logged.

use std::io;
use std::sync::{Mutex, Once, PoisonError};

use edr_gateway::config::LogFormat;
use edr_gateway::telemetry;
use serde_json::Value;

/// One line of the log, as JSON.
pub type Line = Value;

static LINES: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// Catches the log of every gateway in this process from now on.
pub(crate) fn catch() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| telemetry::install_with(LogFormat::Json, || Catch));
}

/// The lines about one request, of one target (`audit`, `access`).
///
/// # Panics
/// When a line is not JSON.
#[must_use]
pub fn lines(target: &str, request_id: &str) -> Vec<Line> {
    let lines = LINES.lock().unwrap_or_else(PoisonError::into_inner);
    lines
        .iter()
        // All tests of a process log here: to read every line for each question would take most of
        // their time.
        .filter(|it| it.contains(request_id))
        .map(|it| serde_json::from_str::<Line>(it).expect("a log line is JSON"))
        .filter(|it| it["target"] == target && it["request.id"] == request_id)
        .collect()
}

/// The audit lines about one request that say what was decided, without those that announce what is
/// about to be sent.
///
/// # Panics
/// When a line is not JSON.
#[must_use]
pub fn decisions(request_id: &str) -> Vec<Line> {
    let mut lines = lines("audit", request_id);
    lines.retain(|it| it["decision"] != "sending");
    lines
}

/// Why the token of a request was refused, which its caller is not told.
///
/// # Panics
/// When it was not, or nothing says why.
#[must_use]
pub fn refused_because(request_id: &str) -> String {
    let access = lines("access", request_id);
    let cause = access
        .first()
        .and_then(|it| it["auth.refused_because"].as_str());
    cause.expect("a token was refused, and why").to_owned()
}

/// Everything that was logged, as one text.
#[must_use]
pub fn everything() -> String {
    LINES
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .join("\n")
}

/// How far the log has come.
#[must_use]
pub fn so_far() -> usize {
    LINES.lock().unwrap_or_else(PoisonError::into_inner).len()
}

/// What was logged since then, as one text.
#[must_use]
pub fn since(then: usize) -> String {
    LINES
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .get(then..)
        .unwrap_or_default()
        .join("\n")
}

struct Catch;

impl io::Write for Catch {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(bytes);
        let mut lines = LINES.lock().unwrap_or_else(PoisonError::into_inner);
        lines.extend(text.lines().map(str::to_owned));
        if std::env::var_os("TEST_LOG").is_some() {
            io::stderr().write_all(bytes)?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
