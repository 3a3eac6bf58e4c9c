//! What single tools need, beyond what their dialect has.

use serde_json::{Map, Value, json};

use crate::schema::capital;

/// For Shuffle: no header parameters, since it sends each with its name for a value where nothing is
/// written; and no events, which its action would wait for.
pub(crate) fn shuffle(mut document: Value) -> Value {
    let headers = of_headers(&document);
    let is_header = |it: &Value| {
        let named = it["$ref"].as_str().and_then(|it| it.rsplit('/').next());
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
    document
}

/// For Cortex XSOAR's code generator: it takes 200 for the answer of a command, and makes a command
/// of a stream that never ends.
pub(crate) fn xsoar(mut document: Value) -> Value {
    each_operation(&mut document, |operation| {
        if let Some(answers) = operation["responses"].as_object_mut() {
            if let Some(accepted) = answers.remove("202") {
                answers.insert("200".to_owned(), accepted);
            }
            answers.remove("204");
        }
    });
    without_streams(&mut document);
    document
}

/// For a PowerShell module: `startProcess` becomes `startEdrProcess`, since `Start-Process` is taken.
pub(crate) fn powershell(mut document: Value) -> Value {
    each_operation(&mut document, |operation| {
        if let Some(id) = operation["operationId"].as_str() {
            let verb = id
                .find(|it: char| it.is_ascii_uppercase())
                .unwrap_or(id.len());
            let (verb, rest) = id.split_at(verb);
            operation["operationId"] = json!(format!("{verb}Edr{}", capital(rest)));
        }
        for answer in operation["responses"].as_object_mut().into_iter().flatten() {
            if let Some(answer) = answer.1.as_object_mut() {
                // They name operations that are called otherwise here.
                answer.remove("links");
            }
        }
    });
    for (_, answer) in document["components"]["responses"]
        .as_object_mut()
        .into_iter()
        .flatten()
    {
        if let Some(answer) = answer.as_object_mut() {
            answer.remove("links");
        }
    }
    document
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
