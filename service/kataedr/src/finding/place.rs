//! Where in a file something was found.

use serde::Serialize;

/// A place in a file: whatever of it is known.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Place {
    /// The line, from 1.
    pub line: Option<usize>,
    /// The JSON pointer (RFC 6901), in JSON.
    pub pointer: Option<String>,
    /// The section as it is written, without brackets; nothing at the top.
    pub section: Option<String>,
    /// The key as it is written.
    pub key: Option<String>,
    /// Its turn in the file, by which findings are put in order.
    #[serde(skip)]
    pub(crate) turn: Option<usize>,
}

impl Place {
    /// A line of INI.
    pub(crate) fn line(line: usize) -> Self {
        Self {
            line: Some(line),
            turn: Some(line),
            ..Self::default()
        }
    }

    /// A value of JSON.
    pub(crate) fn pointer(pointer: String, turn: usize) -> Self {
        Self {
            pointer: Some(pointer),
            turn: Some(turn),
            ..Self::default()
        }
    }

    /// The same place, with its section and key.
    pub(crate) fn named(mut self, section: &str, key: &str) -> Self {
        let named = |it: &str| (!it.is_empty()).then(|| it.to_owned());
        self.section = named(section);
        self.key = named(key);
        self
    }
}
