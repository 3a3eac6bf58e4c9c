//! From the bytes of a body to JSON, or to what is wrong with them and where.
//!
//! JSON between systems is UTF-8 (RFC 8259 section 8.1). Windows tools put a byte order mark before
//! it, which is taken; what is in another encoding is called that, and not bad JSON. Where a
//! mistake is typical for paths of Windows, the answer says how it comes about.

use serde_json::Value;

use crate::problem::Problem;
use vocabulary::code::Code;
use vocabulary::strict;

/// The byte order mark of UTF-8.
const MARK: &[u8] = &[0xef, 0xbb, 0xbf];

/// What somebody is told whose text ends in a backslash: it takes the quote away that ends the
/// text.
const BEFORE_QUOTE: &str =
    " If a text was meant to end in a backslash: it is written twice (\"C:\\\\\").";

/// The JSON in a body.
///
/// # Errors
/// 400 that says where it is wrong, and repeats nothing of it.
pub(super) fn read(bytes: &[u8]) -> Result<Value, Problem> {
    let malformed = |detail| Problem::new(Code::MalformedJson, detail);
    let text = text(bytes).map_err(malformed)?;
    strict::parse_text(text).map_err(|error| malformed(explain(&error, text)))
}

fn text(bytes: &[u8]) -> Result<&str, String> {
    let (bytes, before) = match bytes.strip_prefix(MARK) {
        Some(rest) => (rest, MARK.len()),
        None => (bytes, 0),
    };
    // JSON begins with two characters of ASCII at least, unless it is a single one: a zero byte
    // among its first belongs to a wider unit (RFC 4627 section 3).
    let wide = bytes.iter().take(4).position(|it| *it == 0);
    let wrong = |at: usize| {
        let kind = match bytes {
            [0xff, 0xfe, 0, 0, ..] | [0, 0, 0xfe, 0xff, ..] => ": it looks like UTF-32",
            [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => ": it looks like UTF-16",
            _ if wide.is_some() => ": it looks like UTF-16 or UTF-32",
            _ => "",
        };
        let at = before + at;
        format!("The body is not UTF-8, at byte {at} counted from 0{kind}. Send it as UTF-8.")
    };
    match (std::str::from_utf8(bytes), wide) {
        (Ok(_), Some(at)) => Err(wrong(at)),
        (Ok(text), None) => Ok(text),
        (Err(error), _) => Err(wrong(error.valid_up_to())),
    }
}

fn explain(error: &serde_json::Error, text: &str) -> String {
    let place = format!("at line {}, column {}.", error.line(), error.column());
    let said = error.to_string();
    let hint = if [
        "invalid escape",
        "invalid unicode",
        "lone leading",
        "unexpected end of hex",
    ]
    .iter()
    .any(|it| said.starts_with(it))
    {
        " A backslash in a text begins an escape of JSON (\\n, \\u00e9); one that stands for itself is written twice \
         (\"C:\\\\temp\")."
    } else if said.starts_with("control character") {
        " A line break, a tab or another control character stands in a text as it is; JSON writes \\n, \\t."
    } else if ends_in_a_backslash(text) {
        BEFORE_QUOTE
    } else {
        ""
    };
    format!("{} {place}{hint}", strict::reason(error))
}

/// Whether a quote behind a single backslash is followed by what follows a text.
fn ends_in_a_backslash(text: &str) -> bool {
    text.match_indices("\\\"").any(|(at, quote)| {
        let backslashes = text[..=at]
            .bytes()
            .rev()
            .take_while(|it| *it == b'\\')
            .count();
        let after = text[at + quote.len()..].trim_start();
        backslashes % 2 == 1 && (after.is_empty() || after.starts_with([',', '}', ']']))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn detail(bytes: &[u8]) -> String {
        let problem = read(bytes).expect_err("it is wrong");
        assert_eq!(problem.code(), Code::MalformedJson);
        problem.detail().to_owned()
    }

    #[test]
    fn a_byte_order_mark_is_taken_once() {
        assert_eq!(
            read("\u{feff}{}".as_bytes()).ok(),
            Some(serde_json::json!({}))
        );
        assert!(detail("\u{feff}\u{feff}{}".as_bytes()).starts_with("The body is not JSON"));
    }

    #[test]
    fn another_encoding_is_called_that_and_where() {
        let wide = |text: &str, unit: fn(u16) -> [u8; 2]| -> Vec<u8> {
            text.encode_utf16().flat_map(unit).collect()
        };
        let little = |text: &str| wide(text, u16::to_le_bytes);
        let big = |text: &str| wide(text, u16::to_be_bytes);
        for (bytes, said) in [
            (
                little("\u{feff}{}"),
                "at byte 0 counted from 0: it looks like UTF-16.",
            ),
            (
                big("\u{feff}{}"),
                "at byte 0 counted from 0: it looks like UTF-16.",
            ),
            (
                little("{\"a\": 1}"),
                "at byte 1 counted from 0: it looks like UTF-16 or UTF-32.",
            ),
            (
                big("{}"),
                "at byte 0 counted from 0: it looks like UTF-16 or UTF-32.",
            ),
            (
                vec![0xff, 0xfe, 0, 0, b'{', 0, 0, 0],
                "at byte 0 counted from 0: it looks like UTF-32.",
            ),
            (
                vec![0, 0, 0, b'{'],
                "at byte 0 counted from 0: it looks like UTF-16 or UTF-32.",
            ),
            // Windows-1251.
            (
                b"{\"a\": \"\xc1\xd3\xd5\"}".to_vec(),
                "at byte 7 counted from 0.",
            ),
            (
                b"\xef\xbb\xbf{\"a\": \"\xff\"}".to_vec(),
                "at byte 10 counted from 0.",
            ),
            // Cut inside a character, a surrogate, too long a form.
            (b"{\"a\": \"\xd0".to_vec(), "at byte 7 counted from 0."),
            (b"\"\xed\xa0\x80\"".to_vec(), "at byte 1 counted from 0."),
            (b"\"\xc0\xaf\"".to_vec(), "at byte 1 counted from 0."),
        ] {
            let detail = detail(&bytes);
            assert!(
                detail.contains(&format!("is not UTF-8, {said}")),
                "{detail}"
            );
        }
    }

    #[test]
    fn a_backslash_that_was_not_written_twice_is_named() {
        for text in [
            r#"{"path": "C:\Users\x"}"#,
            r#"{"path": "C:\users\x"}"#,
            r#"{"path": "C:\udead\x"}"#,
            r#"{"path": "C:\x"}"#,
            r#"{"path": "C:\u12"}"#,
            r#"{"targetHost": "CORP\WS-042"}"#,
        ] {
            let detail = detail(text.as_bytes());
            assert!(
                detail.contains("is written twice (\"C:\\\\temp\")"),
                "{text}: {detail}"
            );
        }
        for text in [
            r#"{"path": "C:\"}"#,
            r#"{"path": "C:\", "a": 1}"#,
            r#"["C:\\\"]"#,
            r#""C:\""#,
        ] {
            let detail = detail(text.as_bytes());
            assert!(detail.contains("end in a backslash"), "{text}: {detail}");
        }
        for text in [
            "{",
            "{\"a\": 1,}",
            r#"{"a": "say \"x\" y" 1}"#,
            r#"{"a": "C:\\", 1}"#,
        ] {
            assert!(!detail(text.as_bytes()).contains("backslash"), "{text}");
        }
        assert!(detail(b"{\"a\": \"b\nc\"}").contains("line break"));
    }
}
