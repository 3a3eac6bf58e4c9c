//! An app of Shuffle: the description of its actions, and one program.

use serde_json::{Value, json};

use crate::file::File;
use crate::offer::Offer;
use crate::python;
use vocabulary::requests::fields::{Field, Kind};

/// The files, in the folders that Shuffle looks for: an app's name, and its version.
pub(crate) fn files(offers: &[Offer]) -> Vec<File> {
    let at = |name: &str| format!("shuffle/edr-gateway/1.0.0/{name}");
    vec![
        File::text("shuffle/README.md", include_str!("shuffle/README.md")),
        File::of_yaml(at("api.yaml"), &description(offers)),
        File::text(at("Dockerfile"), include_str!("shuffle/Dockerfile")),
        File::text(
            at("requirements.txt"),
            include_str!("shuffle/requirements.txt"),
        ),
        File::text(at("src/app.py"), include_str!("shuffle/app.py")),
        File::text(at("src/gateway.py"), &python::gateway(offers)),
    ]
}

fn description(offers: &[Offer]) -> Value {
    let mut actions: Vec<Value> = offers.iter().map(action).collect();
    actions.push(json!({
        "name": "wait_for_task",
        "description": "What has become of a task.",
        "parameters": [parameter("id", "The id of the task.", true)],
        "returns": {"schema": {"type": "string"}},
    }));
    json!({
        "walkoff_version": "1.0.0",
        "app_version": "1.0.0",
        "name": "edr-gateway",
        "description": "Response actions on devices with Kaspersky Endpoint Security, by edr-gateway.",
        "tags": ["EDR"],
        "categories": ["EDR"],
        "contact_info": {"name": "edr-gateway", "url": ""},
        "authentication": {
            "required": true,
            "parameters": [
                parameter("url", "Address of the gateway: https://…", true),
                parameter("apikey", "Token: tasks.create and tasks.read", true),
            ],
        },
        "actions": actions,
    })
}

fn action(offer: &Offer) -> Value {
    let mut parameters: Vec<Value> = offer.fields.iter().map(of_field).collect();
    let mut dry_run = parameter("dry_run", "Only show what would be done.", false);
    dry_run["options"] = json!(["false", "true"]);
    parameters.extend([
        parameter("idempotency_key", "A key of your own.", false),
        dry_run,
    ]);
    json!({
        "name": offer.words('_'),
        "description": format!("{}: {}", offer.entry.title, offer.entry.summary),
        "parameters": parameters,
        "returns": {"schema": {"type": "string"}},
    })
}

/// None has an example: Shuffle would put it where nobody has written anything.
fn parameter(name: &str, description: &str, required: bool) -> Value {
    json!({
        "name": name,
        "description": description,
        "required": required,
        "multiline": false,
        "example": "",
        "schema": {"type": "string"},
    })
}

fn of_field(field: &Field) -> Value {
    let mut of = parameter(&field.name, &field.said(), field.required);
    match &field.kind {
        // The first is chosen where nobody chooses.
        Kind::Flag => of["options"] = json!(["", "true", "false"]),
        Kind::Word(words) => {
            let nothing = if field.required { None } else { Some("") };
            let words = words.iter().map(String::as_str);
            of["options"] = nothing.into_iter().chain(words).collect();
        }
        Kind::Texts | Kind::Words(_) => {
            let said = field.said();
            of["description"] = json!(format!("{said} Commas between, or a list as JSON."));
        }
        Kind::Text | Kind::Number | Kind::Objects => {}
    }
    of
}
