//! Serializes JSON in ASCII only.
//!
//! The vendor's client sends `\uXXXX` for everything beyond ASCII; that UTF-8 works too is likely
//! and not proven, so the proven form is sent.

use std::io;

use serde::Serialize;
use serde_json::ser::{Formatter, Serializer};

struct AsciiFormatter;

impl Formatter for AsciiFormatter {
    fn write_string_fragment<W>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()>
    where
        W: ?Sized + io::Write,
    {
        // Nearly every text is ASCII, and that is told sixteen bytes at a time.
        if fragment.is_ascii() {
            return writer.write_all(fragment.as_bytes());
        }
        let mut rest = fragment;
        while let Some(at) = rest.find(|c: char| !c.is_ascii()) {
            let (ascii, tail) = rest.split_at(at);
            writer.write_all(ascii.as_bytes())?;
            let end = tail.find(|c: char| c.is_ascii()).unwrap_or(tail.len());
            let (foreign, after) = tail.split_at(end);
            // Beyond the basic plane this gives the two halves of a surrogate pair, which is how
            // JSON escapes such a character.
            for unit in foreign.encode_utf16() {
                write!(writer, "\\u{unit:04x}")?;
            }
            rest = after;
        }
        writer.write_all(rest.as_bytes())
    }
}

/// The JSON text of `value`, ASCII only.
pub(crate) fn to_ascii_json(value: &impl Serialize) -> Vec<u8> {
    let mut text = Vec::with_capacity(256);
    value
        .serialize(&mut Serializer::with_formatter(&mut text, AsciiFormatter))
        .expect("a JSON value has string keys and is written to memory");
    text
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn every_character_beyond_ascii_is_escaped_and_read_back_alike() {
        let value = json!({"Имя": "тест \"x\"\\ \u{7f}\n\u{1} é 😀😀z\u{ffff}"});

        let text = to_ascii_json(&value);

        assert!(text.is_ascii());
        assert_eq!(serde_json::from_slice::<Value>(&text).unwrap(), value);
        let text = String::from_utf8(text).unwrap();
        assert!(text.contains(r"\ud83d\ude00\ud83d\ude00z\uffff"), "{text}");
        assert!(text.contains(r"\u0442\u0435\u0441\u0442"), "{text}");
    }
}
