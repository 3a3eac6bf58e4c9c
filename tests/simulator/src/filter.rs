//! KSC's search filters: the grammar of ksc-openapi.md section 6, parsed and evaluated.
//!
//! A filter that the grammar does not know, an unknown attribute or a comparison of the wrong kind
//! is refused as KLSTD 1192. What the grammar allows but a careful client never needs (wildcards,
//! operators inside a text, no outer parentheses, words in the body) is reported as a remark for
//! the journal.

pub(crate) mod eval;
pub(crate) mod grammar;
pub(crate) mod narrow;
pub(crate) mod parser;

pub use grammar::{Filter, Literal, Operator};

use crate::journal::Rule;
use crate::record::{Attribute, Columns};
use crate::refusal::Refusal;
use time::OffsetDateTime;

/// A filter with what is to be remarked about it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Checked {
    pub(crate) filter: Filter,
    pub(crate) remarks: Vec<(Rule, String)>,
}

/// The conditions of a filter, when it is one and stands in parentheses as the vendor writes it.
/// For tests of those who write filters.
#[must_use]
pub fn parse(text: &str) -> Option<Filter> {
    let parsed = parser::parse(text).ok()?;
    (!parsed.bare).then_some(parsed.filter)
}

/// Parses a filter and checks it against a table of attributes.
pub(crate) fn read(text: &str, table: &[Attribute]) -> Result<Checked, Refusal> {
    // Everything: the vendor advises against it, and published clients send it.
    if text.trim().is_empty() {
        return Ok(Checked {
            filter: Filter::All(Vec::new()),
            remarks: vec![(Rule::PlainFilter, "the filter is empty".to_owned())],
        });
    }
    let parsed =
        parser::parse(text).map_err(|error| Refusal::bad_format(format!("filter: {error}")))?;
    let mut remarks = Vec::new();
    if parsed.bare {
        remarks.push((Rule::PlainFilter, format!("no outer parentheses: {text}")));
    }
    eval::check(&parsed.filter, table, &mut remarks)
        .map_err(|error| Refusal::bad_format(format!("filter: {error}")))?;
    Ok(Checked {
        filter: parsed.filter,
        remarks,
    })
}

impl Checked {
    pub(crate) fn matches<R: Columns>(&self, record: &R, now: OffsetDateTime) -> bool {
        eval::matches(&self.filter, record, now)
    }
}
