//! Responders of Cortex, the engine of `TheHive`: a definition for each action, and one program.

use serde_json::{Value, json};

use crate::file::File;
use crate::offer::Offer;
use crate::python;
use vocabulary::requests::fields::{Field, Kind};

/// What the folder must be called among Cortex's responders: the definitions say so.
const FOLDER: &str = "EdrGateway";

/// The files.
pub(crate) fn files(offers: &[Offer]) -> Vec<File> {
    let at = |name: &str| format!("cortex/{FOLDER}/{name}");
    let mut files = vec![
        File::text(at("README.md"), include_str!("cortex/README.md")),
        File::text(at("respond.py"), include_str!("cortex/respond.py")),
        File::text(at("gateway.py"), &python::gateway(offers)),
        File::text(
            at("requirements.txt"),
            include_str!("cortex/requirements.txt"),
        ),
    ];
    for offer in offers {
        let name = format!("{FOLDER}_{}.json", offer.action);
        files.push(File::json(at(&name), &definition(offer)));
    }
    files
}

fn definition(offer: &Offer) -> Value {
    let mut items = vec![
        item("gateway", "Address of the gateway: https://…", "string"),
        item("token", "Token: tasks.create and tasks.read", "string"),
        item("ca_file", "File with your own authority (PEM)", "string"),
        item("dry_run", "Only show what would be done", "boolean"),
        item("patience", "Longest wait for the end, seconds", "number"),
    ];
    for item in &mut items[..2] {
        item["required"] = json!(true);
    }
    items[3]["defaultValue"] = json!(false);
    items[4]["defaultValue"] = json!(1200);
    // What comes from the case is not configured.
    let fields = offer.fields.iter().filter(|it| it.name != "externalId");
    items.extend(fields.map(of_field));
    json!({
        "name": format!("{FOLDER}_{}", offer.action),
        "version": "1.0",
        "author": "edr-gateway",
        // Cortex takes no definition without one.
        "url": "README.md",
        "license": "Apache-2.0",
        "description": format!("{}: {}", offer.entry.title, offer.entry.summary),
        "dataTypeList": ["thehive:case_artifact"],
        "command": format!("{FOLDER}/respond.py"),
        "baseConfig": FOLDER,
        "config": {"service": offer.action.to_string()},
        "configurationItems": items,
    })
}

fn item(name: &str, description: &str, kind: &str) -> Value {
    json!({
        "name": name,
        "description": description,
        "type": kind,
        "multi": false,
        "required": false,
    })
}

/// None is required: an observable, or one of its tags, may say it. A flag is a text, since one that
/// nobody has chosen is not the same as `false`.
fn of_field(field: &Field) -> Value {
    let kind = match field.kind {
        Kind::Number => "number",
        Kind::Text | Kind::Flag | Kind::Word(_) | Kind::Texts | Kind::Words(_) | Kind::Objects => {
            "string"
        }
    };
    let mut of = item(&field.name, &field.said(), kind);
    of["multi"] = json!(matches!(field.kind, Kind::Texts | Kind::Words(_)));
    if let Some(preset) = field.preset() {
        of["defaultValue"] = json!(preset);
    }
    of
}
