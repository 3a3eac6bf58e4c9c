//! `POST`, `GET` and `DELETE tasks/<id>`: programs to be run.
//!
//! The caller chooses the id. What a server does with one that it knows already is not documented;
//! the tables have the codes for "it is there" and "it is not" exchanged.

use crate::answer::Answer;
use crate::behaviour::UsedTaskId;
use crate::calls::asked::{Asked, only, removed, written};
use crate::wire;
use crate::world::World;
use crate::world::task_book::{Program, Task, TaskState};
use serde_json::{Map, Value};
use uuid::Uuid;

pub(crate) fn task(world: &mut World, asked: &Asked<'_>, id: &str) -> Answer {
    let Ok(id) = Uuid::try_parse(id) else {
        return Answer::bad_request();
    };
    match asked.method {
        "GET" => read(world, asked, id),
        "POST" => make(world, asked, id),
        "DELETE" if world.remove_task(id) => removed(&world.behaviour),
        "DELETE" => Answer::not_found(),
        _ => Answer::error(405),
    }
}

fn make(world: &mut World, asked: &Asked<'_>, id: Uuid) -> Answer {
    let (Ok(Some(sensor)), Ok(Some("run_process"))) =
        (asked.query.one("sensor_id"), asked.query.one("task_type"))
    else {
        return Answer::bad_request();
    };
    let program = program(world, asked);
    let (Some(program), true) = (program, sensor != "all") else {
        return Answer::bad_request();
    };
    let in_any_case = world.behaviour.ids_in_any_case;
    let Some(host) = world.directory.find(sensor, in_any_case) else {
        return Answer::not_found();
    };
    if world.tasks.contains_key(&id) {
        match world.behaviour.used_task_id {
            UsedTaskId::Conflict => return Answer::error(409),
            UsedTaskId::Overwrite => world.put_task(id, host.id, program),
            UsedTaskId::Keep => {}
        }
    } else {
        world.put_task(id, host.id, program);
    }
    let made = world.tasks.get(&id).map(|task| value(world, task, true));
    written(&world.behaviour, made.unwrap_or_default())
}

fn program(world: &World, asked: &Asked<'_>) -> Option<Program> {
    let body: Value = serde_json::from_slice(asked.body).ok()?;
    only(world, &body, &["task"], "the body");
    let task = body.get("task").filter(|it| it.is_object())?;
    let known = [
        "schedule",
        "execCommand",
        "cmdLineParameters",
        "workingDirectory",
    ];
    only(world, task, &known, "task");
    let schedule = task.get("schedule")?;
    only(world, schedule, &["startNow"], "schedule");
    let text = |name: &str| match task.get(name) {
        None => Some(None),
        Some(value) => value.as_str().map(|it| Some(it.to_owned())),
    };
    let command = text("execCommand")?.filter(|it| !it.is_empty())?;
    Some(Program {
        start_now: schedule.get("startNow")?.as_bool()?,
        command,
        parameters: text("cmdLineParameters")?,
        directory: text("workingDirectory")?,
        value: task.clone(),
    })
}

fn read(world: &World, asked: &Asked<'_>, id: Uuid) -> Answer {
    let whole = match asked.query.one("settings") {
        Ok(None | Some("false")) => false,
        Ok(Some("true")) => true,
        Ok(Some(_)) | Err(_) => return Answer::bad_request(),
    };
    world.tasks.get(&id).map_or_else(Answer::not_found, |task| {
        Answer::ok(value(world, task, whole))
    })
}

fn value(world: &World, task: &Task, whole: bool) -> Value {
    let words = &world.behaviour.state_words;
    let word = match task.state {
        TaskState::Waiting => &words.waiting,
        TaskState::Running => &words.running,
        TaskState::Done => &words.done,
        TaskState::Failed => &words.failed,
        TaskState::TimedOut => &words.timed_out,
    };
    let mut members = Map::new();
    members.insert("state".to_owned(), word.clone());
    if let Some(started) = wire::moment(task.started, world.behaviour.moments) {
        members.insert("latestStartDateTime".to_owned(), started);
    }
    if whole {
        members.insert("task".to_owned(), task.program.value.clone());
    }
    wire::object(members, &world.behaviour)
}
