//! A pack of Cortex XSOAR: a command for each action, and one program.

use serde_json::{Value, json};

use crate::file::File;
use crate::offer::Offer;
use crate::python;
use vocabulary::requests::fields::{Field, Kind};

/// What the integration is called.
const NAME: &str = "EdrGateway";

/// The version of the pack, which its notes of releases begin with.
const VERSION: &str = "1.0.0";

/// The image that its program runs in: it needs nothing but Python, 3.9 or later.
const IMAGE: &str = "demisto/python3:3.11.10.115186";

/// What comes of a command.
const OUTPUTS: [(&str, &str, &str); 7] = [
    ("id", "String", "The id of the task."),
    (
        "state",
        "String",
        "What is known of it. Only succeeded is a success.",
    ),
    ("terminal", "Boolean", "Whether it is over."),
    ("evidence", "String", "What the state rests on."),
    ("task", "String", "What was asked for."),
    ("targetHost.id", "String", "The host."),
    ("externalId", "String", "The case."),
];

/// The files.
pub(crate) fn files(offers: &[Offer]) -> Vec<File> {
    let pack = |name: &str| format!("xsoar/Packs/{NAME}/{name}");
    let at = |name: &str| pack(&format!("Integrations/{NAME}/{name}"));
    vec![
        File::json(pack("pack_metadata.json"), &metadata()),
        File::text(pack("README.md"), include_str!("xsoar/README.md")),
        // Nothing is passed over by the vendor's checks.
        File::text(pack(".pack-ignore"), "\n"),
        File::text(pack(".secrets-ignore"), "\n"),
        File::of_yaml(at(&format!("{NAME}.yml")), &integration(offers)),
        File::text(at(&format!("{NAME}.py")), &program(offers)),
        File::text(at("README.md"), include_str!("xsoar/integration.md")),
    ]
}

/// One file, since an integration has no other: what the server puts before it, the part that asks,
/// and the part that knows XSOAR.
fn program(offers: &[Offer]) -> String {
    let before = "import demistomock as demisto\nfrom CommonServerPython import *\n\n";
    let asks = python::gateway(offers);
    format!("{before}{asks}{}", include_str!("xsoar/integration.py"))
}

fn metadata() -> Value {
    json!({
        "name": "edr-gateway",
        "description": "Response actions on devices with Kaspersky Endpoint Security, by edr-gateway.",
        "support": "community",
        "currentVersion": VERSION,
        "author": "edr-gateway",
        "url": "",
        "email": "",
        "categories": ["Endpoint"],
        "tags": [],
        "useCases": [],
        "keywords": ["EDR", "Kaspersky", "isolate"],
        "marketplaces": ["xsoar"],
    })
}

fn integration(offers: &[Offer]) -> Value {
    let mut commands: Vec<Value> = offers.iter().map(command).collect();
    commands.push(json!({
        "name": "edr-gateway-get-task",
        "description": "What is known of a task.",
        "arguments": [argument("id", "The id of the task.", true)],
        "outputs": outputs(),
    }));
    json!({
        "category": "Endpoint",
        "sectionorder": ["Connect"],
        "commonfields": {"id": NAME, "version": -1},
        "name": NAME,
        "display": "edr-gateway",
        "description": "Response actions on devices with Kaspersky Endpoint Security, by edr-gateway.",
        "fromversion": "6.5.0",
        "tests": ["No tests (auto formatted)"],
        "configuration": [
            {
                "display": "Address of the gateway (https://…)",
                "name": "url",
                "type": 0,
                "required": true,
                "section": "Connect",
            },
            {
                "display": "",
                "displaypassword": "Token (tasks.create and tasks.read)",
                "name": "credentials",
                "type": 9,
                "hiddenusername": true,
                "required": true,
                "section": "Connect",
            },
            {
                "display": "Use system proxy settings",
                "name": "proxy",
                "type": 8,
                "required": false,
                "section": "Connect",
            },
        ],
        "script": {
            "type": "python",
            "subtype": "python3",
            "script": "-",
            "dockerimage": IMAGE,
            "runonce": false,
            "commands": commands,
        },
    })
}

fn command(offer: &Offer) -> Value {
    let mut arguments: Vec<Value> = offer.fields.iter().map(of_field).collect();
    let hidden = |name: &str, description: &str| {
        let mut hidden = argument(name, description, false);
        hidden["hidden"] = json!(true);
        hidden
    };
    arguments.extend([
        argument(
            "idempotency_key",
            "A key of your own, for asking for the very same once more.",
            false,
        ),
        flag("dry_run", "Only show what would be done.", "false"),
        flag("wait_until_over", "Wait for the end of the task.", "true"),
        argument(
            "timeout_in_seconds",
            "Longest wait for the end; 1800 when it is absent.",
            false,
        ),
        hidden("task_id", "The task that is waited for."),
        hidden("ends_at", "When the wait is over."),
        hidden(
            "hide_polling_output",
            "Whether nothing is shown while it is waited.",
        ),
    ]);
    let entry = offer.entry;
    json!({
        "name": format!("edr-gateway-{}", offer.words('-')),
        "description": format!("{}: {}", entry.title, entry.summary),
        "execution": true,
        "polling": true,
        "arguments": arguments,
        "outputs": outputs(),
    })
}

fn outputs() -> Vec<Value> {
    let output = |(name, kind, description): &(&str, &str, &str)| {
        json!({
            "contextPath": format!("EdrGateway.Task.{name}"),
            "description": description,
            "type": kind,
        })
    };
    OUTPUTS.iter().map(output).collect()
}

fn argument(name: &str, description: &str, required: bool) -> Value {
    json!({"name": name, "description": description, "required": required})
}

fn flag(name: &str, description: &str, value: &str) -> Value {
    let mut flag = argument(name, description, false);
    flag["auto"] = json!("PREDEFINED");
    flag["predefined"] = json!(["true", "false"]);
    flag["defaultValue"] = json!(value);
    flag
}

fn of_field(field: &Field) -> Value {
    let mut of = argument(&field.name, &field.said(), field.required);
    match &field.kind {
        Kind::Flag => {
            of["auto"] = json!("PREDEFINED");
            of["predefined"] = json!(["true", "false"]);
        }
        Kind::Word(words) => {
            of["auto"] = json!("PREDEFINED");
            of["predefined"] = json!(words);
        }
        Kind::Words(words) => {
            of["auto"] = json!("PREDEFINED");
            of["predefined"] = json!(words);
            of["isArray"] = json!(true);
        }
        Kind::Texts => of["isArray"] = json!(true),
        Kind::Text | Kind::Number | Kind::Objects => {}
    }
    if let Some(preset) = field.preset() {
        of["defaultValue"] = json!(preset);
    }
    of
}
