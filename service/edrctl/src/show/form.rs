//! Answers for other programs: whole, and in the form that they read.
//!
//! Members stand in the order of their names, not in the gateway's: no program goes by it, and so
//! two answers can be compared line by line.

use std::fmt::Write as _;

use clap::ValueEnum;
use serde_json::Value;
use thiserror::Error;
use vocabulary::legible::is_legible;

use crate::show::clean::clean;
use crate::show::member::scalar;
use crate::show::screen::Screen;

/// What answers are written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Form {
    /// JSON, indented.
    Json,
    /// JSON, one line for each element of a list.
    Jsonl,
    /// YAML.
    Yaml,
    /// The ids, or names, one in each line.
    Name,
}

/// There is nothing at that place of the answer.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("the answer has nothing at {}", clean(.0))]
pub struct NoSuchPlace(pub String);

/// The members that are the list of an answer.
const LISTS: [&str; 6] = ["tasks", "hosts", "actions", "backends", "results", "items"];

/// Where an element's id or name stands, the first that there is.
const NAMES: [&str; 6] = [
    "/id",
    "/task/id",
    "/name",
    "/backend",
    "/caller",
    "/targetHost/id",
];

/// What stands at this place of an answer (RFC 6901).
pub fn pick<'a>(answer: &'a Value, pointer: &str) -> Result<&'a Value, NoSuchPlace> {
    let missing = || NoSuchPlace(pointer.to_owned());
    answer.pointer(pointer).ok_or_else(missing)
}

/// What was picked: a text bare, all else as JSON. Another program has a text exactly as it is, a
/// person sees what it holds.
#[must_use]
pub fn bare(value: &Value, screen: Screen) -> String {
    match value {
        Value::String(text) if screen.is_terminal() => format!("{}\n", clean(text)),
        Value::String(text) => format!("{text}\n"),
        Value::Null | Value::Bool(_) | Value::Number(_) => format!("{value}\n"),
        Value::Array(_) | Value::Object(_) => json(value),
    }
}

/// An answer in this form.
#[must_use]
pub fn write(value: &Value, form: Form) -> String {
    match form {
        Form::Json => json(value),
        Form::Jsonl => match elements(value) {
            Some(list) => list.iter().map(|it| escape(&format!("{it}\n"))).collect(),
            None => escape(&format!("{value}\n")),
        },
        Form::Yaml => yaml(value),
        Form::Name => names(value),
    }
}

fn json(value: &Value) -> String {
    escape(&format!("{value:#}\n"))
}

/// The list that an answer is or holds.
fn elements(value: &Value) -> Option<&Vec<Value>> {
    let held = LISTS.iter().find_map(|it| value.get(it)?.as_array());
    // A caller and an action hold names of tasks and back ends: they are no lists of them.
    value.as_array().or_else(|| {
        held.filter(|list| list.iter().all(Value::is_object))
            .filter(|_| NAMES.iter().all(|it| value.pointer(it).is_none()))
    })
}

fn names(value: &Value) -> String {
    let one = |it: &Value| {
        let found = NAMES.iter().find_map(|name| it.pointer(name));
        // A request of a batch that was refused has none.
        found
            .filter(|it| !it.is_null())
            .map(|it| format!("{}\n", clean(&scalar(it))))
    };
    match elements(value) {
        Some(list) => list.iter().filter_map(one).collect(),
        None => one(value).unwrap_or_default(),
    }
}

fn yaml(value: &Value) -> String {
    match yaml_serde::to_string(value) {
        Ok(text) if text.chars().all(|it| it == '\n' || is_legible(it)) => text,
        // JSON is YAML too, and shows what is not legible by its number.
        Ok(_) | Err(_) => json(value),
    }
}

/// JSON in which what is not legible stands by its number; whoever reads it has the same texts.
fn escape(json: &str) -> String {
    if json.chars().all(|it| it == '\n' || is_legible(it)) {
        return json.to_owned();
    }
    let mut escaped = String::with_capacity(json.len() * 2);
    for it in json.chars() {
        if it == '\n' || is_legible(it) {
            escaped.push(it);
            continue;
        }
        for unit in it.encode_utf16(&mut [0; 2]) {
            write!(escaped, "\\u{unit:04x}").expect("a text takes everything");
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn tasks() -> Value {
        json!({"tasks": [{"id": "ksc-42", "state": "running"}, {"id": "ksc-41"}], "nextCursor": "abc"})
    }

    #[test]
    fn a_list_is_a_line_for_each_element() {
        assert_eq!(
            write(&tasks(), Form::Jsonl),
            "{\"id\":\"ksc-42\",\"state\":\"running\"}\n{\"id\":\"ksc-41\"}\n"
        );
        assert_eq!(
            write(&json!({"id": "ksc-42"}), Form::Jsonl),
            "{\"id\":\"ksc-42\"}\n"
        );
        assert_eq!(write(&json!({"tasks": []}), Form::Jsonl), "");
    }

    #[test]
    fn names_are_ids_where_there_are_some() {
        for (answer, names) in [
            (tasks(), "ksc-42\nksc-41\n"),
            (
                json!({"actions": [{"name": "getFile", "backends": ["ksc"]}]}),
                "getFile\n",
            ),
            (json!({"name": "getFile", "backends": ["ksc"]}), "getFile\n"),
            (
                json!({"backends": [{"backend": "ksc", "tasks": ["getFile"]}]}),
                "ksc\n",
            ),
            (
                json!({"caller": "soar", "tasks": ["getFile"], "backends": ["ksc"]}),
                "soar\n",
            ),
            (
                json!({"results": [{"task": {"id": "ksc-42"}}, {"problem": {}}]}),
                "ksc-42\n",
            ),
            (json!({"id": "a\nb"}), "a\\nb\n"),
            (json!(3), ""),
        ] {
            assert_eq!(write(&answer, Form::Name), names, "{answer}");
        }
    }

    #[test]
    fn members_stand_in_the_order_of_their_names() {
        let value: Value = serde_json::from_str(r#"{"b": 1, "a": [true]}"#).expect("JSON");

        assert_eq!(
            write(&value, Form::Json),
            "{\n  \"a\": [\n    true\n  ],\n  \"b\": 1\n}\n"
        );
        assert_eq!(write(&value, Form::Yaml), "a:\n- true\nb: 1\n");
    }

    #[test]
    fn a_place_is_picked_by_its_pointer() {
        let answer = json!({"a/b": {"text": "it\u{1b}", "number": 3, "list": [1]}});
        let picked = |pointer| pick(&answer, pointer).expect("a place");
        let person = Screen {
            width: 80,
            ..Screen::PIPE
        };

        assert_eq!(bare(picked("/a~1b/text"), Screen::PIPE), "it\u{1b}\n");
        assert_eq!(bare(picked("/a~1b/text"), person), "it\\u{1b}\n");
        assert_eq!(bare(picked("/a~1b/number"), person), "3\n");
        assert_eq!(bare(picked("/a~1b/list"), person), "[\n  1\n]\n");
        assert_eq!(picked(""), &answer);
        let missing = pick(&answer, "/a~1b/\u{1b}").expect_err("nothing");
        assert_eq!(
            missing.to_string(),
            "the answer has nothing at /a~1b/\\u{1b}"
        );
    }

    proptest! {
        #[test]
        fn whatever_a_text_holds_it_is_legible_and_read_back(text in any::<String>()) {
            let value = json!({"text": text, "tasks": [{"id": text}]});

            for form in [Form::Json, Form::Yaml, Form::Jsonl, Form::Name] {
                let written = write(&value, form);
                prop_assert!(written.chars().all(|it| it == '\n' || is_legible(it)), "{written:?}");
            }
            let read: Value = serde_json::from_str(&write(&value, Form::Json)).expect("JSON");
            prop_assert_eq!(&read, &value);
        }
    }
}
