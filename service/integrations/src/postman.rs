//! Postman: a collection, format 2.1.

use serde_json::{Value, json};

use crate::file::File;
use crate::offer::Offer;

const SCHEMA: &str = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json";

/// The folder.
pub(crate) fn files(offers: &[Offer]) -> Vec<File> {
    let actions: Vec<Value> = offers.iter().map(|it| action(it, false)).collect();
    let dry_runs: Vec<Value> = offers.iter().map(|it| action(it, true)).collect();
    let collection = json!({
        "info": {
            "name": "edr-gateway",
            "description": "Actions of edr-gateway: each asks once, waits for the end and says how it went.",
            "schema": SCHEMA,
        },
        "auth": {
            "type": "bearer",
            "bearer": [{"key": "token", "value": "{{token}}", "type": "string"}],
        },
        "variable": [
            {"key": "baseUrl", "value": "https://edr-gateway.corp.example", "type": "string"},
            {"key": "host", "value": "", "type": "string"},
            {"key": "run", "value": "", "type": "string"},
            {"key": "rounds", "value": "40", "type": "string"},
            {"key": "task", "value": "", "type": "string"},
        ],
        "event": [
            script("prerequest", include_str!("postman/before.js")),
            script("test", include_str!("postman/after.js")),
        ],
        "item": [
            {"name": "Actions", "item": actions},
            {"name": "Dry runs", "item": dry_runs},
            {"name": "Tasks", "item": [
                get("List tasks", &["v1", "tasks"], &[("limit", "20")]),
                get("Read a task", &["v1", "tasks", "{{task}}"], &[("wait", "50")]),
                post("Cancel a task", &["v1", "tasks", "{{task}}", "cancel"]),
            ]},
            {"name": "Hosts", "item": [
                get("Find a host", &["v1", "hosts"], &[("name", "{{host}}")]),
            ]},
            {"name": "Gateway", "item": [
                get("Who am I", &["v1", "whoami"], &[]),
                get("What can be asked for", &["v1", "actions"], &[]),
                get("Back ends", &["v1", "backends"], &[]),
            ]},
        ],
    });
    vec![
        File::text("postman/README.md", include_str!("postman/README.md")),
        File::json("postman/edr-gateway.postman_collection.json", &collection),
    ]
}

fn action(offer: &Offer, dry: bool) -> Value {
    let name = offer.action.name();
    let (label, path, query): (String, Vec<&str>, &[(&str, &str)]) = if dry {
        let label = format!("{name} (dry run)");
        (label, vec!["v1", "tasks", name, "dry-run"], &[])
    } else {
        (
            name.to_owned(),
            vec!["v1", "tasks", name],
            &[("wait", "50")],
        )
    };
    let body =
        serde_json::to_string_pretty(&offer.example_for("{{host}}")).expect("a value is JSON");
    json!({
        "name": label,
        "request": {
            "method": "POST",
            "description": offer.about(),
            "header": [],
            "url": url(&path, query),
            "body": {
                "mode": "raw",
                "raw": body,
                "options": {"raw": {"language": "json"}},
            },
        },
    })
}

fn get(name: &str, path: &[&str], query: &[(&str, &str)]) -> Value {
    json!({"name": name, "request": {"method": "GET", "header": [], "url": url(path, query)}})
}

fn post(name: &str, path: &[&str]) -> Value {
    json!({"name": name, "request": {"method": "POST", "header": [], "url": url(path, &[])}})
}

fn url(path: &[&str], query: &[(&str, &str)]) -> Value {
    let mut raw = format!("{{{{baseUrl}}}}/{}", path.join("/"));
    let query = query.iter();
    let pairs: Vec<String> = query
        .clone()
        .map(|(key, it)| format!("{key}={it}"))
        .collect();
    if !pairs.is_empty() {
        raw = format!("{raw}?{}", pairs.join("&"));
    }
    let query: Vec<Value> = query
        .map(|(key, it)| json!({"key": key, "value": it}))
        .collect();
    json!({"raw": raw, "host": ["{{baseUrl}}"], "path": path, "query": query})
}

fn script(when: &str, code: &str) -> Value {
    let lines: Vec<&str> = code.lines().collect();
    json!({"listen": when, "script": {"type": "text/javascript", "exec": lines}})
}
