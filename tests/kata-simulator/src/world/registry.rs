//! The table "External systems" of the console: who has called, and what the administrator said.
//!
//! A row is an id and a certificate. Several callers with the same of both are one row; the same id
//! with a new certificate is another one, pending again.

use serde::{Deserialize, Serialize};
use std::net::IpAddr;
use time::OffsetDateTime;

/// What an administrator has said to an external system.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Access {
    /// Nothing yet.
    Pending,
    /// Accept.
    Accepted,
    /// Reject, at first sight or later.
    Rejected,
}

/// A row of the table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ExternalSystem {
    /// The id that the caller has chosen.
    pub id: String,
    /// SHA-256 of the certificate, lower-case digits.
    pub fingerprint: String,
    /// Whence the first call came.
    pub address: IpAddr,
    /// What was said to it.
    pub access: Access,
    /// When the first call came.
    #[serde(with = "time::serde::rfc3339")]
    pub since: OffsetDateTime,
    /// How many calls have come.
    pub calls: u64,
}

/// All rows, oldest first.
#[derive(Debug, Default)]
pub(crate) struct Registry {
    rows: Vec<ExternalSystem>,
}

impl Registry {
    /// A call has come: makes a row for it, or finds it.
    pub(crate) fn knock(
        &mut self,
        id: &str,
        fingerprint: &str,
        address: IpAddr,
        now: OffsetDateTime,
        at_first: Access,
    ) -> Access {
        let known = self
            .rows
            .iter_mut()
            .find(|row| row.id == id && row.fingerprint == fingerprint);
        if let Some(row) = known {
            row.calls += 1;
            return row.access;
        }
        self.rows.push(ExternalSystem {
            id: id.to_owned(),
            fingerprint: fingerprint.to_owned(),
            address,
            access: at_first,
            since: now,
            calls: 1,
        });
        at_first
    }

    /// Says this to every row of an id, or to that of one certificate; how many there were.
    pub(crate) fn say(&mut self, id: &str, fingerprint: Option<&str>, access: Access) -> usize {
        let meant = |row: &&mut ExternalSystem| {
            row.id == id && fingerprint.is_none_or(|it| it.eq_ignore_ascii_case(&row.fingerprint))
        };
        self.rows
            .iter_mut()
            .filter(meant)
            .map(|row| row.access = access)
            .count()
    }

    pub(crate) fn rows(&self) -> Vec<ExternalSystem> {
        self.rows.clone()
    }
}
