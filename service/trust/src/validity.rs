//! From when and until when a certificate is good.

use time::format_description::BorrowedFormatItem;
use time::macros::format_description;
use time::{OffsetDateTime, PrimitiveDateTime};

use crate::der::{GENERALIZED_TIME, Parts, UTC_TIME, expect};

/// `YYYYMMDDHHMMSSZ`.
const FORM: &[BorrowedFormatItem<'_>] =
    format_description!("[year][month][day][hour][minute][second]Z");

/// The end of a certificate (RFC 5280, 4.1.2.5), if it can be read.
pub(crate) fn end(der: &[u8]) -> Option<OffsetDateTime> {
    let validity = Parts::of_certificate(der)?.validity;
    let (_, rest) = [UTC_TIME, GENERALIZED_TIME]
        .into_iter()
        .find_map(|tag| expect(validity.content, tag))?;
    moment(rest)
}

/// Its beginning, likewise.
pub(crate) fn begin(der: &[u8]) -> Option<OffsetDateTime> {
    moment(Parts::of_certificate(der)?.validity.content)
}

/// The moment that comes first.
fn moment(der: &[u8]) -> Option<OffsetDateTime> {
    let text = |it| str::from_utf8(it).ok();
    let whole = if let Some((short, _)) = expect(der, UTC_TIME) {
        // Two digits of the year: 50 is 1950, and 49 is 2049.
        let short = text(short.content)?;
        let century = if short.get(..2)?.parse::<u8>().ok()? < 50 {
            "20"
        } else {
            "19"
        };
        format!("{century}{short}")
    } else {
        let (long, _) = expect(der, GENERALIZED_TIME)?;
        text(long.content)?.to_owned()
    };
    let moment = PrimitiveDateTime::parse(&whole, FORM).ok()?;
    Some(moment.assume_utc())
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    fn made(until: OffsetDateTime) -> Vec<u8> {
        let mut params = rcgen::CertificateParams::default();
        params.not_before = datetime!(2024-02-29 1:02:03 UTC);
        params.not_after = until;
        let key = rcgen::KeyPair::generate().unwrap();
        params.self_signed(&key).unwrap().der().to_vec()
    }

    #[test]
    fn the_end_is_read_in_both_forms_a_certificate_has() {
        for until in [
            datetime!(2027-11-29 15:00:01 UTC),
            datetime!(2049-12-31 23:59:59 UTC),
            datetime!(2050-01-01 0:00 UTC),
            datetime!(4096-01-01 0:00 UTC),
        ] {
            assert_eq!(end(&made(until)), Some(until));
            assert_eq!(begin(&made(until)), Some(datetime!(2024-02-29 1:02:03 UTC)));
        }
    }

    #[test]
    fn a_certificate_cut_anywhere_has_no_end_and_is_never_a_panic() {
        let der = made(datetime!(2027-11-29 15:00:01 UTC));

        for at in 0..der.len() {
            assert_eq!((begin(&der[..at]), end(&der[..at])), (None, None));
            let mut spoiled = der.clone();
            spoiled[at] ^= 0xff;
            let _ = end(&spoiled);
        }
    }
}
