//! Typed containers: `{"type": T, "value": V}` for the types JSON lacks.
//!
//! Only a known T makes a container; params may well have fields named `type` and `value`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value};
use time::OffsetDateTime;

use super::moment;

/// The documented names. `date` is known so that it is not taken for params.
const KNOWN: [&str; 7] = [
    "long", "datetime", "date", "double", "float", "binary", "params",
];

/// Type and value of a container; `None` for anything else.
fn container(value: &Value) -> Option<(&str, &Value)> {
    let members = value.as_object()?;
    if members.len() != 2 {
        return None;
    }
    let kind = members.get("type")?.as_str()?;
    let inner = members.get("value")?;
    KNOWN.contains(&kind).then_some((kind, inner))
}

/// Takes the container off where it is of one of these types; a bare value stays as it is, a
/// container of another type is nothing.
fn inside<'a>(value: &'a Value, kinds: &[&str]) -> Option<&'a Value> {
    match container(value) {
        Some((kind, inner)) => kinds.contains(&kind).then_some(inner),
        None => Some(value),
    }
}

/// An `int` or `long`: a number, or its digits as a text, wrapped or bare.
pub(crate) fn int(value: &Value) -> Option<i64> {
    let value = inside(value, &["long"])?;
    match value {
        Value::Number(number) => number.as_i64(),
        Value::String(digits) => {
            let unsigned = digits.strip_prefix('-').unwrap_or(digits);
            let all_digits = !unsigned.is_empty() && unsigned.bytes().all(|b| b.is_ascii_digit());
            all_digits.then(|| digits.parse().ok()).flatten()
        }
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

/// A `double` or `float`, or any number.
pub(crate) fn double(value: &Value) -> Option<f64> {
    inside(value, &["double", "float", "long"])?.as_f64()
}

/// A plain text.
pub(crate) fn text(value: &Value) -> Option<&str> {
    value.as_str()
}

/// A bool; 0 and 1 are read as such, since filters and some columns hold them as numbers.
pub(crate) fn boolean(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(flag) => Some(*flag),
        Value::Number(number) => match number.as_i64() {
            Some(0) => Some(false),
            Some(1) => Some(true),
            Some(_) | None => None,
        },
        Value::Null | Value::String(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

/// A `datetime`; `""` means unset.
pub(crate) fn datetime(value: &Value) -> Option<OffsetDateTime> {
    moment::read(inside(value, &["datetime"])?.as_str()?)
}

/// A `binary`: base64, wrapped or naked.
pub(crate) fn binary(value: &Value) -> Option<Vec<u8>> {
    STANDARD.decode(inside(value, &["binary"])?.as_str()?).ok()
}

/// Params, wrapped or bare.
pub(crate) fn params(value: &Value) -> Option<&Map<String, Value>> {
    inside(value, &["params"])?.as_object()
}

/// The same, taken out of what is not needed any more: a page of rows is not copied.
pub(crate) fn into_params(value: Value) -> Option<Map<String, Value>> {
    let kind = container(&value).map(|(kind, _)| kind == "params");
    let Value::Object(mut members) = value else {
        return None;
    };
    match kind {
        None => Some(members),
        Some(true) => match members.remove("value") {
            Some(Value::Object(inner)) => Some(inner),
            Some(_) | None => None,
        },
        Some(false) => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use time::macros::datetime;

    use super::*;

    #[test]
    fn a_long_is_read_wrapped_bare_and_quoted() {
        for value in [
            json!(5),
            json!("5"),
            json!({"type": "long", "value": 5}),
            json!({"type": "long", "value": "5"}),
        ] {
            assert_eq!(int(&value), Some(5), "{value}");
        }
        for value in [
            json!(null),
            json!(5.5),
            json!(true),
            json!(""),
            json!("-"),
            json!("+5"),
            json!(" 5"),
            json!("5x"),
            json!(u64::MAX),
            json!("99999999999999999999"),
            json!({"type": "datetime", "value": 5}),
            json!({"type": "long", "value": {"type": "long", "value": 5}}),
            json!([5]),
        ] {
            assert_eq!(int(&value), None, "{value}");
        }
    }

    #[test]
    fn an_unset_datetime_is_none() {
        assert_eq!(datetime(&json!({"type": "datetime", "value": ""})), None);
        assert_eq!(
            datetime(&json!({"type": "datetime", "value": "2026-01-02T03:04:05Z"})),
            Some(datetime!(2026-01-02 03:04:05 UTC))
        );
    }

    #[test]
    fn params_with_members_called_type_and_value_are_not_a_container() {
        let bare = json!({"type": "Trojan", "value": 1});
        let wrapped = json!({"type": "params", "value": {"type": "Trojan", "value": 1}});

        assert_eq!(params(&bare), bare.as_object());
        assert_eq!(params(&wrapped), bare.as_object());
        assert_eq!(params(&json!({"type": "long", "value": 1})), None);
        assert_eq!(params(&json!({"type": "params", "value": 1})), None);
        assert!(params(&json!({"type": "long", "value": 1, "more": 1})).is_some());
    }

    #[test]
    fn binary_is_read_wrapped_and_naked() {
        assert_eq!(
            binary(&json!({"type": "binary", "value": "AP8="})),
            Some(vec![0, 255])
        );
        assert_eq!(binary(&json!("AP8=")), Some(vec![0, 255]));
        assert_eq!(binary(&json!("%")), None);
    }

    #[test]
    fn doubles_and_bools() {
        assert_eq!(double(&json!({"type": "double", "value": 1.5})), Some(1.5));
        assert_eq!(double(&json!({"type": "float", "value": 1.5})), Some(1.5));
        assert_eq!(double(&json!(2)), Some(2.0));
        assert_eq!(boolean(&json!(1)), Some(true));
        assert_eq!(boolean(&json!(false)), Some(false));
        assert_eq!(boolean(&json!(2)), None);
    }
}
