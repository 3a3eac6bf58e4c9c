//! The published document, read as its readers do: what stands in it once is referred to by name.

use serde_json::Value;

/// What a value of the document says: what it refers to, where it is a reference.
pub(super) fn followed<'a>(document: &'a Value, value: &'a Value) -> &'a Value {
    let Some(place) = value["$ref"].as_str() else {
        return value;
    };
    let pointer = place.strip_prefix('#').expect("a place in this document");
    document
        .pointer(pointer)
        .unwrap_or_else(|| panic!("{place} leads nowhere"))
}

/// What an answer is described with: beside a reference there may stand other words.
pub(super) fn description<'a>(document: &'a Value, answer: &'a Value) -> &'a str {
    answer["description"]
        .as_str()
        .or_else(|| followed(document, answer)["description"].as_str())
        .unwrap_or_default()
}
