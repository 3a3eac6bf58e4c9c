//! KSC's application error, and what its documented numbers mean.
//!
//! The numbers are the vendor's table "some typical errors" (KSCAPI, error numbers); the key is the
//! pair of module and code, since each module counts for itself. What is not in the table is
//! refused without a retry.

use std::fmt;

use crate::kind::Kind;

/// A `PxgError`: KSC was asked, understood the call, and said no.
///
/// `Display` and `Debug` show module, code and subcode only. The server's message, source file and
/// line are for the log ([`PxgError::log_detail`]) and must not reach a caller of the gateway.
#[derive(Clone, PartialEq, Eq)]
pub struct PxgError {
    /// The part of KSC that speaks, e.g. `KLSTD`; empty when it did not say.
    pub module: String,
    /// The number within that module; 0 when it did not say.
    pub code: i64,
    /// Sent since KSC 12.2.
    pub subcode: Option<i64>,
    detail: String,
}

impl PxgError {
    /// An error without a message.
    #[must_use]
    pub fn new(module: impl Into<String>, code: i64, subcode: Option<i64>) -> Self {
        Self {
            module: module.into(),
            code,
            subcode,
            detail: String::new(),
        }
    }

    /// Adds what only the log may show.
    pub(crate) fn with_detail(mut self, detail: String) -> Self {
        self.detail = detail;
        self
    }

    /// The server's message, source file and line, shortened; for the log.
    #[must_use]
    pub fn log_detail(&self) -> &str {
        &self.detail
    }

    /// Whether it is this number of this module.
    #[must_use]
    pub fn is(&self, module: &str, code: i64) -> bool {
        self.code == code && self.module.eq_ignore_ascii_case(module)
    }

    /// The session is not known (any more): `KLWAT` 1445, `ERR_NO_SUCH_CLIENT`.
    pub(crate) fn means_session_lost(&self) -> bool {
        self.is("KLWAT", 1445)
    }

    /// Whether it is said before anything is done, by what it is: the account lacks the right, the
    /// server has no such call, an argument is not there. All others may as well come of a step
    /// after the first.
    pub(crate) fn comes_before_the_work(&self) -> bool {
        self.is("KLSTD", 1184) || self.is("KLCONN", 1194) || self.is("KLPRSS", 1125)
    }

    /// A verdict on account or password: log-on failed (1453), token log-on failed (1454), account
    /// blocked by too many wrong passwords (2013; its module is written both ways).
    pub(crate) fn means_credentials_refused(&self) -> bool {
        self.is("KLWAT", 1453)
            || self.is("KLWAT", 1454)
            || self.is("KLSPL", 2013)
            || self.is("SPL", 2013)
    }

    pub(crate) fn kind(&self) -> Kind {
        if self.is("KLSTD", 1184) {
            Kind::AccessDenied
        } else if self.is("KLSTD", 1186) {
            Kind::NotFound
        } else if self.is("KLSTD", 1195) {
            Kind::Unavailable
        } else if self.is("KLCONN", 1194) {
            Kind::NoSuchCall
        } else if self.means_credentials_refused() {
            Kind::CredentialsRefused
        } else {
            Kind::Refused
        }
    }
}

impl fmt::Display for PxgError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let module = if self.module.is_empty() {
            "?"
        } else {
            self.module.as_str()
        };
        write!(f, "{module} {}", self.code)?;
        match self.subcode {
            Some(subcode) => write!(f, "/{subcode}"),
            None => Ok(()),
        }
    }
}

impl fmt::Debug for PxgError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Errors travel as `{:?}` into places nobody thought of; the message stays behind.
        write!(f, "PxgError({self})")
    }
}
