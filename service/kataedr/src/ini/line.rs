//! One line.

use std::ops::Range;

use crate::ini::value::is_blank;

/// Longest line that is read, bytes.
pub(super) const LONGEST_LINE: usize = 4_096;

/// Longest name of a section, bytes: every key below it carries the name along.
pub(super) const LONGEST_SECTION: usize = 256;

/// What a line is. Ranges are bytes of the line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Line<'a> {
    /// Nothing, or blanks.
    Blank,
    /// A comment, with its sign.
    Comment(&'a str),
    /// A section, by its name.
    Section(&'a str),
    /// It begins like a section and is none.
    NoSection,
    /// `name=value`, and where the value is, without blanks around it.
    Pair(&'a str, Range<usize>),
    /// Nothing of this.
    Nothing,
}

impl<'a> Line<'a> {
    /// Reads a line without its end.
    pub(super) fn read(line: &'a str) -> Self {
        let text = line.trim_matches(is_blank);
        match text.chars().next() {
            None => Self::Blank,
            Some('#' | ';') => Self::Comment(text),
            Some('[') => {
                let name = text[1..]
                    .strip_suffix(']')
                    .map(|it| it.trim_matches(is_blank));
                match name {
                    Some(name) if !name.is_empty() && !name.contains(['[', ']']) => {
                        Self::Section(name)
                    }
                    Some(_) | None => Self::NoSection,
                }
            }
            Some(_) => Self::pair(line).unwrap_or(Self::Nothing),
        }
    }

    fn pair(line: &'a str) -> Option<Self> {
        let (name, value) = line.split_once('=')?;
        let at = name.len() + 1;
        let name = name.trim_matches(is_blank);
        let begin = at + (value.len() - value.trim_start_matches(is_blank).len());
        let end = begin + value.trim_matches(is_blank).len();
        (!name.is_empty()).then_some(Self::Pair(name, begin..end))
    }
}

/// Whether a section of this name, or in one a key with this value, reads as it is written.
pub(crate) fn is_readable(section: &str, pair: Option<(&str, &str)>) -> bool {
    let one_line = |it: &str| !it.contains(['\n', '\r']) && it.len() <= LONGEST_LINE;
    let header = format!("[{section}]");
    let section_is = section.is_empty()
        || section.len() <= LONGEST_SECTION
            && one_line(&header)
            && Line::read(&header) == Line::Section(section);
    let pair_is = pair.is_none_or(|(name, written)| {
        let line = format!("{name}={written}");
        let begin = name.len() + 1;
        one_line(&line) && Line::read(&line) == Line::Pair(name, begin..line.len())
    });
    section_is && pair_is
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_told_apart() {
        for (line, is) in [
            ("", Line::Blank),
            (" \t", Line::Blank),
            ("  # x", Line::Comment("# x")),
            (";x=1", Line::Comment(";x=1")),
            (
                " [ Endpoints.item_0000 ] ",
                Line::Section("Endpoints.item_0000"),
            ),
            ("[", Line::NoSection),
            ("[]", Line::NoSection),
            ("[a]]", Line::NoSection),
            ("[a] x", Line::NoSection),
            ("a", Line::Nothing),
            ("=1", Line::Nothing),
            (" = 1", Line::Nothing),
            ("a=", Line::Pair("a", 2..2)),
            ("\ta\t=  b c ", Line::Pair("a", 6..9)),
            ("a==b", Line::Pair("a", 2..4)),
        ] {
            assert_eq!(Line::read(line), is, "{line:?}");
        }
    }

    #[test]
    fn names_that_would_be_something_else_are_not_readable() {
        assert!(is_readable("A.b", Some(("c", "x"))));
        assert!(is_readable("", Some(("c d", ""))));
        for bad in ["", "#a", ";a", "[a", "a=b", " a", "a\nb"] {
            assert!(!is_readable("", Some((bad, "x"))), "{bad:?}");
        }
        assert!(!is_readable("", Some(("a", &"x".repeat(5_000)))));
        assert!(!is_readable(&"x".repeat(300), None));
        for bad in [" a", "a]", "a\n"] {
            assert!(!is_readable(bad, None), "{bad:?}");
        }
    }
}
