//! Arguments as they are written.
//!
//! The rule that costs others an afternoon: params are **bare** as an argument and **wrapped**
//! inside params or an array. Two types keep it: [`Arguments`] for the call, [`Nested`] for
//! everything below. To leave a field of params unset it is omitted; only a whole argument may be
//! `null` ("not specified").

use serde_json::{Map, Value};
use time::OffsetDateTime;

use super::{ascii, moment};

/// The arguments of a call, by name.
#[derive(Clone, Default)]
pub struct Arguments(Map<String, Value>);

impl Arguments {
    /// No arguments: sent as `{}`.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }

    /// Adds a text.
    #[must_use]
    pub fn text(self, name: &str, value: impl Into<String>) -> Self {
        self.with(name, Value::String(value.into()))
    }

    /// Adds an `int`.
    #[must_use]
    pub fn int(self, name: &str, value: i64) -> Self {
        self.with(name, Value::from(value))
    }

    /// Adds a bool.
    #[must_use]
    pub fn bool(self, name: &str, value: bool) -> Self {
        self.with(name, Value::Bool(value))
    }

    /// Adds `null`: the argument is not specified.
    #[must_use]
    pub fn unspecified(self, name: &str) -> Self {
        self.with(name, Value::Null)
    }

    /// Adds an array of texts.
    #[must_use]
    pub fn texts(self, name: &str, values: &[&str]) -> Self {
        self.with(name, values.iter().map(|text| Value::from(*text)).collect())
    }

    /// Adds params: bare, as an argument.
    #[must_use]
    pub fn params(self, name: &str, value: Nested) -> Self {
        self.with(name, Value::Object(value.0))
    }

    /// Adds an array of params: wrapped, as elements.
    #[must_use]
    pub fn rows(self, name: &str, rows: impl IntoIterator<Item = Nested>) -> Self {
        self.with(name, rows.into_iter().map(Nested::wrapped).collect())
    }

    fn with(mut self, name: &str, value: Value) -> Self {
        self.0.insert(name.to_owned(), value);
        self
    }

    /// The request body.
    #[must_use]
    pub fn to_body(&self) -> Vec<u8> {
        ascii::to_ascii_json(&self.0)
    }
}

/// Params inside a call.
#[derive(Clone, Default)]
pub struct Nested(Map<String, Value>);

impl Nested {
    /// No fields.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a text.
    #[must_use]
    pub fn text(self, name: &str, value: impl Into<String>) -> Self {
        self.with(name, Value::String(value.into()))
    }

    /// Adds an `int`.
    #[must_use]
    pub fn int(self, name: &str, value: i64) -> Self {
        self.with(name, Value::from(value))
    }

    /// Adds a bool.
    #[must_use]
    pub fn bool(self, name: &str, value: bool) -> Self {
        self.with(name, Value::Bool(value))
    }

    /// Adds a `datetime`: UTC, whole seconds.
    #[must_use]
    pub fn datetime(self, name: &str, value: OffsetDateTime) -> Self {
        self.with(
            name,
            container("datetime", Value::String(moment::write(value))),
        )
    }

    /// Adds params: wrapped, inside params.
    #[must_use]
    pub fn params(self, name: &str, value: Nested) -> Self {
        self.with(name, value.wrapped())
    }

    fn with(mut self, name: &str, value: Value) -> Self {
        self.0.insert(name.to_owned(), value);
        self
    }

    fn wrapped(self) -> Value {
        container("params", Value::Object(self.0))
    }
}

fn container(kind: &str, value: Value) -> Value {
    let mut members = Map::new();
    members.insert("type".to_owned(), Value::from(kind));
    members.insert("value".to_owned(), value);
    Value::Object(members)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn params_are_bare_as_an_argument_and_wrapped_below() {
        let arguments = Arguments::none()
            .params(
                "p",
                Nested::new().params("inner", Nested::new().int("n", 1)),
            )
            .rows("list", [Nested::new().bool("b", true)]);

        let body: Value = serde_json::from_slice(&arguments.to_body()).unwrap();

        assert_eq!(
            body,
            json!({
                "p": {"inner": {"type": "params", "value": {"n": 1}}},
                "list": [{"type": "params", "value": {"b": true}}],
            })
        );
    }

    #[test]
    fn a_call_without_arguments_sends_empty_braces() {
        assert_eq!(Arguments::none().to_body(), b"{}");
    }
}
