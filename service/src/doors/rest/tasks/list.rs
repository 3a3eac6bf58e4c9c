//! List tasks.

use actix_web::{HttpRequest, HttpResponse, get, web};
use serde::Deserialize;
use time::format_description::BorrowedFormatItem;
use time::format_description::well_known::Rfc3339;
use time::macros::format_description;
use time::{OffsetDateTime, PrimitiveDateTime, UtcOffset};
use utoipa::IntoParams;

use crate::auth::Caller;
use crate::backends::seam::{TaskCursor, TaskFilter};
use crate::doors::answer::{Answer, Rejection, answer};
use crate::doors::edge::request_id;
use crate::doors::edge::trail;
use crate::doors::rest::backends::{self, BackendsQuery};
use crate::doors::rest::desk::Desk;
use crate::doors::rest::query::{Query, Rule};
use crate::doors::rest::responses::ListTasksResponses;
use crate::problem::Problem;
use vocabulary::report::State;
use vocabulary::task::{ExternalId, TaskType};
use vocabulary::task_id::TaskId;

/// Which tasks are listed.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
#[expect(dead_code, reason = "it describes parameters that are read one by one")]
pub(super) struct ListQuery {
    /// Those of this host: a KSC host id, a name or an address.
    #[param(required = false)]
    host: String,
    /// Those of these types, comma separated.
    #[param(required = false)]
    task: String,
    /// Those of these ids, comma separated, at most 200. What no task has stands in
    /// `unknownIds`.
    #[param(required = false)]
    id: String,
    /// Those requested then or later (RFC 3339); without a zone it is UTC.
    #[param(required = false)]
    since: String,
    /// Those requested before then (RFC 3339); without a zone it is UTC.
    #[param(required = false)]
    until: String,
    /// Those in these states now, comma separated.
    #[param(required = false)]
    state: String,
    /// Those that were asked for with this reference of the caller's own (`externalId` of the
    /// request), exactly. Only what this gateway remembers is found: the thousand latest of one
    /// reference, of the last 30 days, and none that were made at the console or by others, or whose
    /// memory is lost with a restart (without a shared store) or with the store's.
    #[param(required = false, min_length = 1, max_length = 128)]
    external_id: String,
    /// Those that were asked for by this caller, as `GET /v1/whoami` names it, exactly; found as
    /// `externalId` is. All tasks are gone through for it: a page is looked up as without it, costs
    /// as much, and holds those of the caller among its tasks, maybe none; go on while `nextCursor`
    /// is there. `since` makes it shorter.
    #[param(required = false, min_length = 1, max_length = 1024)]
    caller: String,
    /// Most tasks of a page, 1 to 200; 50 when it is left out.
    #[param(required = false, minimum = 1, maximum = 200)]
    limit: u32,
    /// Where the page begins: `nextCursor` of the page before, with the same filters.
    #[param(required = false)]
    cursor: String,
}

const NAMES: [&str; 11] = [
    "host",
    "task",
    "id",
    "since",
    "until",
    "state",
    "backend",
    "externalId",
    "caller",
    "limit",
    "cursor",
];

const TASKS: Rule = ("task", "Must name tasks, comma separated.");
const STATES: Rule = ("state", "Must name states, comma separated.");
const IDS: Rule = ("id", "Must be at most 200 ids, comma separated.");
const MOMENT: Rule = (
    "moment",
    "Must be a moment as in RFC 3339, of 1970 to 9998, such as 2026-01-02T03:04:05Z; without a zone it is UTC.",
);
const CASE: Rule = ("external_id", ExternalId::RULE);
const CALLER: Rule = (
    "caller",
    "Must be a caller as whoami names it: 1 to 1024 characters.",
);

/// A moment without a zone, as scripts write it.
const WITHOUT_ZONE: &[BorrowedFormatItem<'_>] =
    format_description!("[year]-[month]-[day]T[hour]:[minute]:[second]");
const CURSOR: Rule = (
    "cursor",
    "Must be nextCursor of a page with the same filters.",
);

/// Most tasks of a page, and most ids that can be asked for.
const MOST: usize = 200;

/// Most characters of a caller: an issuer's mark, a kind and a name.
const MOST_OF_CALLER: usize = 1024;

/// Most characters of an id that is repeated to the caller; the longest real one is shorter.
const MOST_OF_ID: usize = 160;

/// As many tasks has a page when the caller does not say.
const USUAL: usize = 50;

/// List tasks.
///
/// Everybody's response tasks, the newest first, each with its state and evidence. Pages stay right
/// while tasks are added. With `task`, `state`, `caller` or `externalId` a page may hold fewer tasks
/// than `limit`, even none, and there may be more all the same: go on while `nextCursor` is there. To
/// follow many tasks, ask for their ids at once. The list is over all back ends; one that could not
/// be asked stands in `unavailable`, and what it has comes with a later page when it can be asked
/// again. Who asked is shown where that is remembered; where the shared store cannot be asked, tasks
/// are listed without, and `externalId` and `caller` are refused (`store_unavailable`).
#[utoipa::path(
    operation_id = "listTasks", tag = "tasks", params(ListQuery, BackendsQuery),
    responses(ListTasksResponses), security(("BearerAuth" = ["tasks.read"]))
)]
#[get("/tasks")]
pub(in crate::doors::rest) async fn list_tasks(
    desk: web::Data<Desk>,
    request: HttpRequest,
    caller: Caller,
) -> Answer {
    answer(list(&desk, &request, &caller).await)
}

async fn list(
    desk: &Desk,
    request: &HttpRequest,
    caller: &Caller,
) -> Result<HttpResponse, Rejection> {
    let permit = desk.authority.read(caller)?;
    let Asked {
        ids,
        filter: wanted,
        limit,
        from,
    } = read(request)?;
    let is_all = from == TaskCursor::default() && is_by_id_alone(&wanted);
    trail::note(request, |trail| {
        trail.host = wanted.host.as_ref().map(|it| it.as_str().to_owned());
    });
    let request_id = request_id::of(request);
    let mut page = desk
        .follow
        .list(&permit, wanted, limit, from, &request_id)
        .await?;
    let is_all = is_all && page.next_cursor.is_none() && page.unavailable.is_empty();
    let is_unknown = |text: &String| match TaskId::parse(text) {
        None => true,
        Some(id) => is_all && page.tasks.iter().all(|it| it.id != id),
    };
    page.unknown_ids = ids.into_iter().filter(is_unknown).collect();
    Ok(HttpResponse::Ok().json(page))
}

/// What a query asks for.
struct Asked {
    /// The ids as they are written, each once.
    ids: Vec<String>,
    filter: TaskFilter,
    limit: usize,
    from: TaskCursor,
}

/// Whether nothing but ids decides which tasks are listed.
fn is_by_id_alone(filter: &TaskFilter) -> bool {
    let TaskFilter {
        host,
        tasks,
        ids: _,
        since,
        until,
        states,
        backends,
        external_id,
        caller,
    } = filter;
    host.is_none()
        && tasks.is_empty()
        && since.is_none()
        && until.is_none()
        && states.is_empty()
        && backends.is_empty()
        && external_id.is_none()
        && caller.is_none()
}

fn read(request: &HttpRequest) -> Result<Asked, Problem> {
    let moment = |text: &str| {
        let without_zone = || PrimitiveDateTime::parse(text, WITHOUT_ZONE).ok();
        let moment = OffsetDateTime::parse(text, &Rfc3339).ok();
        let moment = moment.or_else(|| without_zone().map(PrimitiveDateTime::assume_utc))?;
        // At the ends of the calendar there are moments that have no UTC date, or none that KSC
        // reads.
        let moment = moment.checked_to_offset(UtcOffset::UTC)?;
        (1970..9999).contains(&moment.year()).then_some(moment)
    };
    let mut query = Query::of(request.query_string(), &NAMES);
    let asked = asked_ids(&mut query);
    let wanted = TaskFilter {
        host: query.read_name("host"),
        tasks: query.take_list("task", TASKS, TaskType::named),
        ids: asked.as_deref().map(ids),
        since: query.take("since", MOMENT, moment),
        until: query.take("until", MOMENT, moment),
        states: query.take_list("state", STATES, State::named),
        backends: backends::read(&mut query),
        external_id: query.take("externalId", CASE, |it| {
            ExternalId::parse(it).map(|it| it.as_str().to_owned())
        }),
        caller: query.take("caller", CALLER, caller_id),
    };
    let limit = query.take_limit("Must be a whole number from 1 to 200.", MOST);
    let cursor = |text: &str| TaskCursor::read(&wanted, text);
    let from = query.take("cursor", CURSOR, cursor);
    query.finish()?;
    Ok(Asked {
        ids: asked.unwrap_or_default(),
        limit: limit.unwrap_or(USUAL),
        from: from.unwrap_or_default(),
        filter: wanted,
    })
}

fn caller_id(text: &str) -> Option<String> {
    let is_sane = (1..=MOST_OF_CALLER).contains(&text.chars().count());
    is_sane.then(|| text.to_owned())
}

/// The ids that are asked for, each once; nothing where none are.
fn asked_ids(query: &mut Query) -> Option<Vec<String>> {
    let shown = |it: &str| Some(it.chars().take(MOST_OF_ID).collect());
    let mut asked: Vec<String> = query.take_list("id", IDS, shown);
    if asked.len() > MOST {
        query.refuse("id", "too_many", IDS.1);
    }
    asked.sort_unstable();
    asked.dedup();
    (!asked.is_empty()).then_some(asked)
}

/// Those that can be ids. What can be none is no mistake: there is no such task.
fn ids(asked: &[String]) -> Vec<TaskId> {
    asked.iter().filter_map(|it| TaskId::parse(it)).collect()
}
