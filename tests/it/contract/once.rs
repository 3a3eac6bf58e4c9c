//! The document says things once: what several operations have stands under a name.

use std::collections::{BTreeMap, BTreeSet};

use edr_gateway::doors::rest::document;
use edr_gateway::doors::rest::form::Form;
use serde_json::Value;

fn published() -> Value {
    serde_json::from_str(&document::json(&document::document())).expect("JSON")
}

/// What has members of the same names and is something else.
const OTHERS: [&str; 4] = ["links", "schemas", "example", "examples"];

/// Everything that stands as a member of an object of this name, or in a list of this name, with
/// where it stands.
fn collect(value: &Value, member: &str, place: &str, found: &mut BTreeMap<String, Value>) {
    let parts: Vec<(String, &Value)> = match value {
        Value::Object(object) => object.iter().map(|(name, it)| (name.clone(), it)).collect(),
        Value::Array(list) => list
            .iter()
            .enumerate()
            .map(|(index, it)| (index.to_string(), it))
            .collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Vec::new(),
    };
    let is_of_it = place.ends_with(&format!("/{member}"));
    for (name, part) in parts {
        if OTHERS.contains(&name.as_str()) {
            continue;
        }
        let place = format!("{place}/{name}");
        if is_of_it {
            found.insert(place.clone(), part.clone());
        }
        collect(part, member, &place, found);
    }
}

#[test]
fn no_answer_header_or_parameter_is_written_out_twice() {
    let document = published();

    for member in ["responses", "headers", "parameters"] {
        let mut found = BTreeMap::new();
        collect(&document, member, "", &mut found);
        assert!(found.len() >= 10, "{member}: {found:?}");
        let mut seen: BTreeMap<String, &str> = BTreeMap::new();
        for (place, value) in found.iter().filter(|(_, it)| it.get("$ref").is_none()) {
            if let Some(before) = seen.insert(value.to_string(), place) {
                panic!("{place} says again what {before} says");
            }
        }
    }
}

#[test]
fn no_member_of_a_request_is_written_out_twice() {
    let document = published();
    let mut seen: BTreeMap<String, String> = BTreeMap::new();

    for name in Form::all().map(Form::schema_name) {
        let members = document["components"]["schemas"][name]["properties"].as_object();
        let members = members.expect("a body has members");
        assert!(members.len() >= 5, "{name}: {members:?}");
        for (member, schema) in members.iter().filter(|(_, it)| it.get("$ref").is_none()) {
            let place = format!("{name}.{member}");
            if let Some(before) = seen.insert(schema.to_string(), place.clone()) {
                panic!("{place} says again what {before} says");
            }
        }
    }

    // The name of its task is all that a native body has of its own, and some switches and lists a
    // flat one.
    assert_eq!(seen.len(), 22, "{seen:?}");
}

#[test]
fn every_name_is_used_and_means_one_thing() {
    let document = published();
    let text = document.to_string();
    let components = document["components"].as_object().expect("components");
    // Some generators make types of all of these.
    let mut types = BTreeSet::new();

    for (kind, named) in components.iter().filter(|it| it.0 != "securitySchemes") {
        for name in named.as_object().expect("named things").keys() {
            let reference = format!("\"#/components/{kind}/{name}\"");
            assert!(text.contains(&reference), "{kind}: nobody uses {name}");
            if kind != "headers" {
                assert!(types.insert(name), "{kind}: {name} means two things");
            }
        }
    }
    assert!(types.len() > 80, "{types:?}");
}
