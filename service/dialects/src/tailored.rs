//! What single tools need, beyond what their dialect has.

use serde_json::{Map, Value, json};

use crate::schema::{capital, referred};

/// For Shuffle: no header parameters, since it sends each with its name for a value where nothing is
/// written; and no events, which its action would wait for.
pub(crate) fn shuffle(mut document: Value) -> Value {
    let headers = of_headers(&document);
    let is_header = |it: &Value| {
        let named = referred(it);
        it["in"] == "header" || named.is_some_and(|it| headers.iter().any(|name| name == it))
    };
    each_operation(&mut document, |operation| {
        let parameters = operation.get_mut("parameters");
        if let Some(parameters) = parameters.and_then(Value::as_array_mut) {
            parameters.retain(|it| !is_header(it));
        }
    });
    without_streams(&mut document);
    if let Some(parameters) = document["components"]["parameters"].as_object_mut() {
        parameters.retain(|name, _| !headers.contains(name));
    }
    let content =
        json!({"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}});
    let refusal = json!({"description": REFUSAL, "content": content});
    document["components"]["responses"]["Refusal"] = refusal;
    refusals_as_one(&mut document, "#/components/responses/Refusal");
    without_unused(&mut document, &["components", "responses"]);
    without_unused(&mut document, &["components", "schemas"]);
    without_patterns(&mut document);
    document
}

/// What is said of every refusal, where they are not told apart: neither Shuffle nor XSOAR's
/// generator looks at what a document says of them, and large documents fail in both.
const REFUSAL: &str = "A refusal: `code` says why, `detail` and `errors` what to do, and `retryable` whether the same may be sent again.";

/// Members of bodies of which `false` is not the same as leaving them out: subfolders are scanned
/// when nothing is said of them, where they are searched the vendor decides, and KATA refuses to be
/// told of case.
const FALSE_SAYS_MORE: [(&str, &str); 3] = [
    ("OnDemandScanRequest", "recursive"),
    ("DeleteFileRequest", "searchInSubfolders"),
    ("PreventExecutionRequest", "caseSensitive"),
];

/// For Cortex XSOAR's code generator: it takes 200 for the answer of a command, and makes a command
/// of a stream that never ends.
///
/// Its commands have a member of a body as the text that the playbook has, also where it is a
/// number, and send `false` for each that says yes or no and was not given; and they send no body
/// whose members the document does not name. What can only be sent wrong is left out.
pub(crate) fn xsoar(mut document: Value) -> Value {
    without_open_bodies(&mut document);
    for name in of_bodies(&document) {
        let properties = document["definitions"][&name].get_mut("properties");
        if let Some(properties) = properties.and_then(Value::as_object_mut) {
            properties.retain(|member, schema| {
                let stays = !FALSE_SAYS_MORE.contains(&(name.as_str(), member.as_str()));
                stays && schema["type"] != "integer"
            });
        }
    }
    each_operation(&mut document, |operation| {
        if let Some(answers) = operation["responses"].as_object_mut() {
            if let Some(accepted) = answers.remove("202") {
                answers.insert("200".to_owned(), accepted);
            }
            answers.remove("204");
            for (_, answer) in answers {
                // Nor does it look at examples of answers.
                answer.as_object_mut().map(|it| it.remove("examples"));
            }
        }
    });
    without_streams(&mut document);
    let schema = json!({"$ref": "#/definitions/Problem"});
    document["responses"]["Refusal"] = json!({"description": REFUSAL, "schema": schema});
    refusals_as_one(&mut document, "#/responses/Refusal");
    without_unused(&mut document, &["responses"]);
    without_unused(&mut document, &["definitions"]);
    without_patterns(&mut document);
    document
}

/// For a PowerShell module: `startProcess` becomes `startEdrProcess`, since `Start-Process` is taken.
pub(crate) fn powershell(mut document: Value) -> Value {
    each_operation(&mut document, |operation| {
        if let Some(id) = operation["operationId"].as_str() {
            // A dry run is one word, as far as names go.
            let first = id.strip_prefix("dryRun").map_or(1, |_| "dryRun".len());
            let verb = id.char_indices().skip(first);
            let end = verb.into_iter().find(|(_, it)| it.is_ascii_uppercase());
            let end = end.map_or(id.len(), |(at, _)| at);
            let (verb, rest) = id.split_at(end);
            operation["operationId"] = json!(format!("{verb}Edr{}", capital(rest)));
        }
        without_links(&mut operation["responses"]);
    });
    without_links(&mut document["components"]["responses"]);
    document
}

/// Without the links of these answers: they name operations that are called otherwise here.
fn without_links(answers: &mut Value) {
    for (_, answer) in answers.as_object_mut().into_iter().flatten() {
        if let Some(answer) = answer.as_object_mut() {
            answer.remove("links");
        }
    }
}

/// The name of the schema of the body, of an operation in Swagger 2.0.
fn of_body(operation: &Value) -> Option<String> {
    let parameters = operation["parameters"].as_array()?;
    let body = parameters.iter().find(|it| it["in"] == "body")?;
    Some(referred(&body["schema"])?.to_owned())
}

/// The names of the schemas of all bodies, in Swagger 2.0.
fn of_bodies(document: &Value) -> Vec<String> {
    let items = document["paths"].as_object().into_iter().flatten();
    let operations = items.filter_map(|it| it.1.as_object()).flatten();
    operations.filter_map(|it| of_body(it.1)).collect()
}

/// Without operations whose body may have any members, in Swagger 2.0.
fn without_open_bodies(document: &mut Value) {
    let definitions = document["definitions"].clone();
    let is_open = |operation: &Value| {
        of_body(operation).is_some_and(|name| definitions[name]["properties"].is_null())
    };
    if let Some(paths) = document["paths"].as_object_mut() {
        paths.retain(|_, item| {
            let operations = item.as_object().into_iter().flatten();
            !operations.into_iter().any(|it| is_open(it.1))
        });
    }
}

/// Has every operation say of its refusals what stands in one place.
fn refusals_as_one(document: &mut Value, place: &str) {
    each_operation(document, |operation| {
        let Some(answers) = operation["responses"].as_object_mut() else {
            return;
        };
        answers.retain(|status, _| status.starts_with(['1', '2', '3']));
        // Readers of contracts miss one of these where there is only the other.
        for status in ["400", "default"] {
            answers.insert(status.to_owned(), json!({"$ref": place}));
        }
    });
}

/// Without the patterns of texts, which are long: the gateway compares with them, and a tool that does
/// not has no use for them.
fn without_patterns(value: &mut Value) {
    match value {
        Value::Object(members) => {
            if members.get("type") == Some(&json!("string")) {
                members.remove("pattern");
            }
            members.values_mut().for_each(without_patterns);
        }
        Value::Array(items) => items.iter_mut().for_each(without_patterns),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// Without what stands in a place and nothing refers to.
fn without_unused(document: &mut Value, place: &[&str]) {
    let pointer = format!("/{}", place.join("/"));
    loop {
        let text = document.to_string();
        let Some(Value::Object(there)) = document.pointer_mut(&pointer) else {
            return;
        };
        let before = there.len();
        there.retain(|name, _| text.contains(&format!("\"#{pointer}/{name}\"")));
        if there.len() == before {
            return;
        }
    }
}

/// The names of the shared header parameters.
fn of_headers(document: &Value) -> Vec<String> {
    let shared = document["components"]["parameters"].as_object();
    let shared = shared.into_iter().flatten();
    shared
        .filter(|(_, it)| it["in"] == "header")
        .map(|(name, _)| name.clone())
        .collect()
}

fn each_operation(document: &mut Value, change: impl Fn(&mut Value)) {
    for (_, item) in document["paths"].as_object_mut().into_iter().flatten() {
        for (_, operation) in item.as_object_mut().into_iter().flatten() {
            change(operation);
        }
    }
}

/// Without operations whose answer is a stream of events.
fn without_streams(document: &mut Value) {
    if let Some(paths) = document["paths"].as_object_mut() {
        paths.retain(|path, _| !path.ends_with("/events"));
    }
    let left: Map<String, Value> = document["components"]["responses"]
        .as_object()
        .cloned()
        .unwrap_or_default()
        .into_iter()
        .map(|(name, mut answer)| {
            let links = answer.get_mut("links");
            if let Some(links) = links.and_then(Value::as_object_mut) {
                links.retain(|_, link| link["operationId"] != "watchTask");
            }
            (name, answer)
        })
        .collect();
    if document.get("components").is_some() {
        document["components"]["responses"] = Value::Object(left);
    }
}
