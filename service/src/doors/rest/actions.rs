//! The catalogue: what can be asked for here, and what it means.

use actix_web::{HttpRequest, HttpResponse, get, web};
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::IntoParams;

use super::desk::Desk;
use super::documents::Documents;
use super::offered;
use super::query::Query;
use crate::auth::Caller;
use crate::backends::kinds_that_take;
use crate::directory::Takes;
use crate::doors::answer::{Answer, Rejection, answer};
use crate::doors::rest::responses::{GetActionResponses, ListActionsResponses};
use crate::problem::Problem;
use vocabulary::catalogue::{
    ActionList, ActionReport, Mappings, Meaning, Preconditions, Undo, entry,
};
use vocabulary::code::Code;
use vocabulary::requests::{flat, flat_example};
use vocabulary::task::{Action, TaskType};

/// The name of an action.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct ActionPath {
    /// The action's name, as in its address.
    name: String,
}

/// List the actions.
///
/// The catalogue: what can be asked for, of which back ends, what it needs, what it does to the
/// device, how it is undone, and what its success proves and does not prove.
#[utoipa::path(
    operation_id = "listActions", tag = "catalogue", responses(ListActionsResponses),
    security(("BearerAuth" = []))
)]
#[get("/actions")]
pub(super) async fn list_actions(
    desk: web::Data<Desk>,
    document: web::Data<Documents>,
    request: HttpRequest,
    caller: Caller,
) -> Answer {
    let list = || {
        Query::of(request.query_string(), &[]).finish()?;
        let offer = Offer::of(&desk, &document, &caller);
        let actions = Action::ALL.into_iter().map(|it| offer.report(it)).collect();
        Ok::<_, Rejection>(HttpResponse::Ok().json(ActionList { actions }))
    };
    answer(list())
}

/// Show an action.
///
/// One entry of the catalogue.
#[utoipa::path(
    operation_id = "getAction", tag = "catalogue", params(ActionPath),
    responses(GetActionResponses), security(("BearerAuth" = []))
)]
#[get("/actions/{name}")]
pub(super) async fn get_action(
    desk: web::Data<Desk>,
    document: web::Data<Documents>,
    request: HttpRequest,
    caller: Caller,
    path: web::Path<ActionPath>,
) -> Answer {
    let show = || {
        Query::of(request.query_string(), &[]).finish()?;
        let action = Action::named(&path.name).ok_or_else(|| {
            let names = Action::ALL.map(Action::name).join(", ");
            let detail = format!("There is no such action: there are {names}.");
            Problem::new(Code::RouteNotFound, detail)
        })?;
        Ok::<_, Rejection>(
            HttpResponse::Ok().json(Offer::of(&desk, &document, &caller).report(action)),
        )
    };
    answer(show())
}

/// What a caller may ask for here.
struct Offer {
    schemas: Value,
    allowed: Vec<TaskType>,
    takers: Vec<Takes>,
}

impl Offer {
    fn of(desk: &Desk, document: &Documents, caller: &Caller) -> Self {
        Self {
            // Read anew for the few who ask, rather than kept for all the time in which nobody does.
            schemas: document.schemas(),
            allowed: desk.authority.tasks_of(caller),
            takers: desk.directory.takers(&desk.authority.reach(caller)),
        }
    }

    fn report(&self, action: Action) -> ActionReport {
        let (entry, task) = (entry(action), action.task());
        let takers = || {
            self.takers
                .iter()
                .filter(move |it| it.tasks.contains(&task))
        };
        let owned = |them: &[&str]| them.iter().map(|it| (*it).to_owned()).collect();
        let path = offered::path(action);
        ActionReport {
            name: action,
            task,
            title: entry.title.to_owned(),
            summary: entry.summary.to_owned(),
            category: entry.category,
            impact: entry.impact,
            undo: Undo {
                reversible: entry.reversible,
                action: entry.undo,
                how: entry.undo_how.to_owned(),
            },
            idempotent: entry.idempotent,
            latency: offered::latency(),
            preconditions: Preconditions {
                checked: owned(&offered::CHECKED),
                unchecked: owned(&offered::unchecked(action)),
            },
            success: Meaning {
                proves: entry.proves.to_owned(),
                does_not_prove: entry.does_not_prove.to_owned(),
            },
            mappings: Mappings {
                d3fend: owned(entry.d3fend),
                ocsf_class: entry.ocsf.0,
                ocsf_activity: entry.ocsf.1,
            },
            scopes: offered::scopes(action).into(),
            allowed: self.allowed.contains(&task),
            kinds: owned(&kinds_that_take(task)),
            backends: takers().map(|it| it.alias.to_string()).collect(),
            dry_run_path: format!("{path}/dry-run"),
            path,
            parameters: inlined(&self.schemas[flat::schema_name(action)], &self.schemas),
            example: flat_example(action),
        }
    }
}

/// A schema with the schemas in it to which it refers.
fn inlined(schema: &Value, schemas: &Value) -> Value {
    match schema {
        Value::Object(members) => {
            let named = members.get("$ref").and_then(Value::as_str);
            let named = named.and_then(|it| it.rsplit('/').next());
            let mut whole = match named.map(|it| inlined(&schemas[it], schemas)) {
                Some(Value::Object(whole)) => whole,
                _ => Map::new(),
            };
            // What stands beside a reference is said of this place.
            for (name, value) in members.iter().filter(|(name, _)| *name != "$ref") {
                whole.insert(name.clone(), inlined(value, schemas));
            }
            Value::Object(whole)
        }
        Value::Array(items) => items.iter().map(|it| inlined(it, schemas)).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => schema.clone(),
    }
}
