//! A caller's key for one request: `Idempotency-Key`.

use std::sync::Arc;

/// A caller's key for one request.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Key(Arc<str>);

impl Key {
    /// The rule in a sentence.
    pub const RULE: &str = "Idempotency-Key must be 1 to 255 printable ASCII characters, with or without quotes around.";

    /// The key in a header's value: plain, or in the quotes of a structured field (RFC 9651).
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let key = text
            .strip_prefix('"')
            .and_then(|it| it.strip_suffix('"'))
            .unwrap_or(text);
        let plain = key.bytes().all(|it| it.is_ascii_graphic() || it == b' ');
        let fits = (1..=255).contains(&key.len()) && plain && !key.contains('"');
        fits.then(|| Self(key.into()))
    }

    /// The key as it came.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The key of one request of a batch. No header can hold the separator.
    #[must_use]
    pub fn part(&self, index: usize) -> Self {
        Self(format!("{}\n{index}", self.0).into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_read_plain_or_quoted_and_nothing_else_is_one() {
        assert_eq!(Key::parse("case-1"), Key::parse("\"case-1\""));
        assert!(Key::parse("8e03978e-40d5-43dd-bc93-6894a57f9324").is_some());
        let long = "x".repeat(256);
        for odd in [
            "",
            "\"\"",
            "a\"b",
            "schlüssel",
            "a\tb",
            "a\nb",
            long.as_str(),
        ] {
            assert_eq!(Key::parse(odd), None, "{odd:?}");
        }
        assert_ne!(
            Key::parse("a").map(|it| it.part(1)),
            Key::parse("a").map(|it| it.part(2))
        );
    }
}
