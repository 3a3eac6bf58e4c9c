//! Where verify speaks: lines on standard output, in colour where somebody looks.

use std::io::{self, IsTerminal as _, Write as _};

/// A text in a colour of the terminal.
pub(crate) fn coloured(code: &str, text: &str) -> String {
    let plain = !io::stdout().is_terminal()
        || std::env::var_os("NO_COLOR").is_some_and(|it| !it.is_empty());
    if plain {
        text.to_owned()
    } else {
        format!("\x1b[{code}m{text}\x1b[0m")
    }
}

/// A line of output. Whoever closed the other end does not want it; the exit code still counts.
pub(crate) fn say(line: &str) {
    let mut output = io::stdout().lock();
    let _gone = writeln!(output, "{}", line.trim_end_matches(' ')).and_then(|()| output.flush());
}
