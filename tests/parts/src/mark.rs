//! Marks for callgrind: where it writes down what it has counted so far, and begins anew.
//!
//! # Rationale
//!
//! Valgrind's own requests to a program that it runs are assembler. But callgrind can be told to write its counts down
//! before a function (`--dump-before`), and the C library's functions have names even where the program's were taken
//! away. Nothing in the gateway asks for the parent's process id, so that function is the mark.

use std::io::Write as _;

/// Ends what is counted, and begins the next count.
pub(crate) fn mark() {
    std::hint::black_box(std::os::unix::process::parent_id());
}

/// A line for whoever started this process.
pub(crate) fn tell(line: &str) {
    let mut errors = std::io::stderr().lock();
    let _gone = writeln!(errors, "{line}").and_then(|()| errors.flush());
}
