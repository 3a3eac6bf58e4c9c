//! One finding.

use std::fmt;

use serde::Serialize;

use crate::excerpt::excerpt;
use crate::finding::code::{Code, Kind, Severity};
use crate::finding::place::Place;
use crate::source::Source;

/// Something to be said about settings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Finding {
    /// How bad it is.
    pub severity: Severity,
    /// Whether it is about the file, or holds for every device until somebody knows better.
    pub kind: Kind,
    /// What it is, for programs.
    pub code: Code,
    /// Where.
    pub place: Place,
    /// What is wrong, and why it matters.
    pub reason: String,
    /// What to do about it.
    pub mend: String,
    /// The document that it follows from.
    pub document: Source,
}

impl Finding {
    pub(crate) fn new(
        code: Code,
        place: Place,
        reason: impl Into<String>,
        mend: impl Into<String>,
    ) -> Self {
        Self {
            severity: code.severity(),
            kind: code.kind(),
            code,
            place,
            reason: reason.into(),
            mend: mend.into(),
            document: code.document(),
        }
    }

    /// The same, from another document.
    pub(crate) fn by(mut self, document: Source) -> Self {
        self.document = document;
        self
    }

    /// Whether settings with it cannot be used.
    #[must_use]
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

impl fmt::Display for Finding {
    /// One line: severity, place, code, reason, mend.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.severity.as_str())?;
        if let Some(line) = self.place.line {
            write!(f, " line {line}")?;
        }
        if let Some(pointer) = &self.place.pointer {
            write!(f, " at {}", excerpt(pointer))?;
        }
        if let (Some(section), None) = (&self.place.section, &self.place.pointer) {
            write!(f, " [{}]", excerpt(section).trim_matches('"'))?;
        }
        if let (Some(key), None) = (&self.place.key, &self.place.pointer) {
            write!(f, " {}", excerpt(key).trim_matches('"'))?;
        }
        write!(f, ": {} {} ({})", self.reason, self.mend, self.code)
    }
}
