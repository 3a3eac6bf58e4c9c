//! What time it is, for what is shown and written down. Nothing is put in order by it.

use time::OffsetDateTime;

/// Now, in UTC.
#[must_use]
#[expect(
    clippy::disallowed_methods,
    reason = "this is the clock that everything here asks"
)]
pub fn now() -> OffsetDateTime {
    OffsetDateTime::now_utc()
}
