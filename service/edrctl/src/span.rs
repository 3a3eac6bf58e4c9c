//! Lengths of time as people write them: `500ms`, `30s`, `10m`, `1h`.

use std::time::Duration;

use serde::{Deserialize, Deserializer};

/// A length of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span(pub Duration);

impl Span {
    /// The rule in a sentence.
    pub const RULE: &str =
        "Must be a whole number and its unit: ms, s, m or h. Without a unit it is seconds.";

    /// The longest: what is meant as for ever.
    const MOST: u64 = 366 * 24 * 3600;

    /// The length of time, when the text keeps the rule.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        let (number, unit) = text.split_at(digits);
        let number: u64 = number.parse().ok()?;
        let length = match unit.trim() {
            "ms" => Duration::from_millis(number),
            "" | "s" => Duration::from_secs(number),
            "m" => Duration::from_secs(number.checked_mul(60)?),
            "h" => Duration::from_secs(number.checked_mul(3600)?),
            _ => return None,
        };
        (length.as_secs() <= Self::MOST).then_some(Self(length))
    }
}

impl<'de> Deserialize<'de> for Span {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom(Self::RULE))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_and_a_unit_are_a_length_of_time_and_nothing_else_is() {
        let seconds = |text| Span::parse(text).map(|it| it.0.as_secs_f64());
        for (text, expected) in [
            ("10s", 10.0),
            ("10", 10.0),
            (" 2 m ", 120.0),
            ("1h", 3600.0),
            ("500ms", 0.5),
        ] {
            assert_eq!(seconds(text), Some(expected), "{text}");
        }
        for odd in [
            "",
            "s",
            "-1s",
            "1.5s",
            "1d",
            "1 s s",
            "99999999999999999999s",
            "9999999h",
        ] {
            assert_eq!(seconds(odd), None, "{odd}");
        }
    }
}
