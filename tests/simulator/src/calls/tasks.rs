//! `Tasks.*`: finding tasks and following them on their devices.

use crate::calls::call::{Call, nothing, returns};
use crate::journal::Rule;
use crate::record::datetime;
use crate::refusal::Refusal;
use crate::world::World;
use crate::world::rowsets::{Rows, Rowset, RowsetKind};
use crate::world::tasks::{Run, RunState, Task};
use serde_json::{Map, Value, json};

/// All bits of `nHostStateMask`.
const ALL_STATES: i64 = 0x7F;

/// The widest range that is given out at once.
const WIDEST_RANGE: usize = 65536;

fn no_such_task() -> Refusal {
    Refusal::not_found("There is no such task")
}

fn no_such_iterator() -> Refusal {
    Refusal::not_found("There is no such iterator in this session")
}

fn task<'a>(call: &'a Call<'_>) -> Result<&'a Task, Refusal> {
    call.world
        .task(call.arguments.text("strTask")?)
        .ok_or_else(no_such_task)
}

/// Ids of all tasks that cover a host, oldest first.
pub(crate) fn get_all_tasks_of_host(call: &mut Call<'_>) -> Result<Value, Refusal> {
    call.only(&["strDomainName", "strHostName"]);
    call.arguments.text("strDomainName")?;
    let host = call.arguments.text("strHostName")?;
    if call.world.host(host).is_none() {
        return Err(Refusal::not_found("There is no such host"));
    }
    let covering = call
        .world
        .tasks
        .iter()
        .filter(|task| task.run(host).is_some());
    let ids: Vec<Value> = covering.map(|task| json!(task.id.to_string())).collect();
    Ok(returns(ids))
}

/// What a task is.
pub(crate) fn get_task(call: &mut Call<'_>) -> Result<Value, Refusal> {
    call.only(&["strTask"]);
    Ok(returns(task(call)?.json()))
}

/// The settings of a task, by which the vendor's helper reads every one.
pub(crate) fn get_task_data(call: &mut Call<'_>) -> Result<Value, Refusal> {
    call.only(&["strTask"]);
    Ok(returns(task(call)?.data()))
}

/// How many devices are in which state.
pub(crate) fn get_task_statistics(call: &mut Call<'_>) -> Result<Value, Refusal> {
    call.only(&["strTask"]);
    let task = task(call)?;
    let mut statistics = Map::new();
    for state in RunState::ALL {
        statistics.insert(state.bit().to_string(), json!(task.count(state)));
    }
    let runs = i64::try_from(task.runs.len()).unwrap_or(i64::MAX).max(1);
    let done: i64 = task.runs.iter().map(|run| call.world.percent(run)).sum();
    statistics.insert("GNRL_COMPLETED_PERCENT".to_owned(), json!(done / runs));
    statistics.insert("KLTSK_NEED_RBT_CNT".to_owned(), json!(0));
    Ok(returns(statistics))
}

/// Begins a walk over tasks: those of a group, or all of them when the group does not matter.
pub(crate) fn reset_tasks_iterator(call: &mut Call<'_>) -> Result<Value, Refusal> {
    let known = [
        "nGroupId",
        "bGroupIdSignificant",
        "strProductName",
        "strVersion",
        "strComponentName",
        "strInstanceId",
        "strTaskName",
        "bIncludeSupergroups",
    ];
    call.only(&known);
    let group = call.arguments.int("nGroupId")?;
    let by_group = call.arguments.boolean("bGroupIdSignificant")?;
    let product = call.arguments.text_or_null("strProductName")?;
    let version = call.arguments.text_or_null("strVersion")?;
    call.arguments.text_or_null("strComponentName")?;
    call.arguments.text_or_null("strInstanceId")?;
    let type_name = call.arguments.text_or_null("strTaskName")?;
    let supergroups = call.arguments.boolean("bIncludeSupergroups")?;

    let is = |wanted: Option<&str>, actual: &str| {
        wanted.is_none_or(|wanted| wanted.is_empty() || wanted == actual)
    };
    let in_group = |task: &&Task| {
        // Group 0 is above all others.
        !by_group || task.group == Some(group) || (supergroups && task.group == Some(0))
    };
    let named = |task: &&Task| {
        is(product, &task.product) && is(version, &task.version) && is(type_name, &task.type_name)
    };
    let found = call.world.tasks.iter().filter(in_group).filter(named);
    let rows: Vec<Value> = found.map(Task::iterator_row).collect();
    let now = call.world.now;
    let iterator =
        call.world
            .rowsets
            .open(RowsetKind::Tasks, call.session, Rows::Made(rows), now, None);
    Ok(json!({"strTaskIteratorId": iterator}))
}

/// The next task; nothing at the end.
pub(crate) fn get_next_task(call: &mut Call<'_>) -> Result<Value, Refusal> {
    call.only(&["strTaskIteratorId"]);
    let rowset = iterator(call, "strTaskIteratorId", RowsetKind::Tasks)?;
    let row = rowset.rows.some(rowset.cursor, 1).pop();
    let row = row.unwrap_or_else(|| json!({}));
    rowset.cursor = (rowset.cursor + 1).min(rowset.rows.len());
    Ok(json!({"pTaskData": row}))
}

/// Ends a walk over tasks.
pub(crate) fn release_tasks_iterator(call: &mut Call<'_>) -> Result<Value, Refusal> {
    call.only(&["strTaskIteratorId"]);
    release(call, "strTaskIteratorId", RowsetKind::Tasks)
}

/// Begins to read the states of a task on its devices.
pub(crate) fn reset_host_iterator(call: &mut Call<'_>) -> Result<Value, Refusal> {
    call.only(&["strTask", "pFields2Return", "nHostStateMask", "nLifetime"]);
    let fields = call.arguments.texts("pFields2Return")?;
    let mask = call.arguments.int("nHostStateMask")?;
    let life = call.life("nLifetime")?;
    if mask & !ALL_STATES != 0 || mask == 0 {
        return Err(Refusal::bad_format(
            "\"nHostStateMask\" has bits that mean nothing",
        ));
    }
    let task = task(call)?;
    let matching = task.runs.iter().filter(|run| run.state.bit() & mask != 0);
    let rows: Vec<Value> = matching.map(|run| status(call, run, &fields)).collect();
    let now = call.world.now;
    let iterator = call.world.rowsets.open(
        RowsetKind::HostStatus,
        call.session,
        Rows::Made(rows),
        now,
        Some(life),
    );
    Ok(json!({"strHostIteratorId": iterator}))
}

/// One device's row. A device that has not begun has no times; one that has not finished has an
/// unset end.
fn status(call: &Call<'_>, run: &Run, fields: &[String]) -> Value {
    let world: &World = call.world;
    let unset = || json!({"type": "datetime", "value": ""});
    let mut row = Map::new();
    for field in fields {
        let value = match field.as_str() {
            "hostname" => Some(json!(run.host)),
            "hostdn" => world.host(&run.host).map(|host| json!(host.spec.name)),
            "domain_name" => Some(json!("CORP")),
            "state_code" => Some(json!(run.odd_code.unwrap_or_else(|| run.state.bit()))),
            "state_descr" => Some(json!(run.text)),
            "completed_percent" => Some(json!(world.percent(run))),
            "try_count" => Some(json!(1)),
            "start_time" => run.started.map(datetime),
            "finish_time" => run
                .finished
                .map(datetime)
                .or_else(|| run.started.is_some().then(unset)),
            // Documented, and documented as absent at times.
            "src_event_id" => None,
            other => {
                call.note(Rule::KnownAttributes, format!("there is no field {other}"));
                None
            }
        };
        if let Some(value) = value {
            row.insert(field.clone(), value);
        }
    }
    json!({"type": "params", "value": row})
}

/// How many devices were selected.
pub(crate) fn get_host_status_count(call: &mut Call<'_>) -> Result<Value, Refusal> {
    call.only(&["strHostIteratorId"]);
    let rowset = iterator(call, "strHostIteratorId", RowsetKind::HostStatus)?;
    Ok(returns(rowset.rows.len()))
}

/// Rows from `nStart` up to but without `nEnd`.
pub(crate) fn get_host_status_range(call: &mut Call<'_>) -> Result<Value, Refusal> {
    call.only(&["strHostIteratorId", "nStart", "nEnd"]);
    let (start, end) = call.window("nStart", "nEnd")?;
    if end < start || end - start >= WIDEST_RANGE {
        return Err(Refusal::bad_format(
            "\"nEnd\" must be at \"nStart\" or up to 65535 after it",
        ));
    }
    let rowset = iterator(call, "strHostIteratorId", RowsetKind::HostStatus)?;
    let rows = rowset.rows.some(start, end - start);
    Ok(json!({"pParHostStatus": {"statuses": rows}}))
}

/// The next rows of a walk. No page shows the form of `pHostStatus`; it is taken to be that of
/// `pParHostStatus`.
pub(crate) fn get_next_host_status(call: &mut Call<'_>) -> Result<Value, Refusal> {
    call.only(&["strHostIteratorId", "nCount"]);
    let (_, count) = call.window("nCount", "nCount")?;
    let rowset = iterator(call, "strHostIteratorId", RowsetKind::HostStatus)?;
    let rows = rowset.rows.some(rowset.cursor, count);
    rowset.cursor += rows.len();
    let actual = rows.len();
    Ok(json!({"nActual": actual, "pHostStatus": {"statuses": rows}}))
}

/// Ends the reading of states.
pub(crate) fn release_host_iterator(call: &mut Call<'_>) -> Result<Value, Refusal> {
    call.only(&["strHostIteratorId"]);
    release(call, "strHostIteratorId", RowsetKind::HostStatus)
}

/// Stops a task where it has not finished; a task that is through stays as it is.
pub(crate) fn cancel_task(call: &mut Call<'_>) -> Result<Value, Refusal> {
    call.only(&["strTask"]);
    let id = call.arguments.text("strTask")?;
    if call.world.cancel(id) {
        Ok(nothing())
    } else {
        Err(no_such_task())
    }
}

/// Removes a task, finished or not.
pub(crate) fn delete_task(call: &mut Call<'_>) -> Result<Value, Refusal> {
    call.only(&["strTask"]);
    let id = task(call)?.id;
    call.world.remove_task(id);
    Ok(nothing())
}

fn iterator<'a>(
    call: &'a mut Call<'_>,
    argument: &str,
    kind: RowsetKind,
) -> Result<&'a mut Rowset, Refusal> {
    let name = call.arguments.text(argument)?;
    let world = &mut *call.world;
    world
        .rowsets
        .read(name, kind, call.session, world.now)
        .ok_or_else(no_such_iterator)
}

fn release(call: &mut Call<'_>, argument: &str, kind: RowsetKind) -> Result<Value, Refusal> {
    let name = call.arguments.text(argument)?;
    let world = &mut *call.world;
    if world.rowsets.release(name, kind, call.session, world.now) {
        Ok(nothing())
    } else {
        Err(no_such_iterator())
    }
}
