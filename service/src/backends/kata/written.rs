//! Moments in sentences.

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// A moment as people and programs read it, in whole seconds.
pub(super) fn written(moment: OffsetDateTime) -> String {
    let whole = moment.replace_nanosecond(0).unwrap_or(moment);
    whole.format(&Rfc3339).unwrap_or_else(|_| whole.to_string())
}
