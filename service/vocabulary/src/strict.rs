//! JSON in which no object names a member twice.
//!
//! RFC 8259 leaves open what a repeated name means, and parsers differ. A request whose meaning
//! depends on the parser must not decide which host is isolated; nor may a token whose holder
//! depends on it.
//!
//! Nor has it more values than any real request: a text of megabytes costs its megabytes, but as
//! many empty values would cost many times their size.

use std::cell::Cell;
use std::fmt;

use serde::Deserializer;
use serde::de::{DeserializeSeed, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::de::Read;
use serde_json::{Map, Number, Value};

/// Most values in a body. The largest request, 256 places to scan, has about 1,300.
const MOST_VALUES: usize = 10_000;

/// Marks the error of a body with more values than that.
const TOO_MANY: &str = "there are too many values";

/// Marks the error of a repeated member among those of the JSON parser.
const REPEATED: &str = "a member is named twice";

/// Reads a text of JSON.
///
/// # Errors
/// What is wrong with it.
pub fn parse(bytes: &[u8]) -> Result<Value, serde_json::Error> {
    whole(serde_json::Deserializer::from_slice(bytes))
}

/// The same of what is known to be text.
///
/// # Errors
/// What is wrong with it.
pub fn parse_text(text: &str) -> Result<Value, serde_json::Error> {
    whole(serde_json::Deserializer::from_str(text))
}

fn whole<'de, R: Read<'de>>(
    mut deserializer: serde_json::Deserializer<R>,
) -> Result<Value, serde_json::Error> {
    let left = Cell::new(MOST_VALUES);
    let value = Strict(&left).deserialize(&mut deserializer)?;
    deserializer.end()?;
    Ok(value)
}

/// Whether it is the error of a repeated member.
#[must_use]
pub fn is_repeated(error: &serde_json::Error) -> bool {
    error.to_string().starts_with(REPEATED)
}

/// What kind of mistake it is, in words that repeat nothing of the body.
#[must_use]
pub fn reason(error: &serde_json::Error) -> &'static str {
    if is_repeated(error) {
        return "An object names a member twice";
    }
    if error.to_string().starts_with(TOO_MANY) {
        return "The body has more values than any request needs";
    }
    match error.classify() {
        serde_json::error::Category::Eof => "The JSON text ends too early",
        serde_json::error::Category::Syntax
        | serde_json::error::Category::Data
        | serde_json::error::Category::Io => "The body is not JSON",
    }
}

/// Reads one value, while any are left.
#[derive(Clone, Copy)]
struct Strict<'a>(&'a Cell<usize>);

impl<'de> DeserializeSeed<'de> for Strict<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        let left = self.0.get().checked_sub(1);
        self.0.set(left.ok_or_else(|| D::Error::custom(TOO_MANY))?);
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict<'_> {
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
        while let Some(item) = items.next_element_seed(self)? {
            array.push(item);
        }
        Ok(Value::Array(array))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        while let Some(name) = members.next_key::<String>()? {
            let value = members.next_value_seed(self)?;
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
    fn more_values_than_any_request_has_are_refused() {
        let many = format!("[{}0]", "0,".repeat(MOST_VALUES));
        let error = parse(many.as_bytes()).expect_err("refused");

        assert_eq!(
            reason(&error),
            "The body has more values than any request needs"
        );
    }

    #[test]
    fn nesting_without_end_and_text_behind_the_value_are_refused() {
        assert!(parse("[".repeat(100_000).as_bytes()).is_err());
        assert!(parse(b"{} {}").is_err());
    }
}
