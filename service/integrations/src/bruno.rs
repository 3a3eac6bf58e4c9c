//! Bruno: a folder of files in its own format.
//!
//! What stands in a block is indented, so nothing of it can end the block: that takes a `}` at the start
//! of a line.

use serde_json::json;

use crate::file::File;
use crate::offer::Offer;

/// The folder.
pub(crate) fn files(offers: &[Offer]) -> Vec<File> {
    let collection = [
        "auth {\n  mode: bearer\n}\n".to_owned(),
        "auth:bearer {\n  token: {{token}}\n}\n".to_owned(),
        block("script:pre-request", include_str!("bruno/before.js")),
        block("tests", include_str!("bruno/after.js")),
    ];
    let about = json!({"version": "1", "name": "edr-gateway", "type": "collection"});
    let mut files = vec![
        File::text("bruno/README.md", include_str!("bruno/README.md")),
        File::json("bruno/bruno.json", &about),
        File::text("bruno/collection.bru", &collection.join("\n")),
        File::text("bruno/environments/gateway.bru", GATEWAY),
        File::text("bruno/environments/ci.bru", CI),
    ];
    for (place, offer) in (1..).zip(offers) {
        let name = offer.action.name();
        files.push(file("actions", name, place, &action(offer, "?wait=50")));
        let label = format!("{name} (dry run)");
        files.push(file("dry-runs", &label, place, &action(offer, "/dry-run")));
    }
    let others = [
        ("tasks", "List tasks", "get", "/v1/tasks?limit=20"),
        ("tasks", "Read a task", "get", "/v1/tasks/{{task}}?wait=50"),
        (
            "tasks",
            "Cancel a task",
            "post",
            "/v1/tasks/{{task}}/cancel",
        ),
        ("hosts", "Find a host", "get", "/v1/hosts?name={{host}}"),
        ("gateway", "Who am I", "get", "/v1/whoami"),
        ("gateway", "What can be asked for", "get", "/v1/actions"),
        ("gateway", "Back ends", "get", "/v1/backends"),
    ];
    for (place, (folder, name, method, path)) in (1..).zip(others) {
        files.push(file(folder, name, place, &request(method, path, "none")));
    }
    files
}

const GATEWAY: &str = "vars {
  baseUrl: https://edr-gateway.corp.example
  host:
  rounds: 40
}

vars:secret [
  token
]
";

const CI: &str = "vars {
  baseUrl: {{process.env.EDR_GATEWAY_URL}}
  host: {{process.env.EDR_GATEWAY_HOST}}
  run: {{process.env.EDR_GATEWAY_RUN}}
  token: {{process.env.EDR_GATEWAY_TOKEN}}
  rounds: 40
}
";

fn file(folder: &str, name: &str, place: usize, rest: &str) -> File {
    let meta = format!("meta {{\n  name: {name}\n  type: http\n  seq: {place}\n}}\n\n");
    let file = name.trim_end_matches(" (dry run)").replace(' ', "-");
    File::text(format!("bruno/{folder}/{file}.bru"), &(meta + rest))
}

fn action(offer: &Offer, more: &str) -> String {
    let path = format!("/v1/tasks/{}{more}", offer.action);
    let body =
        serde_json::to_string_pretty(&offer.example_for("{{host}}")).expect("a value is JSON");
    let parts = [
        request("post", &path, "json"),
        block("body:json", &body),
        block("docs", &offer.about()),
    ];
    parts.join("\n")
}

fn request(method: &str, path: &str, body: &str) -> String {
    format!("{method} {{\n  url: {{{{baseUrl}}}}{path}\n  body: {body}\n  auth: inherit\n}}\n")
}

/// A block of text.
fn block(name: &str, text: &str) -> String {
    let indented = text.lines().map(|line| match line {
        "" => "\n".to_owned(),
        line => format!("  {line}\n"),
    });
    format!("{name} {{\n{}}}\n", indented.collect::<String>())
}
