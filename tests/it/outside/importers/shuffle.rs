//! What Shuffle makes of the document that is written for it.
//!
//! Its generator is a part of its server and no program of its own, so that its rules stand here,
//! as its code has them (Shuffle/shuffle-shared, `codegen.go`): it loads OpenAPI 3.0, names an action
//! after its summary, finds the token by the name of its scheme, gives the first server's address,
//! sends as the value of a parameter what stands there as an example, and leaves the body to its
//! user as one text, which begins as the example.

use std::collections::BTreeMap;

use acceptance::House;
use dialects::Dialect;
use reqwest::Client;
use serde_json::{Value, json};

use super::conversation::token;
use super::served::address;

/// An action of an app.
struct ShuffleAction {
    method: String,
    path: String,
    /// The parameters that are sent although nobody has written anything.
    sent: Vec<String>,
    body: Option<Value>,
}

/// The name that a summary becomes: a function of Python.
fn function(method: &str, summary: &str) -> String {
    let kept = |it: &char| it.is_ascii_alphanumeric() || " _-".contains(*it);
    let name: String = summary.chars().filter(kept).collect();
    format!("{method}_{}", name.replace([' ', '-'], "_").to_lowercase())
}

/// Its parser has a plain text for a type, and for everything else what OpenAPI 3.0 says: a null is
/// none of it.
fn loads(value: &Value, place: &str) {
    match value {
        Value::Object(members) => {
            for (name, it) in members {
                if !["example", "examples", "enum"].contains(&name.as_str()) {
                    loads(it, &format!("{place}/{name}"));
                }
            }
            let is_schema = members.contains_key("properties") || members.contains_key("items");
            assert!(!is_schema || value["type"].is_string(), "{place}");
        }
        Value::Array(items) => items.iter().for_each(|it| loads(it, place)),
        Value::Null => panic!("{place}: null"),
        Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// The actions of the app, by the names of their functions.
fn app(document: &Value) -> BTreeMap<String, ShuffleAction> {
    let mut actions = BTreeMap::new();
    for (path, item) in document["paths"].as_object().expect("paths") {
        for (method, operation) in item.as_object().expect("operations") {
            let summary = operation["summary"].as_str().expect("a summary");
            let given = operation["parameters"].as_array().into_iter().flatten();
            let sent = given
                .map(|it| match it["$ref"].as_str() {
                    Some(it) => document.pointer(&it[1..]).expect("it is there"),
                    None => it,
                })
                .filter(|it| it["in"] == "header" || it.get("example").is_some())
                .map(|it| it["name"].to_string())
                .collect();
            let body = &operation["requestBody"]["content"]["application/json"]["example"];
            let action = ShuffleAction {
                method: method.to_uppercase(),
                path: path.clone(),
                sent,
                body: (!body.is_null()).then(|| body.clone()),
            };
            let name = function(method, summary);
            assert!(
                actions.insert(name.clone(), action).is_none(),
                "{name} is there twice"
            );
        }
    }
    actions
}

#[tokio::test(flavor = "multi_thread")]
async fn its_app_asks_for_every_action_by_the_examples_alone() {
    let house = House::open().await;
    let document = house.stranger().get(&address(Dialect::Shuffle)).await;
    let document = document.expect(200).json;
    let version = document["openapi"].as_str().expect("a version");
    assert!(version.starts_with("3."), "{version}");
    loads(&document, "");
    let scheme = &document["components"]["securitySchemes"]["BearerAuth"];
    assert_eq!(scheme["scheme"], "bearer");
    let server = document["servers"][0]["url"].as_str().expect("an address");
    let client = Client::builder().no_proxy().build().expect("a client");
    let actions = app(&document);
    let bearer = token("tasks.create tasks.read hosts.read");

    let mut created = 0;
    for (name, action) in &actions {
        assert!(action.sent.is_empty(), "{name}: {:?}", action.sent);
        // What has its subject in its address is asked for by people.
        let Some(body) = &action.body else { continue };
        let url = format!("{}{}", server.trim_end_matches('/'), action.path);
        let method = action.method.parse().expect("a method");
        let asked = client
            .request(method, url)
            .bearer_auth(&bearer)
            .header("content-type", "application/json")
            .body(body.to_string());

        let answer = asked.send().await.expect("an answer");

        let status = answer.status().as_u16();
        let said: Value = answer.json().await.expect("JSON");
        let is_dry = action.path.ends_with("/dry-run");
        if action.path.contains("/allowExecution") {
            // KSC has no such action, and says so.
            assert_eq!(said["code"], "task_not_supported", "{name}: {said}");
            continue;
        }
        match name.as_str() {
            _ if is_dry => assert_eq!((status, &said["dryRun"]), (200, &json!(true)), "{name}"),
            _ if status == 202 => created += 1,
            _ => assert!(status == 200 || status == 403, "{name}: {status} {said}"),
        }
    }

    assert!(actions.contains_key("post_isolate_a_host"));
    assert!(created > 8, "{created}");
    house.close().await;
}
