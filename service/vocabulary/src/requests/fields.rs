//! The fields of an action's flat body, as forms, tools and command lines ask for them.
//!
//! Read from the very schemas that bodies are checked against, so that a field that is new is
//! everywhere at once.

use serde_json::Value;

use super::flat;
use crate::task::Action;

/// A field of a body.
#[derive(Debug, Clone)]
pub struct Field {
    /// Its name in the body.
    pub name: String,
    /// What it holds.
    pub kind: Kind,
    /// Whether a body without it is refused.
    pub required: bool,
    /// What it is for, in one line.
    pub purpose: String,
}

/// What a field holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// A text.
    Text,
    /// A whole number.
    Number,
    /// True or false.
    Flag,
    /// One of these words.
    Word(Vec<String>),
    /// A list of texts.
    Texts,
    /// A list of some of these words.
    Words(Vec<String>),
    /// A list of objects: to be written as JSON where a product knows texts alone.
    Objects,
}

/// The fields that every action has, but for the host, in the order in which they are wanted.
pub const COMMON: [&str; 5] = ["comment", "externalId", "severity", "area", "backend"];

/// The fields of an action's body: the host first, then those of the action, the required ones
/// before the others, then those that every action has.
#[must_use]
pub fn fields(action: Action) -> Vec<Field> {
    let (body, schemas) = flat::schemas_of(action);
    let required = body["required"].as_array().into_iter().flatten();
    let required: Vec<&str> = required.filter_map(Value::as_str).collect();
    let properties = body["properties"].as_object().into_iter().flatten();
    let mut fields: Vec<Field> = properties
        .map(|(name, schema)| Field::of(name, schema, &required, &schemas))
        .collect();
    fields.sort_by_key(|it| match COMMON.iter().position(|of| *of == it.name) {
        Some(place) => 3 + place,
        None if it.name == "targetHost" => 0,
        None if it.required => 1,
        None => 2,
    });
    fields
}

impl Field {
    fn of(name: &str, schema: &Value, required: &[&str], schemas: &Value) -> Self {
        let whole = resolved(schema, schemas);
        let said = schema["description"].as_str();
        let said = said.or_else(|| whole["description"].as_str());
        let said = said.unwrap_or_default();
        Self {
            name: name.to_owned(),
            kind: Kind::of(whole, schemas),
            required: required.contains(&name),
            purpose: said.split_whitespace().collect::<Vec<_>>().join(" "),
        }
    }

    /// What it is for and, where a form cannot show that by itself, how it is written.
    #[must_use]
    pub fn said(&self) -> String {
        let purpose = &self.purpose;
        match &self.kind {
            Kind::Word(words) | Kind::Words(words) => format!("{purpose} ({})", words.join(", ")),
            Kind::Objects => format!("{purpose} (a list as JSON)"),
            Kind::Flag => format!("{purpose} (true or false)"),
            Kind::Text | Kind::Number | Kind::Texts => purpose.clone(),
        }
    }

    /// What stands in a form where nobody has chosen: the first word where there must be one, which
    /// is what the action is called after.
    #[must_use]
    pub fn preset(&self) -> Option<&str> {
        let Kind::Word(words) = &self.kind else {
            return None;
        };
        words.first().filter(|_| self.required).map(String::as_str)
    }
}

impl Kind {
    /// Its name in the programs that are shipped.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Number => "number",
            Self::Flag => "flag",
            Self::Word(_) => "word",
            Self::Texts => "texts",
            Self::Words(_) => "words",
            Self::Objects => "objects",
        }
    }

    fn of(schema: &Value, schemas: &Value) -> Self {
        match (schema["type"].as_str(), words(schema)) {
            (_, Some(words)) => Self::Word(words),
            (Some("integer"), None) => Self::Number,
            (Some("boolean"), None) => Self::Flag,
            (Some("array"), None) => {
                let item = resolved(&schema["items"], schemas);
                match words(item) {
                    Some(words) => Self::Words(words),
                    None if item["type"] == "object" => Self::Objects,
                    None => Self::Texts,
                }
            }
            _ => Self::Text,
        }
    }
}

fn words(schema: &Value) -> Option<Vec<String>> {
    let words = schema["enum"].as_array()?.iter();
    Some(words.filter_map(Value::as_str).map(str::to_owned).collect())
}

/// A schema, or the one that it refers to.
fn resolved<'a>(schema: &'a Value, schemas: &'a Value) -> &'a Value {
    let named = schema["$ref"].as_str().and_then(|it| it.rsplit('/').next());
    named.map_or(schema, |name| &schemas[name])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_host_comes_first_and_what_every_action_has_comes_last() {
        for action in Action::ALL {
            let fields = fields(action);
            let names: Vec<&str> = fields.iter().map(|it| it.name.as_str()).collect();
            assert_eq!(names[0], "targetHost", "{action}");
            assert_eq!(names[names.len() - COMMON.len()..], COMMON, "{action}");
            assert!(fields.iter().all(|it| !it.purpose.is_empty()), "{action}");
        }
    }

    #[test]
    fn a_field_is_of_the_kind_that_its_schema_has() {
        let of = |action, name: &str| {
            let fields = fields(action);
            let field = fields.into_iter().find(|it| it.name == name);
            field.expect("the field is there").kind
        };

        let action = of(Action::IsolateHost, "action");
        assert_eq!(
            action,
            Kind::Word(vec!["isolate".to_owned(), "release".to_owned()])
        );
        assert_eq!(of(Action::IsolateHost, "durationSeconds"), Kind::Number);
        assert_eq!(of(Action::IsolateHost, "exclusions"), Kind::Objects);
        assert_eq!(of(Action::OnDemandScan, "folders"), Kind::Texts);
        assert!(matches!(of(Action::OnDemandScan, "scanAreas"), Kind::Words(it) if it.len() == 8));
        assert_eq!(of(Action::TerminateProcess, "caseSensitive"), Kind::Flag);
        assert_eq!(of(Action::TerminateProcess, "path"), Kind::Text);
    }
}
