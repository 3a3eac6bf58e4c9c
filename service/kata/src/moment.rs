//! A point in time, in whatever form the server writes it.
//!
//! No page of the vendor's gives these members a type. Other parts of the product have sent text
//! and numbers, and one client read microseconds as nanoseconds for a year.

use serde_json::Value;
use time::OffsetDateTime;
use time::UtcOffset;
use time::format_description::well_known::Rfc3339;

/// A point in time, or why there is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Moment {
    /// Known.
    At(OffsetDateTime),
    /// `null`, an empty text, or no member at all.
    Absent,
    /// Something that is no point in time in any form known.
    Unread(Value),
}

impl Moment {
    /// Reads RFC 3339, or a number of seconds, milliseconds or microseconds since 1970, of which
    /// its size tells which.
    #[must_use]
    pub fn read(value: Option<&Value>) -> Self {
        let Some(value) = value else {
            return Self::Absent;
        };
        let read = match value {
            Value::Null => return Self::Absent,
            Value::String(text) if text.trim().is_empty() => return Self::Absent,
            Value::String(text) => from_text(text.trim()),
            Value::Number(number) => match number.as_i64() {
                Some(whole) => from_number(whole),
                None => number.as_f64().and_then(from_fraction),
            },
            Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
        };
        read.map_or_else(|| Self::Unread(value.clone()), Self::At)
    }

    /// The point in time, where it is known.
    #[must_use]
    pub fn known(&self) -> Option<OffsetDateTime> {
        match self {
            Self::At(moment) => Some(*moment),
            Self::Absent | Self::Unread(_) => None,
        }
    }
}

fn from_text(text: &str) -> Option<OffsetDateTime> {
    if let Ok(moment) = OffsetDateTime::parse(text, &Rfc3339) {
        let moment = moment.checked_to_offset(UtcOffset::UTC)?;
        // RFC 3339 has no years before 0, so nobody could be told of them.
        return (moment.year() >= 0).then_some(moment);
    }
    from_number(text.parse().ok()?)
}

/// Seconds up to the year 5138, milliseconds and microseconds likewise; what is larger is none.
const SECONDS: i64 = 100_000_000_000;

fn from_number(number: i64) -> Option<OffsetDateTime> {
    let micros = match number {
        ..=0 => return None,
        1..SECONDS => i128::from(number) * 1_000_000,
        SECONDS..100_000_000_000_000 => i128::from(number) * 1_000,
        100_000_000_000_000..100_000_000_000_000_000 => i128::from(number),
        _ => return None,
    };
    OffsetDateTime::from_unix_timestamp_nanos(micros * 1_000).ok()
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    reason = "it is less than SECONDS, and a fraction of a microsecond means nothing"
)]
fn from_fraction(number: f64) -> Option<OffsetDateTime> {
    if number > 0.0 && number < SECONDS as f64 {
        let micros = (number * 1e6) as i128;
        OffsetDateTime::from_unix_timestamp_nanos(micros * 1_000).ok()
    } else if number < i64::MAX as f64 {
        from_number(number as i64)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use time::macros::datetime;

    use super::*;

    #[test]
    fn every_form_that_may_come_is_the_same_moment() {
        let moment = Moment::At(datetime!(2026-11-20 08:15:30 UTC));

        for value in [
            json!("2026-11-20T08:15:30Z"),
            json!("2026-11-20T11:15:30+03:00"),
            json!(1_795_162_530),
            json!(1_795_162_530_000_i64),
            json!(1_795_162_530_000_000_i64),
            json!("1795162530"),
            json!(1_795_162_530.0),
        ] {
            assert_eq!(Moment::read(Some(&value)), moment, "{value}");
        }
    }

    #[test]
    fn nothing_is_absent_and_what_is_odd_is_kept() {
        for value in [json!(null), json!(""), json!("  ")] {
            assert_eq!(Moment::read(Some(&value)), Moment::Absent);
        }
        assert_eq!(Moment::read(None), Moment::Absent);
        for value in [
            json!("yesterday"),
            json!(0),
            json!(-1),
            json!(-1.5),
            json!(1e300),
            json!(u64::MAX),
            json!(1_795_162_530_000_000_000_i64),
            json!(true),
            json!([1]),
            json!({}),
            json!("-0784-01-02T03:04:05Z"),
            json!("9999-12-31T23:59:59-01:00"),
        ] {
            assert_eq!(
                Moment::read(Some(&value)),
                Moment::Unread(value.clone()),
                "{value}"
            );
            assert_eq!(Moment::read(Some(&value)).known(), None);
        }
    }
}
