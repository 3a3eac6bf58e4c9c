//! Something that was checked, and what came of it.

use crate::exit::Exit;

/// Something that was checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Check {
    pub(super) name: &'static str,
    pub(super) exit: Exit,
    pub(super) detail: String,
}

impl Check {
    pub(super) fn good(name: &'static str, detail: impl Into<String>) -> Self {
        Self {
            name,
            exit: Exit::Done,
            detail: detail.into(),
        }
    }

    pub(super) fn bad(name: &'static str, exit: Exit, detail: impl Into<String>) -> Self {
        Self {
            name,
            exit,
            detail: detail.into(),
        }
    }
}
