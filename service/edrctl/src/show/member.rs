//! Members of answers, read leniently: what is not there, or is something else than was thought, is
//! an empty text or nothing.

use serde_json::Value;

use crate::show::page::Page;

/// A text, number or truth at this place (RFC 6901) as text; empty where there is none.
#[must_use]
pub fn text(value: &Value, pointer: &str) -> String {
    value.pointer(pointer).map_or_else(String::new, scalar)
}

/// A value as text; what has parts is written as JSON.
#[must_use]
pub fn scalar(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => value.to_string(),
    }
}

/// The elements of a list at this place; none where there is no list.
#[must_use]
pub fn list<'a>(value: &'a Value, pointer: &str) -> &'a [Value] {
    let list = value.pointer(pointer).and_then(Value::as_array);
    list.map_or(&[], Vec::as_slice)
}

/// The texts of a list at this place, with commas between them.
#[must_use]
pub fn joined(value: &Value, pointer: &str) -> String {
    let all: Vec<String> = list(value, pointer).iter().map(scalar).collect();
    all.join(", ")
}

/// Whether this member is there and true.
#[must_use]
pub fn is_true(value: &Value, pointer: &str) -> bool {
    value.pointer(pointer).and_then(Value::as_bool) == Some(true)
}

/// `yes` or `no`, where the member says so.
#[must_use]
pub fn yes_or_no(value: &Value, pointer: &str) -> &'static str {
    match value.pointer(pointer).and_then(Value::as_bool) {
        Some(true) => "yes",
        Some(false) => "no",
        None => "",
    }
}

/// Members that this program knows nothing of: a newer gateway may say more.
pub fn rest(page: &mut Page, value: &Value, known: &[&str]) {
    let members = value.as_object().into_iter().flatten();
    for (name, value) in members.filter(|it| !known.contains(&it.0.as_str())) {
        page.entry(name, &scalar(value));
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_something_else_than_was_thought_is_no_error() {
        let value = json!({"a": {"b": "text"}, "n": 3, "l": ["x", 2], "t": true, "nothing": null});

        assert_eq!(text(&value, "/a/b"), "text");
        assert_eq!(text(&value, "/n"), "3");
        assert_eq!(text(&value, "/a"), r#"{"b":"text"}"#);
        assert_eq!(text(&value, "/nothing"), "");
        assert_eq!(text(&value, "/a/b/c"), "");
        assert_eq!(joined(&value, "/l"), "x, 2");
        assert!(list(&value, "/a").is_empty());
        assert!(is_true(&value, "/t") && !is_true(&value, "/a"));
        assert_eq!(
            (yes_or_no(&value, "/t"), yes_or_no(&value, "/n")),
            ("yes", "")
        );
    }
}
