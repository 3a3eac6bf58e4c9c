//! Params as they are read: a row of named fields, any of which may be missing.

use std::fmt;

use serde_json::{Map, Value};
use time::OffsetDateTime;

use super::typed;

/// One `params` value that KSC sent, its wrapper taken off.
///
/// Every getter answers `None` for a field that is missing, unset, or of another type: KSC leaves
/// out what is `NULL`, and a row is useful without one of its columns.
#[derive(Clone, PartialEq, Default)]
pub struct Params(Map<String, Value>);

/// A row of a result set is nothing but params.
pub type Row = Params;

impl Params {
    /// Reads params, wrapped or bare.
    #[must_use]
    pub fn from_value(value: &Value) -> Option<Self> {
        typed::params(value).cloned().map(Self)
    }

    /// No field at all: how iterators say that they are at their end.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The field as it was sent.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    /// A text.
    #[must_use]
    pub fn str(&self, name: &str) -> Option<&str> {
        typed::text(self.0.get(name)?)
    }

    /// A text, or a number as a text: ids of tasks are documented as texts of digits.
    #[must_use]
    pub fn id(&self, name: &str) -> Option<String> {
        let value = self.0.get(name)?;
        match typed::text(value) {
            Some("") => None,
            Some(text) => Some(text.to_owned()),
            None => typed::int(value).map(|number| number.to_string()),
        }
    }

    /// An `int` or `long`, also when its digits came as a text.
    #[must_use]
    pub fn int(&self, name: &str) -> Option<i64> {
        typed::int(self.0.get(name)?)
    }

    /// A `double`, a `float`, or any number.
    #[must_use]
    pub fn double(&self, name: &str) -> Option<f64> {
        typed::double(self.0.get(name)?)
    }

    /// A bool; 0 and 1 count as such.
    #[must_use]
    pub fn bool(&self, name: &str) -> Option<bool> {
        typed::boolean(self.0.get(name)?)
    }

    /// A `datetime` in UTC; unset is `None`.
    #[must_use]
    pub fn datetime(&self, name: &str) -> Option<OffsetDateTime> {
        typed::datetime(self.0.get(name)?)
    }

    /// A `binary`.
    #[must_use]
    pub fn binary(&self, name: &str) -> Option<Vec<u8>> {
        typed::binary(self.0.get(name)?)
    }

    /// Nested params, wrapped or bare.
    #[must_use]
    pub fn params(&self, name: &str) -> Option<Params> {
        Self::from_value(self.0.get(name)?)
    }

    /// The same, taken out.
    #[must_use]
    pub fn take_params(&mut self, name: &str) -> Option<Params> {
        typed::into_params(self.0.remove(name)?).map(Self)
    }

    /// An array as it was sent.
    #[must_use]
    pub fn array(&self, name: &str) -> Option<&[Value]> {
        self.0.get(name)?.as_array().map(Vec::as_slice)
    }

    /// An array of params, wrapped or bare; what is neither (a `null`) is left out.
    #[must_use]
    pub fn rows(&self, name: &str) -> Option<Vec<Row>> {
        Some(
            self.array(name)?
                .iter()
                .filter_map(Self::from_value)
                .collect(),
        )
    }

    /// The same, taken out.
    #[must_use]
    pub fn take_rows(&mut self, name: &str) -> Option<Vec<Row>> {
        match self.0.remove(name)? {
            Value::Array(rows) => {
                let rows = rows.into_iter().filter_map(typed::into_params);
                Some(rows.map(Self).collect())
            }
            Value::Null
            | Value::Bool(_)
            | Value::Number(_)
            | Value::String(_)
            | Value::Object(_) => None,
        }
    }
}

impl From<Map<String, Value>> for Params {
    fn from(members: Map<String, Value>) -> Self {
        Self(members)
    }
}

impl fmt::Debug for Params {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Names of fields only: the values are a customer's data.
        f.debug_set().entries(self.0.keys()).finish()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn row(value: &Value) -> Row {
        Row::from_value(value).unwrap()
    }

    #[test]
    fn a_missing_or_mistyped_field_is_none() {
        let row = row(&json!({"a": null, "b": [1], "c": {"type": "long", "value": "7"}}));

        assert_eq!(row.str("a"), None);
        assert_eq!(row.int("b"), None);
        assert_eq!(row.int("c"), Some(7));
        assert_eq!(row.bool("d"), None);
        assert_eq!(row.datetime("d"), None);
        assert_eq!(row.params("b"), None);
        assert_eq!(row.array("c"), None);
    }

    #[test]
    fn an_array_of_params_may_hold_nulls_and_bare_rows() {
        let row = row(&json!({"list": [null, {"a": 1}, {"type": "params", "value": {"a": 2}}, 3]}));

        for rows in [row.rows("list"), row.clone().take_rows("list")] {
            let rows = rows.unwrap();
            assert_eq!(
                rows.iter().map(|row| row.int("a")).collect::<Vec<_>>(),
                [Some(1), Some(2)]
            );
        }
    }

    #[test]
    fn what_is_taken_out_is_what_is_read() {
        for value in [
            json!({"a": 1}),
            json!({"type": "params", "value": {"a": 1}}),
            json!({"type": "params", "value": 1}),
            json!({"type": "params", "a": 1}),
            json!({"type": "long", "value": 1}),
            json!([1]),
            json!(null),
        ] {
            let row = row(&json!({"inner": value}));

            let taken = row.clone().take_params("inner");

            assert_eq!(taken, row.params("inner"), "{value}");
        }
    }

    #[test]
    fn debug_shows_no_values() {
        assert_eq!(format!("{:?}", row(&json!({"a": "secret"}))), r#"{"a"}"#);
    }

    #[test]
    fn an_id_may_be_a_number() {
        let row = row(&json!({"a": "195", "b": 195, "c": ""}));

        assert_eq!(row.id("a").as_deref(), Some("195"));
        assert_eq!(row.id("b").as_deref(), Some("195"));
        assert_eq!(row.id("c"), None);
    }
}
