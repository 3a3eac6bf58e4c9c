//! A file of INI, kept as it is: what is not changed is written back byte for byte.

use std::ops::Range;

use crate::excerpt::excerpt;
use crate::finding::{Code, Finding, Place};
use crate::ini::line::{LONGEST_LINE, LONGEST_SECTION, Line, is_readable};
use crate::ini::value::{Flaw, Text, quote};

/// Largest file that is read, bytes: settings have one or two kilobytes.
const MOST_BYTES: usize = 1 << 20;

/// Most lines that are read.
const MOST_LINES: usize = 5_000;

/// A file of INI.
#[derive(Debug, Clone)]
pub struct Document {
    bytes: Vec<u8>,
    items: Vec<Kept>,
    findings: Vec<Finding>,
}

/// What a file holds, line by line, apart from blank lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Item {
    Comment {
        line: usize,
        text: String,
    },
    Section {
        line: usize,
        name: String,
    },
    Pair {
        line: usize,
        section: String,
        name: String,
        raw: String,
    },
}

/// The same, as places in the bytes.
#[derive(Debug, Clone)]
struct Kept {
    line: usize,
    /// Where the line ends, without its line end.
    end: usize,
    what: What,
}

#[derive(Debug, Clone)]
enum What {
    Comment(String),
    Section(String),
    Pair(String, Range<usize>),
}

/// Why a value was not set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotSet {
    /// The file could not be read as a whole, so that nothing is changed in it.
    #[error("the file has lines that could not be read")]
    Unreadable,
    /// The section, the name or the value cannot be written in INI.
    #[error("this section, name or value cannot be written in INI")]
    Unwritable,
    /// It stands there more than once.
    #[error("the key stands in its section more than once")]
    Repeated,
}

impl Document {
    /// Reads a file. What could not be read is in the findings; the bytes are kept in any case.
    ///
    /// Time and memory grow with the size alone; nothing above 1 MiB or 5,000 lines is looked at.
    #[must_use]
    pub fn read(bytes: &[u8]) -> Self {
        let mut document = Self {
            bytes: bytes.to_vec(),
            items: Vec::new(),
            findings: Vec::new(),
        };
        if let Some(finding) = too_much(bytes) {
            document.findings.push(finding);
            return document;
        }
        let mut section = String::new();
        let mut start = 0;
        for (at, piece) in bytes.split_inclusive(|b| *b == b'\n').enumerate() {
            let line = piece.strip_suffix(b"\n").unwrap_or(piece);
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            document.line(at + 1, start, line, &mut section);
            start += piece.len();
        }
        document
    }

    fn line(&mut self, number: usize, start: usize, bytes: &[u8], section: &mut String) {
        let end = start + bytes.len();
        let bom = if number == 1 && bytes.starts_with(b"\xef\xbb\xbf") {
            3
        } else {
            0
        };
        let place = Place::line(number);
        if bytes.len() > LONGEST_LINE {
            self.findings.push(Finding::new(
                Code::LineTooLong,
                place,
                format!(
                    "The line has {} bytes; nothing above {LONGEST_LINE} is read.",
                    bytes.len()
                ),
                "Take the line out.",
            ));
            return;
        }
        // Whether others take it for a line's end is not known, and a value in it would be read twice.
        if bytes.contains(&b'\r') {
            self.findings.push(Finding::new(
                Code::MalformedLine,
                place,
                format!(
                    "{} holds a carriage return that ends no line.",
                    excerpt(&String::from_utf8_lossy(bytes))
                ),
                "End lines with a line feed, or with a carriage return and a line feed.",
            ));
            return;
        }
        let Ok(text) = std::str::from_utf8(&bytes[bom..]) else {
            self.findings.push(Finding::new(
                Code::NotUtf8,
                place,
                format!(
                    "The line {} is not UTF-8.",
                    excerpt(&String::from_utf8_lossy(bytes))
                ),
                "Save the file as UTF-8; a file that Windows calls Unicode is UTF-16.",
            ));
            return;
        };
        let what = match Line::read(text) {
            Line::Blank => return,
            Line::Comment(text) => What::Comment(text.to_owned()),
            Line::Section(name) if name.len() <= LONGEST_SECTION => {
                name.clone_into(section);
                What::Section(name.to_owned())
            }
            Line::Pair(name, value) => {
                self.quotes(place.named(section, name), &text[value.clone()]);
                let start = start + bom;
                What::Pair(name.to_owned(), start + value.start..start + value.end)
            }
            Line::Section(_) | Line::NoSection => {
                self.findings.push(Finding::new(
                    Code::MalformedSection,
                    place,
                    format!("{} begins like a section and is none.", excerpt(text)),
                    "Write the section's name between brackets and nothing behind them.",
                ));
                // What it probably was: or every key below would be said to stand in the section before.
                let name = text.trim_start_matches([' ', '\t', '[']);
                let name = name.split(']').next().unwrap_or_default().trim();
                if name.len() > LONGEST_SECTION {
                    return;
                }
                name.clone_into(section);
                What::Section(name.to_owned())
            }
            Line::Nothing => {
                self.findings.push(Finding::new(
                    Code::MalformedLine,
                    place,
                    format!(
                        "{} is neither a section, nor Name=value, nor a comment.",
                        excerpt(text)
                    ),
                    "Write Name=value, or take the line out.",
                ));
                return;
            }
        };
        self.items.push(Kept {
            line: number,
            end,
            what,
        });
    }

    fn quotes(&mut self, place: Place, raw: &str) {
        let finding = match Text::read(raw).flaw {
            None => return,
            Some(Flaw::LoneQuote) => Finding::new(
                Code::LoneQuote,
                place,
                format!("{} has a quotation mark at one end only.", excerpt(raw)),
                "Put one at both ends, or at neither.",
            ),
            Some(Flaw::Blank) => Finding::new(
                Code::BlankInValue,
                place,
                format!(
                    "{} holds blanks outside quotation marks, which are ignored there.",
                    excerpt(raw)
                ),
                "Put the value in quotation marks, or take the blanks out.",
            ),
        };
        self.findings.push(finding);
    }

    /// The file.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// What could not be read, or only with doubt.
    #[must_use]
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// What it holds, in order.
    pub(crate) fn items(&self) -> impl Iterator<Item = Item> {
        let mut section = String::new();
        self.items.iter().map(move |it| {
            let line = it.line;
            match &it.what {
                What::Comment(text) => Item::Comment {
                    line,
                    text: text.clone(),
                },
                What::Section(name) => {
                    section.clone_from(name);
                    Item::Section {
                        line,
                        name: name.clone(),
                    }
                }
                What::Pair(name, value) => Item::Pair {
                    line,
                    section: section.clone(),
                    name: name.clone(),
                    raw: String::from_utf8_lossy(&self.bytes[value.clone()]).into_owned(),
                },
            }
        })
    }

    /// Sets one value and leaves every other byte as it is. A key that is not there comes to the end
    /// of its section, and a section that is not there to the end of the file.
    ///
    /// Names are looked for whatever their case, as [`check`](crate::check()) reads them.
    pub fn set(&mut self, section: &str, name: &str, value: &str) -> Result<(), NotSet> {
        if self.findings.iter().any(Finding::is_error) {
            return Err(NotSet::Unreadable);
        }
        let written = quote(value).ok_or(NotSet::Unwritable)?;
        if !is_readable(section, Some((name, &written))) {
            return Err(NotSet::Unwritable);
        }
        let mut here = section.is_empty();
        let mut found: Option<Range<usize>> = None;
        // Where the section's last line ends.
        let mut last = here.then_some(None);
        for it in &self.items {
            match &it.what {
                What::Section(other) => here = other.eq_ignore_ascii_case(section),
                What::Pair(other, value) if here && other.eq_ignore_ascii_case(name) => {
                    if found.replace(value.clone()).is_some() {
                        return Err(NotSet::Repeated);
                    }
                }
                What::Pair(..) | What::Comment(_) => {}
            }
            // A comment at the end is more likely about the section that follows.
            if here && !matches!(it.what, What::Comment(_)) {
                last = Some(Some(it.end));
            }
        }
        let end = if self.bytes.windows(2).any(|it| it == b"\r\n") {
            "\r\n"
        } else {
            "\n"
        };
        if let Some(value) = found {
            self.bytes.splice(value, written.into_bytes());
        } else if let Some(Some(at)) = last {
            self.bytes
                .splice(at..at, format!("{end}{name}={written}").into_bytes());
        } else if last.is_some() {
            let at = if self.bytes.starts_with(b"\xef\xbb\xbf") {
                3
            } else {
                0
            };
            self.bytes
                .splice(at..at, format!("{name}={written}{end}").into_bytes());
        } else {
            if !self.bytes.is_empty() && !self.bytes.ends_with(b"\n") {
                self.bytes.extend_from_slice(end.as_bytes());
            }
            let more = format!("[{section}]{end}{name}={written}{end}");
            self.bytes.extend_from_slice(more.as_bytes());
        }
        *self = Self::read(&self.bytes);
        Ok(())
    }
}

/// What is said of a file that is too large to be settings.
fn too_much(bytes: &[u8]) -> Option<Finding> {
    if bytes.len() > MOST_BYTES {
        return Some(Finding::new(
            Code::TooLarge,
            Place::default(),
            format!(
                "The file has {} bytes, and settings have one or two thousand; nothing above {MOST_BYTES} is read.",
                bytes.len()
            ),
            "Give the file that kesl-control --get-settings 24 --file writes.",
        ));
    }
    let lines = bytes.split(|it| *it == b'\n').count();
    (lines > MOST_LINES).then(|| {
        Finding::new(
            Code::TooManyEntries,
            Place::default(),
            format!("The file has {lines} lines, and settings have a few dozen; nothing above {MOST_LINES} is read."),
            "Give the file that kesl-control --get-settings 24 --file writes.",
        )
    })
}
