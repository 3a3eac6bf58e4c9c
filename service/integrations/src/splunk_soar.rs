//! An app of Splunk SOAR, for its SDK: one program, and a table of what is told of each action.

use serde_json::{Map, Value, json};
use vocabulary::catalogue::Category;

use crate::file::File;
use crate::offer::Offer;
use crate::python;
use vocabulary::requests::fields::{Field, Kind};

/// The files.
pub(crate) fn files(offers: &[Offer]) -> Vec<File> {
    let at = |name: &str| format!("splunk-soar/edr_gateway/{name}");
    let told = offers.iter().map(|it| (it.action.to_string(), told(it)));
    let told = Value::Object(told.collect());
    let by_hand = |name: &str, content: &str| File::text(at(name), content);
    vec![
        by_hand("README.md", include_str!("splunk_soar/README.md")),
        by_hand("pyproject.toml", include_str!("splunk_soar/pyproject.toml")),
        by_hand("logo.svg", include_str!("splunk_soar/logo.svg")),
        by_hand("logo_dark.svg", include_str!("splunk_soar/logo_dark.svg")),
        by_hand(
            "src/__init__.py",
            "\"\"\"An app of Splunk SOAR that asks edr-gateway.\"\"\"\n",
        ),
        by_hand("src/app.py", include_str!("splunk_soar/app.py")),
        File::text(at("src/gateway.py"), &python::gateway(offers)),
        File::text(
            at("src/actions.py"),
            &python::table("What is told of each action.", "ACTIONS", &told),
        ),
    ]
}

fn told(offer: &Offer) -> Value {
    let required = offer.fields.iter().filter(|it| it.required);
    let required: Vec<&str> = required.map(|it| it.name.as_str()).collect();
    let fields = offer.fields.iter().map(|it| (it.name.clone(), field(it)));
    let fields: Map<String, Value> = fields.collect();
    json!({
        "name": offer.words(' '),
        "title": offer.entry.title,
        "summary": offer.entry.summary,
        "type": kind(offer.entry.category),
        "required": required,
        "fields": fields,
    })
}

fn field(field: &Field) -> Value {
    let words = match &field.kind {
        Kind::Word(words) | Kind::Words(words) => words.clone(),
        Kind::Text | Kind::Number | Kind::Flag | Kind::Texts | Kind::Objects => Vec::new(),
    };
    let mut told = json!({"kind": field.kind.name(), "purpose": field.said(), "words": words});
    if let Some(preset) = field.preset() {
        told["preset"] = json!(preset);
    }
    told
}

/// What SOAR calls the kind of an action.
const fn kind(category: Category) -> &'static str {
    match category {
        Category::Contain | Category::Harden => "contain",
        Category::Evict | Category::Restore => "correct",
        Category::Collect | Category::Scan => "investigate",
    }
}
