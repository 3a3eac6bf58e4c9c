//! Which characters show what they are: names are made of these, and log lines show the others by
//! number.

use std::borrow::Cow;
use std::fmt::Write as _;

/// Whether there is something to see, and nothing else.
///
/// So no control, no format character (marks of direction, joiners, zero widths, tags), no
/// separator but the space, nothing private or unassigned, and nothing that is printed and shows
/// nothing.
#[must_use]
pub fn is_legible(it: char) -> bool {
    if it.is_ascii() {
        return it == ' ' || it.is_ascii_graphic();
    }
    is_printable(it) && !is_blank(it)
}

/// The standard library knows: it escapes what is not printable.
fn is_printable(it: char) -> bool {
    // A mark is escaped where it stands alone, which it does not here.
    let mut text = String::from("_");
    text.push(it);
    text.escape_debug().eq(text.chars())
}

/// Unicode's `Default_Ignorable_Code_Point` beyond the format characters, and the empty pattern of
/// Braille.
fn is_blank(it: char) -> bool {
    matches!(it,
        '\u{034f}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{2800}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{ffa0}'
        | '\u{e0100}'..='\u{e01ef}')
}

/// A text in which what is not legible beyond ASCII stands by its number, as JSON writes it: a
/// reader of JSON has the same text as before. ASCII is left alone: formats escape its controls
/// themselves.
#[must_use]
pub fn legible(text: &str) -> Cow<'_, str> {
    if text.is_ascii() || text.chars().all(|it| it.is_ascii() || is_legible(it)) {
        return Cow::Borrowed(text);
    }
    let mut legible = String::with_capacity(text.len() * 2);
    for it in text.chars() {
        if it.is_ascii() || is_legible(it) {
            legible.push(it);
            continue;
        }
        for unit in it.encode_utf16(&mut [0; 2]) {
            write!(legible, "\\u{unit:04x}").expect("a text takes everything");
        }
    }
    Cow::Owned(legible)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_legible_stands_by_its_number_and_json_reads_it_back() {
        for text in ["ws-042", "Jürgen", "山田"] {
            assert!(matches!(legible(text), Cow::Borrowed(_)), "{text}");
        }
        for odd in [
            "a\u{202e}b",
            "\u{200b}",
            "\u{feff}ä",
            "\u{e0041}",
            "\u{85}",
            "\u{2028}x",
        ] {
            let line = format!("{{\"name\":\"{odd}\"}}");
            let shown = legible(&line);

            assert!(shown.chars().all(is_legible), "{shown:?}");
            let read: serde_json::Value = serde_json::from_str(&shown).expect("JSON");
            assert_eq!(read["name"], odd);
        }
    }
}
