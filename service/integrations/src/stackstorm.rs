//! A pack of `StackStorm`: an action for each, and one program.

use serde_json::{Map, Value, json};

use crate::file::File;
use crate::offer::Offer;
use crate::python;
use vocabulary::requests::fields::{Field, Kind};

/// What the pack is called.
const PACK: &str = "edr_gateway";

/// The step of a workflow, which its retries have in common; nothing outside of one.
const STEP: &str = "{% if action_context.orquesta is defined %}\
    {{ action_context.orquesta.task_execution_id }}-{{ action_context.orquesta.item_id | default('') }}\
    {% elif action_context.parent is defined %}{{ action_context.parent.execution_id }}{% endif %}";

/// The execution of a workflow; nothing outside of one.
const WORKFLOW: &str =
    "{% if action_context.parent is defined %}{{ action_context.parent.execution_id }}{% endif %}";

/// The files.
pub(crate) fn files(offers: &[Offer]) -> Vec<File> {
    let at = |name: &str| format!("stackstorm/{PACK}/{name}");
    let mut files = vec![
        File::text(at("README.md"), include_str!("stackstorm/README.md")),
        File::of_yaml(at("pack.yaml"), &pack()),
        File::of_yaml(at("config.schema.yaml"), &configuration()),
        File::text(at("actions/ask.py"), include_str!("stackstorm/ask.py")),
        File::text(at("actions/lib/gateway.py"), &python::gateway(offers)),
    ];
    for offer in offers {
        let path = at(&format!("actions/{}.yaml", offer.words('_')));
        files.push(File::of_yaml(path, &action(offer)));
    }
    files
}

fn pack() -> Value {
    json!({
        "ref": PACK,
        "name": PACK,
        "description": "Response actions on devices with Kaspersky Endpoint Security, by edr-gateway.",
        "keywords": ["edr", "kaspersky", "isolate", "response"],
        "version": "1.0.0",
        "python_versions": ["3"],
        "author": "edr-gateway",
    })
}

fn configuration() -> Value {
    let item = |description: &str, required: bool, secret: bool| {
        json!({
            "description": description,
            "type": "string",
            "required": required,
            "secret": secret,
        })
    };
    let mut file = item("File with your own authority (PEM)", false, false);
    file["default"] = json!("");
    json!({
        "address": item("Address of the gateway: https://…", true, false),
        "token": item("Token: tasks.create and tasks.read", true, true),
        "ca_file": file,
    })
}

fn action(offer: &Offer) -> Value {
    let mut parameters: Map<String, Value> = Map::new();
    for (position, field) in offer.fields.iter().enumerate() {
        let mut of = parameter(&field.said(), kind(field));
        of["required"] = json!(field.required);
        of["position"] = json!(position);
        if let Kind::Word(words) = &field.kind {
            of["enum"] = json!(words);
        }
        if let Some(preset) = field.preset() {
            of["default"] = json!(preset);
        }
        if field.name == "externalId" {
            of["default"] = json!(WORKFLOW);
        }
        parameters.insert(field.name.clone(), of);
    }
    for (name, description, kind, default) in [
        (
            "step",
            "What its retries have in common.",
            "string",
            json!(STEP),
        ),
        (
            "idempotency_key",
            "A key of your own.",
            "string",
            Value::Null,
        ),
        (
            "dry_run",
            "Only show what would be done.",
            "boolean",
            json!(false),
        ),
        (
            "wait_until_over",
            "Wait for the end of the task.",
            "boolean",
            json!(true),
        ),
        (
            "patience",
            "Longest wait for the end, in seconds.",
            "integer",
            json!(1200),
        ),
    ] {
        let mut of = parameter(description, kind);
        if !default.is_null() {
            of["default"] = default;
        }
        parameters.insert(name.to_owned(), of);
    }
    let mut which = parameter("The action.", "string");
    which["default"] = json!(offer.action.to_string());
    which["immutable"] = json!(true);
    parameters.insert("edr_action".to_owned(), which);
    // The runner's own: longer than the wait.
    parameters.insert("timeout".to_owned(), json!({"default": 1500}));
    json!({
        "name": offer.words('_'),
        "pack": PACK,
        "runner_type": "python-script",
        "entry_point": "ask.py",
        "enabled": true,
        "description": format!("{}: {}", offer.entry.title, offer.entry.summary),
        "parameters": parameters,
    })
}

fn parameter(description: &str, kind: &str) -> Value {
    json!({"description": description, "type": kind})
}

fn kind(field: &Field) -> &'static str {
    match field.kind {
        Kind::Text | Kind::Word(_) => "string",
        Kind::Number => "integer",
        Kind::Flag => "boolean",
        Kind::Texts | Kind::Words(_) | Kind::Objects => "array",
    }
}
