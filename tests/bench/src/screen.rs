//! Where the bench speaks: lines on standard output.

use std::io::{self, Write as _};

/// A line of output. Whoever closed the other end does not want it; the record is written all the
/// same.
pub(crate) fn say(line: &str) {
    let mut output = io::stdout().lock();
    let _gone = writeln!(output, "{}", line.trim_end_matches(' ')).and_then(|()| output.flush());
}
