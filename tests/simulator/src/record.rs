//! Rows of the server's tables: attributes with their KSC types, as JSON and for filters.
//!
//! Hosts and incidents are given out through the same few calls and searched by the same filter
//! grammar, so both show themselves as a [`Record`] and describe their attributes in a table.

use crate::journal::{Journal, Rule};
use crate::refusal::Refusal;
use serde_json::{Map, Value, json};
use std::cmp::Ordering;
use std::collections::BTreeMap;
use time::OffsetDateTime;

/// One value with its KSC type (ksc-openapi.md, section 3).
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Field {
    Int(i64),
    Long(i64),
    Bool(bool),
    Text(String),
    Time(OffsetDateTime),
}

/// A row; an attribute without a value is not in it.
pub(crate) type Record = BTreeMap<&'static str, Field>;

/// What a filter looks at: a row, made or not.
pub(crate) trait Columns {
    /// The value of an attribute, where it has one.
    fn field(&self, name: &str) -> Option<Field>;
}

impl Columns for Record {
    fn field(&self, name: &str) -> Option<Field> {
        self.get(name).cloned()
    }
}

/// What a filter may compare an attribute with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Number,
    Text,
    Time,
    /// Words, not equality: the grammar is another one.
    FullText,
}

/// One line of a table of attributes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Attribute {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    pub(crate) filter: bool,
    pub(crate) order: bool,
}

impl Attribute {
    pub(crate) const fn free(name: &'static str, kind: Kind) -> Self {
        Self {
            name,
            kind,
            filter: true,
            order: true,
        }
    }

    pub(crate) const fn read_only(name: &'static str, kind: Kind) -> Self {
        Self {
            name,
            kind,
            filter: false,
            order: false,
        }
    }
}

impl Field {
    pub(crate) fn json(&self) -> Value {
        match self {
            Self::Int(number) => json!(number),
            Self::Long(number) => json!({"type": "long", "value": number}),
            Self::Bool(truth) => json!(truth),
            Self::Text(text) => json!(text),
            Self::Time(moment) => datetime(*moment),
        }
    }

    fn order(&self, other: &Self) -> Ordering {
        match (self.number(), other.number()) {
            (Some(one), Some(two)) => one.cmp(&two),
            (None, _) | (_, None) => self.text().cmp(&other.text()),
        }
    }

    /// Numbers, booleans and moments as numbers.
    pub(crate) fn number(&self) -> Option<i64> {
        match self {
            Self::Int(number) | Self::Long(number) => Some(*number),
            Self::Bool(truth) => Some(i64::from(*truth)),
            Self::Time(moment) => Some(moment.unix_timestamp()),
            Self::Text(_) => None,
        }
    }

    /// Texts, lower case: KSC's databases compare without case.
    pub(crate) fn text(&self) -> Option<String> {
        match self {
            Self::Text(text) => Some(text.to_lowercase()),
            Self::Int(_) | Self::Long(_) | Self::Bool(_) | Self::Time(_) => None,
        }
    }
}

/// A moment as KSC's typed container: UTC, whole seconds, trailing `Z`.
pub(crate) fn datetime(moment: OffsetDateTime) -> Value {
    json!({"type": "datetime", "value": date_text(moment)})
}

fn date_text(moment: OffsetDateTime) -> String {
    let utc = moment.to_offset(time::UtcOffset::UTC);
    format!(
        "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z",
        utc.year(),
        u8::from(utc.month()),
        utc.day(),
        utc.hour(),
        utc.minute(),
        utc.second()
    )
}

/// A row with the wanted fields only, as bare JSON; names that the table lacks are noted and left
/// out.
pub(crate) fn select(
    record: &Record,
    table: &[Attribute],
    wanted: &[String],
    journal: &Journal,
    method: &str,
) -> Map<String, Value> {
    let mut row = Map::new();
    for name in wanted {
        if !table.iter().any(|attribute| attribute.name == name) {
            journal.note(
                Rule::KnownAttributes,
                method,
                format!("there is no attribute {name}"),
            );
        }
        if let Some(field) = record.get(name.as_str()) {
            row.insert(name.clone(), field.json());
        }
    }
    row
}

/// The order of a result: attribute and "ascending".
pub(crate) type Order = Vec<(String, bool)>;

/// Refuses an order by an attribute that the vendor excludes or does not have.
pub(crate) fn check_order(order: &Order, table: &[Attribute]) -> Result<(), Refusal> {
    for (name, _) in order {
        match table.iter().find(|attribute| attribute.name == name) {
            Some(attribute) if attribute.order => {}
            Some(_) => return Err(Refusal::bad_format(format!("cannot order by {name}"))),
            None => {
                return Err(Refusal::bad_format(format!(
                    "cannot order by unknown {name}"
                )));
            }
        }
    }
    Ok(())
}

/// Sorts rows; rows without the attribute come first, as SQL's NULL does.
pub(crate) fn sort<R: Columns>(rows: &mut [R], order: &Order) {
    rows.sort_by(|one, two| {
        for (name, ascending) in order {
            let by_name = match (one.field(name), two.field(name)) {
                (Some(left), Some(right)) => left.order(&right),
                (None, Some(_)) => Ordering::Less,
                (Some(_), None) => Ordering::Greater,
                (None, None) => Ordering::Equal,
            };
            let by_name = if *ascending {
                by_name
            } else {
                by_name.reverse()
            };
            if by_name != Ordering::Equal {
                return by_name;
            }
        }
        Ordering::Equal
    });
}
