//! A server's certificate, as people compare it and programs read it.

use serde::Serialize;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use trust::Certificate;

use super::super::printed::{count, excerpt};

/// So many names of a certificate are shown to people.
const MOST_NAMES: usize = 20;

/// A certificate, as it is told.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ShownCertificate {
    subject: String,
    issuer: String,
    names: Vec<String>,
    not_before: Option<String>,
    not_after: Option<String>,
    /// Below zero after its end.
    days_left: Option<i64>,
    sha256: String,
    sha1: String,
}

impl ShownCertificate {
    pub(super) fn of(certificate: &Certificate, now: OffsetDateTime) -> Self {
        let moment = |it: OffsetDateTime| it.format(&Rfc3339).ok();
        Self {
            subject: certificate.subject.clone(),
            issuer: certificate.issuer.clone(),
            names: certificate.names.clone(),
            not_before: certificate.begins.and_then(moment),
            not_after: certificate.ends.and_then(moment),
            // Rounded down: half a day after its end is no day left, and one day over.
            days_left: certificate
                .ends
                .map(|it| (it - now).whole_seconds().div_euclid(24 * 60 * 60)),
            sha256: certificate.sha256.to_string(),
            sha1: certificate.sha1.to_string(),
        }
    }

    /// What people are told, line by line.
    pub(super) fn lines(&self) -> Vec<(&'static str, String)> {
        let unknown = || "not known".to_owned();
        let or_none = |it: &str| {
            if it.is_empty() {
                "none".to_owned()
            } else {
                excerpt(it)
            }
        };
        let mut names: Vec<String> = self
            .names
            .iter()
            .take(MOST_NAMES)
            // A comma within one does not make two of it.
            .map(|it| excerpt(it).replace(',', "\\,"))
            .collect();
        if let Some(more @ 1..) = self.names.len().checked_sub(MOST_NAMES) {
            names.push(format!("and {more} more"));
        }
        if names.is_empty() {
            names.push("none".to_owned());
        }
        let left = match self.days_left {
            None => unknown(),
            Some(days @ 0..) => {
                format!("{} left", count(usize::try_from(days).unwrap_or(0), "day"))
            }
            Some(_) => "over".to_owned(),
        };
        let moment = |it: &Option<String>| it.clone().unwrap_or_else(unknown);
        vec![
            ("subject", or_none(&self.subject)),
            ("issuer", or_none(&self.issuer)),
            ("names", names.join(", ")),
            (
                "valid",
                format!(
                    "from {} to {}, {left}",
                    moment(&self.not_before),
                    moment(&self.not_after)
                ),
            ),
            ("SHA-256", self.sha256.clone()),
            ("SHA-1", self.sha1.clone()),
        ]
    }
}
