//! What the page shows beside the contract: the catalogue, the problems, and what the documents say
//! of states and bounds.

use actix_web::web::Bytes;
use serde_json::{Value, json};

use crate::backends::kinds_that_take;
use crate::doors::rest::offered;
use vocabulary::catalogue::entry;
use vocabulary::code::Code;
use vocabulary::task::Action;

/// What people write in the tables of `openapi/README.md`; `cargo docs` takes it from there.
const WRITTEN: &str = include_str!("written.json");

/// All of it, the actions in the order in which they are wanted while something spreads.
pub(super) fn text() -> Bytes {
    let mut written: Value = serde_json::from_str(WRITTEN).unwrap_or_default();
    let problems: Vec<Value> = Code::ALL
        .iter()
        .map(|it| problem(*it, &mut written["advice"][it.name()]))
        .collect();
    let facts = json!({
        "actions": Action::ALL.map(action),
        "problems": problems,
        "states": written["states"].take(),
        "bounds": written["bounds"].take(),
    });
    facts.to_string().into()
}

fn action(action: Action) -> Value {
    let entry = entry(action);
    json!({
        "name": action.name(),
        "title": entry.title,
        "summary": entry.summary,
        "note": entry.note,
        "category": entry.category,
        "impact": entry.impact,
        "reversible": entry.reversible,
        "undo": entry.undo_how,
        "idempotent": entry.idempotent,
        "unchecked": offered::unchecked(action),
        "proves": entry.proves,
        "doesNotProve": entry.does_not_prove,
        "scopes": offered::scopes(action),
        "kinds": kinds_that_take(action.task()),
        "path": offered::path(action),
    })
}

fn problem(code: Code, advice: &mut Value) -> Value {
    json!({
        "code": code.name(),
        "status": code.status(),
        "again": code.retryable(),
        "meaning": format!("{}.", code.title()),
        "advice": advice.take(),
    })
}
