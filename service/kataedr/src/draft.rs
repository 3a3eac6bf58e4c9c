//! What a file says, before anybody judges it: entries in their order, each with its place.
//!
//! INI and JSON come to the same form here, so that everything after goes by meaning. A draft may be
//! anything; [`Settings`](crate::Settings) are made only of one without an error.

use crate::finding::{Finding, Place};
use crate::ini::{self, Document};
use crate::json::{self, Node};
use serde::{Deserialize, Serialize};

/// How a file is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// As `--get-settings` writes without `--json`.
    Ini,
    /// As `--json` may write: the shape is documented nowhere.
    Json,
}

impl Format {
    /// Which of the two a file is most likely to be: JSON begins with a brace, which no line of INI does.
    #[must_use]
    pub fn guess(bytes: &[u8]) -> Self {
        let bytes = bytes.strip_prefix(BOM).unwrap_or(bytes);
        match bytes.iter().find(|it| !it.is_ascii_whitespace()) {
            Some(b'{') => Self::Json,
            Some(_) | None => Self::Ini,
        }
    }
}

/// The byte order mark of UTF-8.
const BOM: &[u8] = b"\xef\xbb\xbf";

/// A value as it is written.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Written {
    /// A text of INI: `raw` as it stands behind `=`, without the blanks around it.
    Ini { raw: String },
    /// A value of JSON that is no section.
    Json(Node),
}

/// A key with its value.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    /// The section's name as it is written, without brackets; empty at the top.
    pub(crate) section: String,
    pub(crate) name: String,
    pub(crate) written: Written,
    pub(crate) place: Place,
}

/// A comment, which has no place in the normal form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Comment {
    pub(crate) line: usize,
    pub(crate) text: String,
}

/// What a file says.
#[derive(Debug, Clone)]
pub struct Draft {
    pub(crate) format: Format,
    pub(crate) entries: Vec<Entry>,
    /// Every section as it begins, in order.
    pub(crate) sections: Vec<(String, Place)>,
    pub(crate) comments: Vec<Comment>,
    /// What the reader itself has to say.
    pub(crate) findings: Vec<Finding>,
}

impl Draft {
    /// Reads a file. It always comes to a draft: what could not be read is among the findings of
    /// [`check`](crate::check()).
    #[must_use]
    pub fn read(bytes: &[u8], format: Format) -> Self {
        match format {
            Format::Ini => Self::of_document(&Document::read(bytes)),
            Format::Json => {
                let read = json::read(bytes);
                let entry = |it: json::Leaf| Entry {
                    section: it.section,
                    name: it.name,
                    written: Written::Json(it.node),
                    place: it.place,
                };
                Self {
                    format,
                    entries: read.leaves.into_iter().map(entry).collect(),
                    sections: read.sections,
                    comments: Vec::new(),
                    findings: read.findings,
                }
            }
        }
    }

    /// What an INI document says.
    #[must_use]
    pub fn of_document(document: &Document) -> Self {
        let mut draft = Self {
            format: Format::Ini,
            entries: Vec::new(),
            sections: Vec::new(),
            comments: Vec::new(),
            findings: document.findings().to_vec(),
        };
        for item in document.items() {
            match item {
                ini::Item::Comment { line, text } => draft.comments.push(Comment { line, text }),
                ini::Item::Section { line, name } => {
                    let place = Place::line(line).named(&name, "");
                    draft.sections.push((name, place));
                }
                ini::Item::Pair {
                    line,
                    section,
                    name,
                    raw,
                } => draft.entries.push(Entry {
                    place: Place::line(line).named(&section, &name),
                    written: Written::Ini { raw },
                    section,
                    name,
                }),
            }
        }
        draft
    }

    /// How the file is written.
    #[must_use]
    pub fn format(&self) -> Format {
        self.format
    }

    /// How many keys it has.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether it has none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}
