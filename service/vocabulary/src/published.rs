//! What the published schemas take, as a test asks it: with the engine that requests are validated
//! with.

use serde_json::{Value, json};

/// Whether a text has this pattern.
pub(crate) fn accepts(pattern: &str, text: &str) -> bool {
    is_valid(&json!({ "type": "string", "pattern": pattern }), text)
}

/// Whether a text is valid by this schema.
pub(crate) fn is_valid(schema: &Value, text: &str) -> bool {
    jsonschema::options()
        .with_pattern_options(jsonschema::PatternOptions::regex())
        .build(schema)
        .expect("a valid schema")
        .is_valid(&text.into())
}
