//! What became of what was asked for.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use clap::ArgMatches;
use serde_json::{Value, json};

use super::create::{ended, wait};
use super::desk::{Desk, Stop};
use super::ending::worse;
use super::pages::{self, collect};
use crate::clock;
use crate::command::TASK_FILTERS;
use crate::ending::of_task;
use crate::exit::Exit;
use crate::gateway::failure::Failure;
use crate::gateway::{Gateway, segment};
use crate::show::{self, clean};

/// Whoever follows one task for ever gives up after a year.
const FOR_EVER: Duration = Duration::from_hours(366 * 24);

/// Between two looks at many tasks.
const LOOK: Duration = Duration::from_secs(3);

/// What is asked of tasks.
pub(super) async fn run(desk: &Desk, given: &ArgMatches) -> Exit {
    let gateway = match desk.gateway() {
        Ok(gateway) => gateway,
        Err(failure) => return desk.failed(&failure, None),
    };
    let (name, given) = given.subcommand().expect("one is required");
    let done = match name {
        "list" => list(desk, &gateway, given).await,
        "get" => get(desk, &gateway, given).await,
        "watch" => watch(desk, &gateway, given).await,
        _ => cancel(desk, &gateway, given).await,
    };
    done.unwrap_or_else(|failure| desk.failed(&failure, None))
}

/// The filters that were given, as parameters.
pub(super) fn filters(names: &[&'static str], given: &ArgMatches) -> Vec<(&'static str, String)> {
    let of = |name: &&'static str| {
        let values = given.get_many::<String>(name)?;
        let values: Vec<&str> = values.map(String::as_str).collect();
        Some((*name, values.join(",")))
    };
    names.iter().filter_map(of).collect()
}

/// How many to list.
pub(super) fn most(given: &ArgMatches) -> usize {
    if given.get_flag("all") {
        return usize::MAX;
    }
    let limit = given.get_one::<u32>("limit");
    limit.map_or(pages::USUAL, |it| {
        usize::try_from(*it).unwrap_or(usize::MAX)
    })
}

async fn list(desk: &Desk, gateway: &Gateway, given: &ArgMatches) -> Result<Exit, Failure> {
    let filters = filters(&TASK_FILTERS, given);
    let answer = collect(gateway, "/v1/tasks", &filters, "tasks", most(given)).await?;
    Ok(desk.print(&answer, || {
        show::tasks::tasks(&answer, clock::now(), desk.out)
    }))
}

fn id(given: &ArgMatches) -> &str {
    given.get_one::<String>("id").map_or("", String::as_str)
}

async fn read(gateway: &Gateway, id: &str) -> Result<Value, Failure> {
    let path = format!("/v1/tasks/{}", segment(id));
    Ok(gateway.get(&path, &[]).await?.body)
}

async fn get(desk: &Desk, gateway: &Gateway, given: &ArgMatches) -> Result<Exit, Failure> {
    let task = read(gateway, id(given)).await?;
    Ok(ended(desk, gateway, task, wait(given)).await)
}

async fn cancel(desk: &Desk, gateway: &Gateway, given: &ArgMatches) -> Result<Exit, Failure> {
    let task = gateway.cancel(id(given)).await?.body;
    Ok(ended(desk, gateway, task, wait(given)).await)
}

async fn watch(desk: &Desk, gateway: &Gateway, given: &ArgMatches) -> Result<Exit, Failure> {
    let ids: Vec<String> = given
        .get_many("id")
        .into_iter()
        .flatten()
        .cloned()
        .collect();
    if let [id] = ids.as_slice() {
        let task = read(gateway, id).await?;
        return Ok(ended(desk, gateway, task, Some(FOR_EVER)).await);
    }
    let until = Instant::now() + FOR_EVER;
    let (tasks, exit) = watch_all(desk, gateway, &ids, until).await?;
    let answer = json!({"tasks": tasks});
    let printed = desk.print(&answer, || {
        show::tasks::tasks(&answer, clock::now(), desk.out)
    });
    Ok(worse(exit, printed))
}

/// Follows many tasks until the last one has ended; each change is a line. Gives how they stand,
/// and how the program ends.
pub(super) async fn watch_all(
    desk: &Desk,
    gateway: &Gateway,
    ids: &[String],
    until: Instant,
) -> Result<(Vec<Value>, Exit), Failure> {
    let mut seen: BTreeMap<String, Value> = BTreeMap::new();
    let mut missing: BTreeSet<String> = BTreeSet::new();
    desk.when_stopped(Stop::Waiting(
        "The tasks go on: edrctl tasks list".to_owned(),
    ));
    loop {
        let open: Vec<String> = ids
            .iter()
            .filter(|it| {
                !missing.contains(*it) && seen.get(*it).is_none_or(|task| task["terminal"] != true)
            })
            .cloned()
            .collect();
        for ids in open.chunks(100) {
            let filters = [("id", ids.join(","))];
            let page = collect(gateway, "/v1/tasks", &filters, "tasks", usize::MAX).await?;
            for id in page["unknownIds"]
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(Value::as_str)
            {
                // The others are followed all the same.
                desk.say(&format!("edrctl: there is no task {}", clean(id)));
                missing.insert(id.to_owned());
            }
            for task in page["tasks"].as_array().into_iter().flatten() {
                let id = task["id"].as_str().unwrap_or_default().to_owned();
                if seen.get(&id).is_none_or(|it| it["state"] != task["state"]) {
                    note(desk, task);
                }
                seen.insert(id, task.clone());
            }
        }
        let is_over = |it: &String| {
            missing.contains(it) || seen.get(it).is_some_and(|task| task["terminal"] == true)
        };
        let over = ids.iter().all(is_over);
        if over || Instant::now() >= until {
            let tasks = ids.iter().filter_map(|it| seen.get(it).cloned());
            let tasks: Vec<Value> = tasks.collect();
            let mut exit = tasks.iter().map(of_task).fold(Exit::Done, worse);
            if !missing.is_empty() {
                exit = worse(exit, Exit::Refused);
            }
            if !over {
                desk.note("Not all are over yet, and the time to wait is.");
                exit = worse(exit, Exit::Else);
            }
            return Ok((tasks, exit));
        }
        tokio::time::sleep(LOOK).await;
    }
}

fn note(desk: &Desk, task: &Value) {
    let words = [
        task["id"].as_str().unwrap_or_default(),
        task["task"].as_str().unwrap_or_default(),
        &show::state::host_of(task),
        &show::state::state(task),
    ]
    .join(" ");
    desk.note(&show::clean(&words));
}
