//! KSC's points in time: UTC, whole seconds, a trailing `Z`.

use time::format_description::well_known::Rfc3339;
use time::{OffsetDateTime, PrimitiveDateTime, UtcOffset};

/// `2026-01-02T03:04:05Z`: the only form the vendor documents.
pub(crate) fn write(moment: OffsetDateTime) -> String {
    let utc = moment.to_offset(UtcOffset::UTC);
    format!(
        "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z",
        utc.year(),
        u8::from(utc.month()),
        utc.day(),
        utc.hour(),
        utc.minute(),
        utc.second()
    )
}

/// The same for a filter: `2026-01-02 03:04:05`, always UTC.
pub(crate) fn write_for_filter(moment: OffsetDateTime) -> String {
    write(moment).replace('T', " ").replace('Z', "")
}

/// Reads a `datetime`; an empty text means unset.
///
/// A zone is honoured where there is one. Kaspersky's client turns an aware Python datetime into
/// `…+00:00Z`, so what it stored may come back like that; without any zone it is UTC.
///
/// What lies before the year 0 is none: a sign or a zone leads there, and whoever passes it on in
/// the form of RFC 3339, which has no such years, could not.
pub(crate) fn read(text: &str) -> Option<OffsetDateTime> {
    any(text).filter(|it| it.year() >= 0)
}

fn any(text: &str) -> Option<OffsetDateTime> {
    let text = text.trim();
    if let Ok(moment) = OffsetDateTime::parse(text, &Rfc3339) {
        return moment.checked_to_offset(UtcOffset::UTC);
    }
    let without_z = text.strip_suffix(['Z', 'z']).unwrap_or(text);
    if let Ok(moment) = OffsetDateTime::parse(without_z, &Rfc3339) {
        return moment.checked_to_offset(UtcOffset::UTC);
    }
    let plain = time::macros::format_description!(
        version = 2,
        "[year]-[month]-[day][first [T][ ]][hour]:[minute]:[second][optional [.[subsecond]]]"
    );
    PrimitiveDateTime::parse(without_z, plain)
        .ok()
        .map(PrimitiveDateTime::assume_utc)
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    #[test]
    fn a_moment_beyond_the_end_of_time_is_none() {
        assert_eq!(read("9999-12-31T23:59:59-01:00"), None);
        assert_eq!(read("9999-12-31T23:59:59-01:00Z"), None);
        assert!(read("9999-12-31T23:59:59Z").is_some());
    }

    #[test]
    fn a_moment_before_the_year_0_is_none() {
        assert_eq!(read("-0784-01-02T03:04:05Z"), None);
        assert_eq!(read("-0001-12-31 23:59:59"), None);
        assert_eq!(read("0000-01-01T00:00:00+01:00"), None);
        assert!(read("0000-01-01T00:00:00Z").is_some());
    }

    #[test]
    fn a_moment_is_written_in_utc_and_whole_seconds() {
        let moment = datetime!(2026-01-02 06:04:05.999 +3);

        assert_eq!(write(moment), "2026-01-02T03:04:05Z");
        assert_eq!(write_for_filter(moment), "2026-01-02 03:04:05");
    }

    #[test]
    fn every_form_seen_is_read_and_nothing_else() {
        let moment = datetime!(2026-01-02 03:04:05 UTC);

        for text in [
            "2026-01-02T03:04:05Z",
            "2026-01-02T03:04:05",
            "2026-01-02 03:04:05",
            "2026-01-02T03:04:05+00:00Z",
            "2026-01-02T06:04:05+03:00",
        ] {
            assert_eq!(read(text), Some(moment), "{text}");
        }
        for text in [
            "",
            " ",
            "Z",
            "0",
            "2026-13-02T03:04:05Z",
            "yesterday",
            "2026-01-02",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
