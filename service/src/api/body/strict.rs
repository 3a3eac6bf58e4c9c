//! JSON in which no object names a member twice.
//!
//! RFC 8259 leaves open what a repeated name means, and parsers differ. A request whose meaning
//! depends on the parser must not decide which host is isolated.

use std::fmt;

use serde::Deserializer;
use serde::de::{DeserializeSeed, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

/// Marks the error of a repeated member among those of the JSON parser.
const REPEATED: &str = "a member is named twice";

pub(super) fn parse(bytes: &[u8]) -> Result<Value, serde_json::Error> {
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let value = deserializer.deserialize_any(Strict)?;
    deserializer.end()?;
    Ok(value)
}

/// What kind of mistake it is, in words that repeat nothing of the body.
pub(super) fn reason(error: &serde_json::Error) -> &'static str {
    if error.to_string().starts_with(REPEATED) {
        return "An object names a member twice";
    }
    match error.classify() {
        serde_json::error::Category::Eof => "The JSON text ends too early",
        serde_json::error::Category::Syntax
        | serde_json::error::Category::Data
        | serde_json::error::Category::Io => "The body is not JSON",
    }
}

#[derive(Clone, Copy)]
struct Strict;

impl<'de> DeserializeSeed<'de> for Strict {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_bool<E>(self, it: bool) -> Result<Value, E> {
        Ok(Value::Bool(it))
    }

    fn visit_i64<E>(self, it: i64) -> Result<Value, E> {
        Ok(Value::Number(it.into()))
    }

    fn visit_u64<E>(self, it: u64) -> Result<Value, E> {
        Ok(Value::Number(it.into()))
    }

    /// `1.0` is an integer to JSON Schema, so it must be one to everything behind it.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "the value is whole and small enough to be exact"
    )]
    fn visit_f64<E>(self, it: f64) -> Result<Value, E> {
        const EXACT: f64 = 9_007_199_254_740_992.0;
        if it.fract() == 0.0 && it.abs() < EXACT {
            return Ok(Value::Number((it as i64).into()));
        }
        Ok(Number::from_f64(it).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E>(self, it: &str) -> Result<Value, E> {
        Ok(Value::String(it.to_owned()))
    }

    fn visit_string<E>(self, it: String) -> Result<Value, E> {
        Ok(Value::String(it))
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut array = Vec::new();
        while let Some(item) = items.next_element_seed(Self)? {
            array.push(item);
        }
        Ok(Value::Array(array))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        while let Some(name) = members.next_key::<String>()? {
            let value = members.next_value_seed(Self)?;
            if object.insert(name, value).is_some() {
                return Err(A::Error::custom(REPEATED));
            }
        }
        Ok(Value::Object(object))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_member_named_twice_is_refused_at_any_depth() {
        let error = parse(br#"{"a": [{"b": 1, "b": 1}]}"#).expect_err("refused");

        assert_eq!(reason(&error), "An object names a member twice");
    }

    #[test]
    fn other_json_is_what_serde_json_makes_of_it() {
        let text =
            r#"{"a": [1, -2, 3.5, true, null, "\ud83e\udd80"], "b": {"c": 18446744073709551615}}"#;

        assert_eq!(
            parse(text.as_bytes()).expect("JSON"),
            serde_json::from_str::<Value>(text).expect("JSON")
        );
    }

    #[test]
    fn nesting_without_end_and_text_behind_the_value_are_refused() {
        assert!(parse("[".repeat(100_000).as_bytes()).is_err());
        assert!(parse(b"{} {}").is_err());
    }
}
