//! OpenAPI 3.0.

use serde_json::{Map, Value, json};

use crate::schema::{Schemas, followed, referred};

/// Where its schemas stand.
const PLACE: &str = "#/components/schemas/";

/// What the vendor's own form of a request is tagged with.
pub(crate) const NATIVE: &str = "native";

/// The document as OpenAPI 3.0.
pub(crate) fn of(original: &Value) -> Value {
    let schemas = Schemas::of(original, PLACE);
    let mut document = original.clone();
    document["openapi"] = json!("3.0.3");
    document["info"] = information(original);
    let paths = operations(&document, |operation| {
        let mut operation = operation_of(operation, &schemas);
        without_twins(&mut operation, original);
        operation
    });
    document["paths"] = paths;
    for kind in ["responses", "parameters", "headers"] {
        let named = document["components"][kind].as_object().cloned();
        let named = named.into_iter().flatten();
        let rewritten: Map<String, Value> = named
            .map(|(name, it)| (name, rewritten(&it, &schemas)))
            .collect();
        document["components"][kind] = Value::Object(rewritten);
    }
    let paths = document["paths"].to_string();
    if let Some(parameters) = document["components"]["parameters"].as_object_mut() {
        parameters.retain(|name, _| paths.contains(&format!("/parameters/{name}\"")));
    }
    if let Some(tags) = document["tags"].as_array_mut() {
        tags.retain(|it| it["name"] != NATIVE);
    }
    document["components"]["schemas"] = json!({});
    let needed = schemas.needed(&document);
    for name in needed {
        document["components"]["schemas"][&name] = schemas.named(&name);
    }
    document
}

/// What the document says of itself: a licence is named by its address there, and not by its
/// identifier.
pub(crate) fn information(original: &Value) -> Value {
    let mut information = original["info"].clone();
    if let Some(licence) = information["license"].as_object_mut()
        && let Some(identifier) = licence.remove("identifier")
        && let Some(identifier) = identifier.as_str()
    {
        let address = format!("https://spdx.org/licenses/{identifier}.html");
        licence.entry("url").or_insert(address.into());
    }
    information
}

/// The paths of a document with each operation made anew; without those of the native form.
pub(crate) fn operations(document: &Value, make: impl Fn(&Value) -> Value) -> Value {
    let mut paths = Map::new();
    for (path, item) in document["paths"].as_object().into_iter().flatten() {
        let mut made = Map::new();
        for (method, operation) in item.as_object().into_iter().flatten() {
            let tags = operation["tags"].as_array().into_iter().flatten();
            if tags.clone().all(|it| it != NATIVE) {
                made.insert(method.clone(), make(operation));
            }
        }
        if !made.is_empty() {
            paths.insert(path.clone(), Value::Object(made));
        }
    }
    Value::Object(paths)
}

fn operation_of(operation: &Value, schemas: &Schemas<'_>) -> Value {
    let mut operation = rewritten(operation, schemas);
    // Scopes are those of OAuth 2 alone there.
    for one in operation["security"].as_array_mut().into_iter().flatten() {
        if let Some(scopes) = one.get_mut("BearerAuth") {
            *scopes = json!([]);
        }
    }
    with_one_of_each(&mut operation);
    operation
}

/// Some generators know one form of a body and one of a success, and stop at more: the first is
/// JSON, and the second what there is to read.
pub(crate) fn with_one_of_each(operation: &mut Value) {
    let body = operation.get_mut("requestBody");
    let forms = body.and_then(|it| it["content"].as_object_mut());
    if let Some(forms) = forms.filter(|it| it.contains_key("application/json")) {
        forms.retain(|form, _| form == "application/json");
    }
    let answers = operation["responses"].as_object_mut();
    if let Some(answers) = answers.filter(|it| it.contains_key("200")) {
        answers.remove("204");
    }
}

/// Without headers that the query says as well, by the same name but for its hyphens: in a function
/// both become one name, which some generators number, and some write twice.
fn without_twins(operation: &mut Value, original: &Value) {
    let Some(parameters) = operation
        .get_mut("parameters")
        .and_then(Value::as_array_mut)
    else {
        return;
    };
    let whole = |it: &Value| {
        let it = followed(it, original);
        let name = it["name"].as_str().unwrap_or_default().replace('-', "");
        (it["in"] == "header", name.to_ascii_lowercase())
    };
    let said: Vec<(bool, String)> = parameters.iter().map(whole).collect();
    parameters.retain(|it| {
        let (is_header, name) = whole(it);
        !(is_header && said.contains(&(false, name)))
    });
}

/// A part of the document with its schemas in the older form, and with nothing beside a reference.
fn rewritten(part: &Value, schemas: &Schemas<'_>) -> Value {
    match part {
        Value::Object(_) if referred(part).is_some() => json!({ "$ref": part["$ref"] }),
        Value::Object(members) => {
            let members = members.iter().map(|(name, it)| {
                let it = match name.as_str() {
                    "schema" => schemas.written(it),
                    "example" | "examples" => it.clone(),
                    _ => rewritten(it, schemas),
                };
                (name.clone(), it)
            });
            Value::Object(members.collect())
        }
        Value::Array(items) => items.iter().map(|it| rewritten(it, schemas)).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => part.clone(),
    }
}
