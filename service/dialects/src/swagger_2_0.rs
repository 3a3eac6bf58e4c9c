//! Swagger 2.0.

use serde_json::{Map, Value, json};

use crate::openapi_3_0::{NATIVE, information, operations, with_one_of_each};
use crate::schema::{Schemas, followed, referred};

/// Where its schemas stand.
const PLACE: &str = "#/definitions/";

/// The document as Swagger 2.0. Header parameters are left out: whoever reads this dialect sends
/// what it finds there, and what they say can be said in the query.
pub(crate) fn of(original: &Value) -> Value {
    let schemas = Schemas::of(original, PLACE);
    let mut document = Map::new();
    document.insert("swagger".to_owned(), json!("2.0"));
    document.insert("info".to_owned(), information(original));
    document.extend(server(original));
    let tags = original["tags"].as_array().into_iter().flatten();
    let tags: Vec<&Value> = tags.filter(|it| it["name"] != NATIVE).collect();
    document.insert("tags".to_owned(), json!(tags));
    document.insert("consumes".to_owned(), json!(["application/json"]));
    document.insert("produces".to_owned(), json!(["application/json"]));
    document.insert("securityDefinitions".to_owned(), security(original));
    let paths = operations(original, |operation| {
        operation_of(operation, original, &schemas)
    });
    // What says yes is written out where it is said; what says no is the same wherever it is.
    let shared = original["components"]["responses"].as_object();
    let is_used = |name: &str| {
        paths
            .to_string()
            .contains(&format!("\"#/responses/{name}\""))
    };
    let responses: Map<String, Value> = shared
        .into_iter()
        .flatten()
        .filter(|(name, _)| is_used(name))
        .map(|(name, it)| (name.clone(), response(it, original, &schemas)))
        .collect();
    let mut definitions = Map::new();
    for name in schemas.needed(&json!([paths, responses])) {
        let schema = schemas.named(&name);
        definitions.insert(name, schema);
    }
    document.insert("paths".to_owned(), paths);
    document.insert("responses".to_owned(), Value::Object(responses));
    document.insert("definitions".to_owned(), Value::Object(definitions));
    Value::Object(document)
}

/// Where it is reached: host, base path and scheme, as far as the original says so.
fn server(original: &Value) -> Map<String, Value> {
    let mut server = Map::new();
    let url = original["servers"][0]["url"].as_str().unwrap_or("/");
    let (scheme, rest) = match url.split_once("://") {
        Some((scheme, rest)) => (Some(scheme), rest),
        None => (None, url),
    };
    let (host, base) = match (scheme, rest.find('/')) {
        (None, _) => ("", rest),
        (Some(_), Some(at)) => rest.split_at(at),
        (Some(_), None) => (rest, "/"),
    };
    if let Some(scheme) = scheme {
        server.insert("host".to_owned(), json!(host));
        server.insert("schemes".to_owned(), json!([scheme]));
    }
    let base = base.trim_end_matches('/');
    let base = if base.is_empty() { "/" } else { base };
    server.insert("basePath".to_owned(), json!(base));
    server
}

/// How a caller shows who it is: a token is a value of the header `Authorization` there, and OAuth 2
/// has one flow.
fn security(original: &Value) -> Value {
    let mut definitions = Map::new();
    let schemes = original["components"]["securitySchemes"].as_object();
    for (name, scheme) in schemes.into_iter().flatten() {
        let definition = match scheme["type"].as_str() {
            Some("oauth2") => {
                let flow = &scheme["flows"]["clientCredentials"];
                json!({
                    "type": "oauth2", "flow": "application", "tokenUrl": flow["tokenUrl"],
                    "scopes": flow["scopes"], "description": scheme["description"],
                })
            }
            _ => json!({
                "type": "apiKey", "in": "header", "name": "Authorization",
                "description": "Bearer, a space, and an access token.",
            }),
        };
        definitions.insert(name.clone(), definition);
    }
    Value::Object(definitions)
}

fn operation_of(operation: &Value, original: &Value, schemas: &Schemas<'_>) -> Value {
    let mut operation = operation.clone();
    with_one_of_each(&mut operation);
    let mut made = Map::new();
    for name in ["tags", "summary", "description", "operationId"] {
        if let Some(it) = operation.get(name) {
            made.insert(name.to_owned(), it.clone());
        }
    }
    let given = operation["parameters"].as_array().into_iter().flatten();
    let mut parameters: Vec<Value> = given
        .map(|it| followed(it, original))
        .filter(|it| it["in"] != "header")
        .map(|it| parameter(it, schemas))
        .collect();
    if let Some(body) = operation["requestBody"]["content"].get("application/json") {
        let mut parameter = json!({
            "name": "body", "in": "body", "required": operation["requestBody"]["required"],
            "schema": schemas.written(&body["schema"]),
        });
        if let Some(example) = body.get("example") {
            parameter["x-example"] = example.clone();
        }
        parameters.push(parameter);
    }
    made.insert("parameters".to_owned(), parameters.into());
    let answers = operation["responses"].as_object().into_iter().flatten();
    let answers: Map<String, Value> = answers
        .map(|(status, it)| {
            let shared = referred(it).filter(|_| !status.starts_with('2'));
            let it = match shared {
                Some(name) => json!({ "$ref": format!("#/responses/{name}") }),
                None => response(it, original, schemas),
            };
            (status.clone(), it)
        })
        .collect();
    let streams = answers.values().any(|it| it.get("x-stream").is_some());
    if streams {
        made.insert("produces".to_owned(), json!(["text/event-stream"]));
    }
    made.insert("responses".to_owned(), Value::Object(answers));
    let needed = operation["security"].as_array().into_iter().flatten();
    let needed: Vec<Value> = needed
        .map(|it| {
            let mut it = it.clone();
            if let Some(scopes) = it.get_mut("BearerAuth") {
                *scopes = json!([]);
            }
            it
        })
        .collect();
    made.insert("security".to_owned(), needed.into());
    Value::Object(made)
}

/// A parameter: its schema stands beside its name there.
fn parameter(parameter: &Value, schemas: &Schemas<'_>) -> Value {
    let mut made = Map::new();
    for name in ["name", "in", "required", "description"] {
        if let Some(it) = parameter.get(name) {
            made.insert(name.to_owned(), it.clone());
        }
    }
    if let Value::Object(schema) = schemas.written(&parameter["schema"]) {
        let members = schema.into_iter();
        made.extend(members.filter(|(name, _)| name != "description" && name != "example"));
    }
    Value::Object(made)
}

/// An answer, written out: its own words beside a reference go before those that it refers to.
fn response(response: &Value, original: &Value, schemas: &Schemas<'_>) -> Value {
    let whole = followed(response, original);
    let said = response.get("description").unwrap_or(&whole["description"]);
    let mut made = Map::new();
    made.insert("description".to_owned(), said.clone());
    let content = whole["content"].as_object().into_iter().flatten().next();
    if let Some((kind, content)) = content {
        if kind == "text/event-stream" {
            made.insert("x-stream".to_owned(), json!(true));
            made.insert("schema".to_owned(), json!({ "type": "string" }));
        } else if referred(&content["schema"]).is_some() {
            let schema = schemas.written(&content["schema"]);
            made.insert("schema".to_owned(), schema);
        }
        if let Some(example) = content.get("example") {
            made.insert("examples".to_owned(), json!({ kind: example }));
        }
    }
    let headers = whole["headers"].as_object().into_iter().flatten();
    let headers: Map<String, Value> = headers
        .map(|(name, it)| {
            let it = followed(it, original);
            let kind = it["schema"]["type"].as_str().unwrap_or("string");
            let header = json!({ "type": kind, "description": it["description"] });
            (name.clone(), header)
        })
        .collect();
    if !headers.is_empty() {
        made.insert("headers".to_owned(), Value::Object(headers));
    }
    Value::Object(made)
}
