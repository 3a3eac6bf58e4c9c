//! The files that are shipped, and the fields that they have to cover.

use std::collections::BTreeMap;
use std::path::PathBuf;

use acceptance::repository::{read, root};
use edr_gateway::doors::rest::document;
use serde_json::Value;
use vocabulary::requests::flat;
use vocabulary::task::Action;

/// The fields of an action's body, with the types that the contract gives them.
pub(super) fn fields(action: Action) -> BTreeMap<String, String> {
    let document = serde_json::to_value(document::document()).expect("plain data");
    let schemas = &document["components"]["schemas"];
    let properties = &schemas[flat::schema_name(action)]["properties"];
    let fields = properties.as_object().expect("an action has fields").iter();
    let kind = |schema: &Value| {
        let named = schema["$ref"].as_str().and_then(|it| it.rsplit('/').next());
        let schema = named.map_or(schema, |name| &schemas[name]);
        schema["type"].as_str().unwrap_or("string").to_owned()
    };
    fields.map(|(name, it)| (name.clone(), kind(it))).collect()
}

/// Where a shipped file stands.
pub(super) fn place(path: &str) -> PathBuf {
    root().join("deploy/integrations").join(path)
}

/// The text of a shipped file.
pub(super) fn text(path: &str) -> String {
    read(&format!("deploy/integrations/{path}"))
}

/// A shipped file that is JSON.
pub(super) fn json(path: &str) -> Value {
    serde_json::from_str(&text(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// A shipped file that is YAML.
pub(super) fn yaml(path: &str) -> Value {
    yaml_serde::from_str(&text(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// An action's name in small letters, with something between its words.
pub(super) fn words(action: Action, between: char) -> String {
    let name = action.to_string();
    let letters = name.chars().flat_map(|it| {
        let between = it.is_ascii_uppercase().then_some(between);
        between.into_iter().chain([it.to_ascii_lowercase()])
    });
    letters.collect()
}
