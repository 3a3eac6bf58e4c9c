//! The gateways' wall clocks, which are set forward and back under them by libfaketime. What has
//! passed they know all the same: the monotonic clock is left alone, as NTP leaves it alone.

use std::path::Path;
use std::process::Command;

/// What to load for it, where it is installed: its own wrapper says so.
pub(crate) fn library() -> Option<String> {
    let said = Command::new("faketime")
        .args(["-f", "+0", "sh", "-c", "printf %s \"$LD_PRELOAD\""])
        .output()
        .ok()?;
    let library = String::from_utf8(said.stdout).ok()?;
    (said.status.success() && !library.is_empty()).then_some(library)
}

/// The variables by which a process goes by the clock of this file.
pub(crate) fn variables(library: &str, file: &Path) -> [(&'static str, String); 4] {
    [
        ("LD_PRELOAD", library.to_owned()),
        ("FAKETIME_TIMESTAMP_FILE", file.display().to_string()),
        ("FAKETIME_NO_CACHE", "1".to_owned()),
        ("FAKETIME_DONT_FAKE_MONOTONIC", "1".to_owned()),
    ]
}

/// Sets it so far forward, or back. It is replaced at once: a half-written file would be another
/// time.
pub(crate) fn set(file: &Path, milliseconds: i64) {
    let sign = if milliseconds < 0 { '-' } else { '+' };
    let (seconds, rest) = (milliseconds.abs() / 1000, milliseconds.abs() % 1000);
    let fresh = file.with_extension("fresh");
    std::fs::write(&fresh, format!("{sign}{seconds}.{rest:03}\n")).expect("a file");
    std::fs::rename(&fresh, file).expect("it is replaced");
}
