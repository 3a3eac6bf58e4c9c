//! From when until when a token is good.

use time::{Duration, OffsetDateTime};

use super::claims::{Claims, missing, moment, wrong_type};
use super::refusal::Refusal;

/// What a token claims of its time.
#[derive(Debug, Clone, Copy)]
pub(super) struct Times {
    expires: OffsetDateTime,
    begins: Option<OffsetDateTime>,
    issued: Option<OffsetDateTime>,
}

impl Times {
    /// Reads the claims; a token without an end has none that is good.
    pub(super) fn read(claims: &Claims) -> Result<Self, Refusal> {
        let expires = moment(claims, "exp")?.ok_or_else(|| missing("exp"))?;
        let begins = moment(claims, "nbf")?;
        if begins.is_some_and(|it| it < OffsetDateTime::UNIX_EPOCH) {
            return Err(wrong_type("nbf"));
        }
        Ok(Self {
            expires,
            begins,
            issued: moment(claims, "iat")?,
        })
    }

    /// Refuses a token that is over, or to come, for a clock that is off by the leeway at most.
    pub(super) fn check(&self, now: u64, leeway: Duration) -> Result<(), Refusal> {
        let now = OffsetDateTime::from_unix_timestamp(now.cast_signed())
            .map_err(|_| Refusal::because("this machine's clock is beyond all calendars"))?;
        let (earliest, latest) = (now.saturating_sub(leeway), now.saturating_add(leeway));
        if self.expires < earliest {
            return Err(Refusal::because("it is expired"));
        }
        if self.begins.is_some_and(|it| it > latest) {
            return Err(Refusal::because("it is not valid yet"));
        }
        if self.issued.is_some_and(|it| it > latest) {
            return Err(Refusal::because("it is not issued yet"));
        }
        Ok(())
    }

    /// When the token is over, to such a clock.
    pub(super) fn end(&self, leeway: Duration) -> OffsetDateTime {
        self.expires.saturating_add(leeway)
    }
}
