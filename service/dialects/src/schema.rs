//! Schemas of draft 2020-12, written as the older dialects have them.

use serde_json::{Map, Value, json};

/// The schemas under `components` of an OpenAPI 3.1 document, and how they are referred to.
pub(crate) struct Schemas<'a> {
    all: &'a Value,
    place: &'static str,
}

impl<'a> Schemas<'a> {
    /// Those of a document, which are to stand at this place.
    pub(crate) fn of(document: &'a Value, place: &'static str) -> Self {
        Self {
            all: &document["components"]["schemas"],
            place,
        }
    }

    /// The schema of this name, in the older form.
    pub(crate) fn named(&self, name: &str) -> Value {
        let mut written = self.written(&self.all[name]);
        if let (Some(values), Some(object)) = (
            self.all[name]["enum"].as_array().cloned(),
            written.as_object_mut(),
        ) {
            // Of values that several schemas have, Go's generator makes the same constant twice.
            let names: Vec<String> = values
                .iter()
                .map(|it| format!("{name}{}", capital(it.as_str().unwrap_or_default())))
                .collect();
            if values.iter().all(Value::is_string) {
                object.insert("x-enum-varnames".to_owned(), names.into());
            }
        }
        written
    }

    /// A schema in the older form.
    pub(crate) fn written(&self, schema: &Value) -> Value {
        let Value::Object(members) = schema else {
            return schema.clone();
        };
        if let Some(name) = referred(schema) {
            return self.reference(name, members);
        }
        let mut written = Map::new();
        for (name, value) in members {
            match name.as_str() {
                "examples" => {
                    if let Some(first) = value.as_array().and_then(|it| it.first()) {
                        written.insert("example".to_owned(), first.clone());
                    }
                }
                "contentEncoding" if value == "base64" => {
                    written.insert("format".to_owned(), json!("byte"));
                }
                "properties" => {
                    let properties = value.as_object().into_iter().flatten();
                    let properties: Map<String, Value> = properties
                        .map(|(name, it)| (name.clone(), self.written(it)))
                        .collect();
                    written.insert(name.clone(), Value::Object(properties));
                }
                "items" | "additionalProperties" => {
                    written.insert(name.clone(), self.written(value));
                }
                // What has no place there says nothing that is needed.
                "propertyNames" | "$schema" | "contentMediaType" => {}
                _ => {
                    written.insert(name.clone(), value.clone());
                }
            }
        }
        Value::Object(written)
    }

    /// What refers to a schema by name: nothing may stand beside it there. A single value is written
    /// out in its place, since some importers follow no reference to one; and a text beside it
    /// stays.
    fn reference(&self, name: &str, members: &Map<String, Value>) -> Value {
        let target = &self.all[name];
        let said = members.get("description");
        let is_value = target["properties"].is_null()
            && target["items"].is_null()
            && target["enum"].is_null()
            && target["type"].is_string()
            && target["type"] != "object";
        if is_value {
            let mut written = self.written(target);
            if let (Some(said), Some(object)) = (said, written.as_object_mut()) {
                object.insert("description".to_owned(), said.clone());
            }
            return written;
        }
        let reference = json!({ "$ref": format!("{}{name}", self.place) });
        match said {
            Some(said) => json!({ "allOf": [reference], "description": said }),
            None => reference,
        }
    }

    /// The names of the schemas that this value needs, directly or through others.
    pub(crate) fn needed(&self, by: &Value) -> Vec<String> {
        let mut needed = Vec::new();
        let mut open = vec![by.clone()];
        while let Some(value) = open.pop() {
            for name in names(&value, self.place) {
                if !needed.contains(&name) {
                    open.push(self.named(&name));
                    needed.push(name);
                }
            }
        }
        needed.sort();
        needed
    }
}

/// The name that a value refers to, when it does nothing else that matters.
pub(crate) fn referred(value: &Value) -> Option<&str> {
    value["$ref"].as_str()?.rsplit('/').next()
}

/// What a value says, or what it refers to.
pub(crate) fn followed<'a>(value: &'a Value, original: &'a Value) -> &'a Value {
    let place = value["$ref"].as_str().and_then(|it| it.strip_prefix('#'));
    place.and_then(|it| original.pointer(it)).unwrap_or(value)
}

/// The names that anything in a value refers to at this place.
fn names(value: &Value, place: &str) -> Vec<String> {
    match value {
        Value::Object(members) => {
            let own = members.get("$ref").and_then(Value::as_str);
            let own = own.and_then(|it| it.strip_prefix(place)).map(str::to_owned);
            let below = members.values().flat_map(|it| names(it, place));
            own.into_iter().chain(below).collect()
        }
        Value::Array(items) => items.iter().flat_map(|it| names(it, place)).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Vec::new(),
    }
}

/// A text as a part of a name: letters and digits, the first of each word large.
pub(crate) fn capital(text: &str) -> String {
    let words = text.split(|it: char| !it.is_ascii_alphanumeric());
    words
        .filter(|it| !it.is_empty())
        .map(|it| it[..1].to_ascii_uppercase() + &it[1..])
        .collect()
}
