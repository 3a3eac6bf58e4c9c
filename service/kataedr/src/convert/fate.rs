//! What became of one thing in a conversion.

use serde::Serialize;

/// What became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Fate {
    /// It stands in another section now.
    Moved,
    /// It has another value, as was asked for.
    Changed,
    /// It was not written, and its default is.
    Added,
    /// It was at its default, and there is no such key any more.
    LeftOut,
    /// It is unknown, and is kept.
    Kept,
    /// A comment, which the normal form does not have.
    CommentLeftOut,
    /// It cannot be carried, and is the reason of a refusal.
    Lost,
}

/// One thing, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Change {
    /// What became of it.
    pub fate: Fate,
    /// The line where it was, in INI.
    pub line: Option<usize>,
    /// The key, where it is one.
    pub key: Option<String>,
    /// The section where it was; empty at the top, nothing where it was not.
    pub from: Option<String>,
    /// The section where it is; empty at the top, nothing where it is not.
    pub to: Option<String>,
    /// Its value, or the comment.
    pub value: Option<String>,
    /// Why.
    pub why: String,
}

impl Change {
    pub(super) fn new(fate: Fate, why: impl Into<String>) -> Self {
        Self {
            fate,
            line: None,
            key: None,
            from: None,
            to: None,
            value: None,
            why: why.into(),
        }
    }

    pub(super) fn key(mut self, key: &str, value: &impl ToString) -> Self {
        self.key = Some(key.to_owned());
        self.value = Some(value.to_string());
        self
    }

    pub(super) fn from(mut self, section: &impl ToString, line: Option<usize>) -> Self {
        self.from = Some(section.to_string());
        self.line = line;
        self
    }

    pub(super) fn to(mut self, section: &impl ToString) -> Self {
        self.to = Some(section.to_string());
        self
    }
}
