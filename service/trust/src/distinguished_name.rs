//! Who a certificate is for and who vouches for it, as people write it: `CN=kata, O=Example`.
//!
//! For showing alone. Attributes that have no short name here keep their number, and values that are
//! no text are shown as their bytes (RFC 4514, in the order in which they stand).

use std::fmt::Write as _;

use crate::der::{OBJECT_IDENTIFIER, SEQUENCE, SET, elements, expect};

const UTF8_STRING: u8 = 0x0c;
const PRINTABLE_STRING: u8 = 0x13;
const TELETEX_STRING: u8 = 0x14;
const IA5_STRING: u8 = 0x16;
const BMP_STRING: u8 = 0x1e;

/// Short names, by the bytes of the object identifier.
const NAMES: [(&[u8], &str); 10] = [
    (&[0x55, 4, 3], "CN"),
    (&[0x55, 4, 5], "serialNumber"),
    (&[0x55, 4, 6], "C"),
    (&[0x55, 4, 7], "L"),
    (&[0x55, 4, 8], "ST"),
    (&[0x55, 4, 10], "O"),
    (&[0x55, 4, 11], "OU"),
    (
        &[0x09, 0x92, 0x26, 0x89, 0x93, 0xf2, 0x2c, 0x64, 1, 25],
        "DC",
    ),
    (
        &[0x09, 0x92, 0x26, 0x89, 0x93, 0xf2, 0x2c, 0x64, 1, 1],
        "UID",
    ),
    (
        &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 1],
        "emailAddress",
    ),
];

/// The text of a `Name`, by what is in it; empty for an empty one.
pub(crate) fn text(name: &[u8]) -> String {
    let sets = elements(name).filter(|(tag, _)| *tag == SET);
    let parts: Vec<String> = sets
        .filter_map(|(_, set)| {
            let several: Vec<String> = elements(set.content)
                .filter(|(tag, _)| *tag == SEQUENCE)
                .filter_map(|(_, it)| attribute(it.content))
                .collect();
            (!several.is_empty()).then(|| several.join("+"))
        })
        .collect();
    parts.join(", ")
}

fn attribute(content: &[u8]) -> Option<String> {
    let (kind, rest) = expect(content, OBJECT_IDENTIFIER)?;
    let (tag, value) = elements(rest).next()?;
    let known = NAMES.iter().find(|(it, _)| *it == kind.content);
    let kind = known.map_or_else(|| dotted(kind.content), |(_, it)| (*it).to_owned());
    Some(format!("{kind}={}", shown(tag, value.content)))
}

fn shown(tag: u8, value: &[u8]) -> String {
    let text = match tag {
        UTF8_STRING | PRINTABLE_STRING | IA5_STRING => {
            str::from_utf8(value).ok().map(str::to_owned)
        }
        TELETEX_STRING => Some(value.iter().copied().map(char::from).collect()),
        BMP_STRING => {
            let units: Vec<u16> = value
                .chunks(2)
                .map(|it| it.iter().fold(0, |all, byte| all << 8 | u16::from(*byte)))
                .collect();
            String::from_utf16(&units).ok()
        }
        _ => None,
    };
    let Some(text) = text else {
        return value.iter().fold("#".to_owned(), |mut text, byte| {
            let _infallible = write!(text, "{byte:02x}");
            text
        });
    };
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        // What would make two parts of one.
        if matches!(letter, ',' | '+' | '=' | '"' | '\\' | '<' | '>' | ';') {
            escaped.push('\\');
        }
        escaped.push(letter);
    }
    escaped
}

/// An object identifier in numbers.
fn dotted(bytes: &[u8]) -> String {
    let mut numbers: Vec<u64> = Vec::new();
    let mut number: u64 = 0;
    for byte in bytes {
        number = number.wrapping_shl(7) | u64::from(byte & 0x7f);
        if byte & 0x80 == 0 {
            if numbers.is_empty() {
                let first = (number / 40).min(2);
                numbers.extend([first, number - first * 40]);
            } else {
                numbers.push(number);
            }
            number = 0;
        }
    }
    let numbers: Vec<String> = numbers.iter().map(u64::to_string).collect();
    numbers.join(".")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_object_identifier_is_shown_in_numbers() {
        assert_eq!(
            dotted(&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d]),
            "1.2.840.113549"
        );
        assert_eq!(dotted(&[0x55, 4, 42]), "2.5.4.42");
        assert_eq!(dotted(&[0x88, 0x37, 3]), "2.999.3");
        assert_eq!(dotted(&[]), "");
        let _ = dotted(&[0xff; 40]);
    }

    #[test]
    fn every_kind_of_text_is_read_and_what_would_confuse_is_escaped() {
        assert_eq!(
            shown(UTF8_STRING, "Müller, O=x".as_bytes()),
            "Müller\\, O\\=x"
        );
        assert_eq!(shown(TELETEX_STRING, b"M\xfcller"), "Müller");
        assert_eq!(shown(BMP_STRING, &[0, 75, 0, 65]), "KA");
        assert_eq!(shown(UTF8_STRING, &[0xff]), "#ff");
        assert_eq!(shown(0x02, &[1, 2]), "#0102");
    }
}
