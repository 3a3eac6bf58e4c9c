//! One thing that is said of a file: a finding of `kataedr`, or one that needs to know the gateway.

use std::fmt::Write as _;

use kataedr::{Finding, Kind, Place, Severity, Source};
use serde::Serialize;

use super::printed::{excerpt, safe};

/// As [`Finding`] has it, with codes that are not all of `kataedr`.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Remark {
    pub(super) severity: Severity,
    pub(super) kind: Kind,
    pub(super) code: &'static str,
    pub(super) place: Place,
    pub(super) reason: String,
    pub(super) mend: String,
    pub(super) document: Source,
}

impl From<Finding> for Remark {
    fn from(of: Finding) -> Self {
        Self {
            severity: of.severity,
            kind: of.kind,
            code: of.code.as_str(),
            place: of.place,
            reason: of.reason,
            mend: of.mend,
            document: of.document,
        }
    }
}

impl Remark {
    /// A block for people: severity, place and code, then reason, mend and document, a line each.
    pub(super) fn block(&self) -> String {
        let mut text = self.severity.as_str().to_owned();
        for part in place(&self.place) {
            let _infallible = write!(text, "  {part}");
        }
        let _infallible = write!(
            text,
            "  ({})\n  {}\n  Mend: {}\n  Source: {}\n",
            self.code,
            safe(&self.reason),
            safe(&self.mend),
            source(self.document)
        );
        text
    }
}

/// A document and where it is to be found.
pub(super) fn source(document: Source) -> String {
    match document.url() {
        None => document.id().to_owned(),
        Some(url) => url.to_owned(),
    }
}

fn place(place: &Place) -> Vec<String> {
    let mut parts = Vec::new();
    parts.extend(place.line.map(|it| format!("line {it}")));
    if let Some(pointer) = &place.pointer {
        parts.push(format!("at {}", excerpt(pointer)));
        return parts;
    }
    let section = place
        .section
        .as_ref()
        .map(|it| format!("[{}]", excerpt(it)));
    let key = place.key.as_ref().map(|it| excerpt(it));
    let named: Vec<String> = [section, key].into_iter().flatten().collect();
    if !named.is_empty() {
        parts.push(named.join(" "));
    }
    parts
}
