//! KSC's search filters: the grammar of ksc-openapi.md section 6, parsed and evaluated.
//!
//! A filter that the grammar does not know, an unknown attribute or a comparison of the wrong kind is refused as
//! KLSTD 1192. What the grammar allows but a careful client never needs (wildcards, operators inside a text, no
//! outer parentheses, words in the body) is reported as a remark for the journal.

pub(crate) mod eval;
pub(crate) mod parser;

use crate::journal::Rule;
use crate::record::{Attribute, Record};
use crate::refusal::Refusal;
use time::OffsetDateTime;

/// A parsed filter.
#[derive(Debug, Clone, PartialEq)]
pub enum Filter {
    /// Every one of these.
    All(Vec<Filter>),
    /// At least one of these.
    Any(Vec<Filter>),
    /// Not this one.
    Not(Box<Filter>),
    /// An attribute compares so with a value.
    Compare {
        /// Which one.
        attribute: String,
        /// How.
        operator: Operator,
        /// With what.
        value: Literal,
    },
    /// An attribute has one of these bits, or none of them.
    Bits {
        /// Which one.
        attribute: String,
        /// The bits.
        mask: i64,
        /// Whether one must be there.
        set: bool,
    },
    /// An attribute has a value.
    IsSet {
        /// Which one.
        attribute: String,
    },
}

/// The comparisons of the grammar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operator {
    /// `=`
    Equal,
    /// `<>`
    Unequal,
    /// `<`
    Less,
    /// `>`
    Greater,
    /// `<=`
    AtMost,
    /// `>=`
    AtLeast,
}

/// The values of the grammar.
#[derive(Debug, Clone, PartialEq)]
pub enum Literal {
    /// A whole number.
    Number(i64),
    /// With wildcards still in it; doubled quotes already single.
    Text(String),
    /// `T"…"`.
    Time(OffsetDateTime),
    /// Seconds from now.
    FromNow(i64),
    /// Hexadecimal digits of a binary.
    Binary(String),
}

/// A filter with what is to be remarked about it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Checked {
    pub(crate) filter: Filter,
    pub(crate) remarks: Vec<(Rule, String)>,
}

/// The conditions of a filter, when it is one and stands in parentheses as the vendor writes it. For
/// tests of those who write filters.
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
    pub(crate) fn matches(&self, record: &Record, now: OffsetDateTime) -> bool {
        eval::matches(&self.filter, record, now)
    }
}
