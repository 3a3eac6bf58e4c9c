//! Which values `values.schema.json` knows.

use serde_json::Value;

use crate::chart::variants::folder;

/// The schema.
///
/// # Panics
/// When it cannot be read.
#[must_use]
pub fn read() -> Value {
    let path = folder().join("values.schema.json");
    let text = std::fs::read_to_string(path).expect("helm/values.schema.json");
    serde_json::from_str(&text).expect("the schema is JSON")
}

/// The path of every value that it knows, those of closed objects with all that is in them. Where
/// people name keys themselves, `<alias>` stands in the place of one.
#[must_use]
pub fn leaves(schema: &Value) -> Vec<String> {
    fn walk(root: &Value, path: &str, schema: &Value, leaves: &mut Vec<String>) {
        let schema = match schema["$ref"].as_str() {
            Some(reference) => root
                .pointer(reference.trim_start_matches('#'))
                .unwrap_or(&Value::Null),
            None => schema,
        };
        let of_each = schema["patternProperties"].as_object();
        match (of_each, schema["properties"].as_object()) {
            (Some(of_each), _) => {
                for schema in of_each.values() {
                    walk(root, &format!("{path}.<alias>"), schema, leaves);
                }
            }
            (None, None) => leaves.push(path.to_owned()),
            (None, Some(properties)) => {
                for (key, schema) in properties {
                    let dot = if path.is_empty() { "" } else { "." };
                    walk(root, &format!("{path}{dot}{key}"), schema, leaves);
                }
            }
        }
    }
    let mut leaves = Vec::new();
    walk(schema, "", schema, &mut leaves);
    leaves
}

/// The places where an object lists what it may hold and yet takes anything else: there must be
/// none.
#[must_use]
pub fn open(schema: &Value) -> Vec<String> {
    fn walk(path: &str, schema: &Value, open: &mut Vec<String>) {
        if schema["properties"].is_object() && schema["additionalProperties"] != false {
            open.push(path.to_owned());
        }
        for (key, child) in schema.as_object().into_iter().flatten() {
            walk(&format!("{path}/{key}"), child, open);
        }
        for (index, child) in schema.as_array().into_iter().flatten().enumerate() {
            walk(&format!("{path}/{index}"), child, open);
        }
    }
    let mut open_ones = Vec::new();
    walk("", schema, &mut open_ones);
    open_ones
}
