//! Text as it may be shown on a terminal.

use std::borrow::Cow;
use std::fmt::Write as _;

use serde::Serialize;

/// So much of a text from elsewhere is shown in one place, in characters.
const SHOWN: usize = 120;

/// Whether a terminal could act on it, or it turns the direction of what follows.
fn is_unsafe(letter: char) -> bool {
    letter.is_control()
        || matches!(
            letter,
            '\u{61c}'
                | '\u{200b}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{feff}'
                | '\u{fff9}'..='\u{fffb}'
        )
}

/// The text with everything escaped that a terminal could act on.
pub(super) fn safe(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_unsafe) {
        return Cow::Borrowed(text);
    }
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        if is_unsafe(letter) {
            safe.extend(letter.escape_default());
        } else {
            safe.push(letter);
        }
    }
    Cow::Owned(safe)
}

/// A whole page for a terminal: lines stay lines.
pub(super) fn page(text: &str) -> String {
    let lines: Vec<Cow<'_, str>> = text.split('\n').map(safe).collect();
    lines.join("\n")
}

/// The same as [`safe`], cut where it is longer than anybody reads.
pub(super) fn excerpt(text: &str) -> String {
    let mut cut: String = text.chars().take(SHOWN).collect();
    if cut.len() < text.len() {
        cut.push('…');
    }
    safe(&cut).into_owned()
}

/// One JSON document. What a terminal could act on stands in strings alone, and is escaped there.
pub(super) fn json(value: &impl Serialize) -> String {
    let plain = serde_json::to_string_pretty(value).expect("these types have a JSON");
    let mut text = String::with_capacity(plain.len() + 1);
    for letter in plain.chars() {
        if letter != '\n' && is_unsafe(letter) {
            let _infallible = write!(text, "\\u{:04x}", u32::from(letter));
        } else {
            text.push(letter);
        }
    }
    text.push('\n');
    text
}

/// An error with its causes, in one line.
pub(super) fn with_causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(it) = cause {
        let _infallible = write!(text, ": {it}");
        cause = it.source();
    }
    safe(&text).into_owned()
}

/// A number with its noun.
pub(super) fn count(number: usize, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{plural}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_a_terminal_acts_on_gets_through() {
        assert_eq!(safe("a\u{1b}[2Jb"), "a\\u{1b}[2Jb");
        assert_eq!(
            safe("a\u{9b}b\u{202e}c\u{7f}"),
            "a\\u{9b}b\\u{202e}c\\u{7f}"
        );
        assert_eq!(safe("Ж \"plain\""), "Ж \"plain\"");
        assert_eq!(page("a\r\nb\u{1b}c\n"), "a\\r\nb\\u{1b}c\n");
        assert_eq!(excerpt(&"x".repeat(500)).chars().count(), SHOWN + 1);
    }

    #[test]
    fn json_means_the_same_with_it_escaped() {
        let text = "a\u{9b}\u{7f}\u{1b}\u{202e}\n";

        let written = json(&text);

        assert!(written.trim_end().is_ascii(), "{written:?}");
        assert_eq!(serde_json::from_str::<String>(&written).unwrap(), text);
    }
}
