//! Times as people say them: how long ago, and how long it has taken.

use std::time::Duration;

use time::format_description::well_known::Rfc3339;
use time::{OffsetDateTime, UtcOffset};

/// How long ago a time of an answer is, such as `3 m`; as it came where it is no time.
///
/// What has not come yet is `0 s` ago: clocks differ.
#[must_use]
pub fn age(text: &str, now: OffsetDateTime) -> String {
    let Ok(then) = OffsetDateTime::parse(text, &Rfc3339) else {
        return text.to_owned();
    };
    let seconds = (now - then).whole_seconds().max(0);
    let (number, unit) = match seconds {
        0..60 => (seconds, "s"),
        60..3_600 => (seconds / 60, "m"),
        3_600..172_800 => (seconds / 3_600, "h"),
        172_800.. => (seconds / 86_400, "d"),
        ..0 => (0, "s"),
    };
    format!("{number} {unit}")
}

/// A time of an answer with its age, such as `2026-01-02 03:04:05 UTC, 3 m ago`; as it came where
/// it is no time.
#[must_use]
pub fn moment(text: &str, now: OffsetDateTime) -> String {
    let Ok(then) = OffsetDateTime::parse(text, &Rfc3339) else {
        return text.to_owned();
    };
    let utc = then.to_offset(UtcOffset::UTC);
    let (date, clock) = (utc.date(), utc.time());
    let (hour, minute, second) = clock.as_hms();
    format!(
        "{date} {hour:02}:{minute:02}:{second:02} UTC, {} ago",
        age(text, now)
    )
}

/// How long something takes, such as `0:37` or `1:02:03`.
#[must_use]
pub fn stopwatch(elapsed: Duration) -> String {
    let seconds = elapsed.as_secs();
    let (hours, minutes, seconds) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
    if hours == 0 {
        format!("{minutes}:{seconds:02}")
    } else {
        format!("{hours}:{minutes:02}:{seconds:02}")
    }
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    const NOW: OffsetDateTime = datetime!(2026-01-02 03:04:05 UTC);

    #[test]
    fn an_age_is_one_number_and_one_unit() {
        for (then, shown) in [
            ("2026-01-02T03:04:05Z", "0 s"),
            ("2026-01-02T03:04:06Z", "0 s"),
            ("2026-01-02T03:03:06Z", "59 s"),
            ("2026-01-02T03:01:05.5Z", "2 m"),
            ("2026-01-02T05:01:05+02:00", "3 m"),
            ("2026-01-01T03:04:05Z", "24 h"),
            ("2025-12-31T03:04:05Z", "2 d"),
            ("yesterday", "yesterday"),
            ("", ""),
        ] {
            assert_eq!(age(then, NOW), shown, "{then}");
        }
    }

    #[test]
    fn a_moment_is_a_time_of_the_clock_in_utc() {
        assert_eq!(
            moment("2026-01-02T05:01:05.25+02:00", NOW),
            "2026-01-02 03:01:05 UTC, 2 m ago"
        );
        assert_eq!(moment("soon", NOW), "soon");
    }

    #[test]
    fn a_stopwatch_shows_hours_when_there_are_some() {
        for (seconds, shown) in [
            (0, "0:00"),
            (37, "0:37"),
            (754, "12:34"),
            (3_723, "1:02:03"),
        ] {
            assert_eq!(stopwatch(Duration::from_secs(seconds)), shown);
        }
    }
}
