//! Something that was checked, and what came of it.

use crate::exit::Exit;

/// Something that was checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Finding {
    pub(crate) name: &'static str,
    /// How the program ends with it: well, or as this says.
    pub(crate) exit: Exit,
    pub(crate) detail: String,
}

/// Clocks that are further apart, in seconds, make tokens invalid, and events hard to read.
pub(crate) const APART: i64 = 30;

impl Finding {
    pub(crate) fn good(name: &'static str, detail: impl Into<String>) -> Self {
        Self {
            name,
            exit: Exit::Done,
            detail: detail.into(),
        }
    }

    pub(crate) fn bad(name: &'static str, exit: Exit, detail: impl Into<String>) -> Self {
        Self {
            name,
            exit,
            detail: detail.into(),
        }
    }
}
