//! An answer: what goes where, and the exit code.

use std::borrow::Cow;
use std::io::{self, IsTerminal as _, Write as _};
use std::process::ExitCode;

use super::printed::page;
use super::trouble::Trouble;

/// An answer.
#[derive(Debug, Default)]
pub(super) struct Answered {
    /// For standard output, as it is.
    pub(super) text: String,
    /// Beside it, for standard error.
    pub(super) aside: String,
    /// What it comes to.
    pub(super) code: u8,
}

impl Answered {
    pub(super) fn new(text: String, code: u8) -> Self {
        Self {
            text,
            code,
            aside: String::new(),
        }
    }

    /// Says it. Whoever closed the other end does not want it, and the exit code still counts; an
    /// output that takes no more is another matter, since half a file looks like a file.
    pub(super) fn say(&self) -> Result<ExitCode, Trouble> {
        let mut output = io::stdout().lock();
        // A converted file is given out byte for byte, but not to where its bytes would act.
        let text = if output.is_terminal() {
            Cow::Owned(page(&self.text))
        } else {
            Cow::Borrowed(self.text.as_str())
        };
        let written = output
            .write_all(text.as_bytes())
            .and_then(|()| output.flush());
        // Nobody may be there to read it.
        let _gone = io::stderr().lock().write_all(self.aside.as_bytes());
        match written {
            Err(source) if source.kind() != io::ErrorKind::BrokenPipe => Err(Trouble::Unwritable {
                name: "standard output".to_owned(),
                source,
            }),
            Ok(()) | Err(_) => Ok(ExitCode::from(self.code)),
        }
    }
}
