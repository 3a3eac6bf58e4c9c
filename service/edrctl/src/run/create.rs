//! An action: asked for once, and followed to its end where that is wanted.

use std::time::{Duration, Instant};

use clap::ArgMatches;
use uuid::Uuid;
use vocabulary::key::Key;
use vocabulary::task::Action;

use super::desk::{Desk, Stop};
use super::ending::worse;
use super::follow::follow;
use crate::clock;
use crate::command::action::{DRY_RUN, KEY};
use crate::command::given;
use crate::ending::of_task;
use crate::exit::Exit;
use crate::gateway::departure::Departure;
use crate::gateway::failure::Failure;
use crate::gateway::{Creation, Gateway};
use crate::show;
use crate::span::Span;

/// Asks for an action.
pub(super) async fn run(desk: &Desk, action: Action, given: &ArgMatches) -> Exit {
    let body = match given::body(action, given) {
        Ok(body) => body,
        Err(error) => {
            desk.say(&format!("edrctl: {error}"));
            return Exit::Usage;
        }
    };
    let key = match given.get_one::<String>(KEY) {
        Some(text) => Key::parse(text),
        None => Key::parse(&format!("edrctl-{}", Uuid::new_v4())),
    };
    let Some(key) = key else {
        desk.say(&format!("edrctl: {}", Key::RULE));
        return Exit::Usage;
    };
    let gateway = match desk.gateway() {
        Ok(gateway) => gateway,
        Err(failure) => return desk.failed(&failure, None),
    };
    let how = Creation {
        key,
        dry_run: given.get_flag(DRY_RUN),
        wait: None,
        until: Instant::now() + gateway.retry_for(),
        departure: Departure::new(),
    };
    if !how.dry_run {
        let key = how.key.as_str();
        desk.note(&format!("key: {}", show::clean(key)));
        let again = show::shell::quote(key).into_owned();
        let words = format!(
            "edrctl: nobody knows whether it was carried out. The same command with --key {again} asks again, and is carried out once."
        );
        desk.when_stopped(Stop::Sending(how.departure.clone(), words));
    }
    let answer = match gateway.create(action, &body, &how).await {
        Ok(answer) => answer,
        Err(failure) => {
            let key = (!how.dry_run).then(|| how.key.as_str());
            return desk.failed(&failure, key);
        }
    };
    if how.dry_run {
        let refused = answer.body["checks"].as_array().into_iter().flatten();
        let refused = refused.into_iter().any(|it| it["ok"] == false);
        let printed = desk.print(&answer.body, || {
            show::rehearsal::rehearsal(&answer.body, desk.out)
        });
        let rehearsed = if refused { Exit::Refused } else { Exit::Done };
        return worse(rehearsed, printed);
    }
    if answer.replayed {
        desk.note("This key was used for the same request before: this is what became of it.");
    }
    desk.when_stopped(Stop::Nothing);
    ended(desk, &gateway, answer.body, wait(given)).await
}

/// How long to wait, where that is wanted.
pub(super) fn wait(given: &ArgMatches) -> Option<Duration> {
    given.get_one::<Span>("wait").map(|it| it.0)
}

/// Prints a task, after its end where that is waited for.
pub(super) async fn ended(
    desk: &Desk,
    gateway: &Gateway,
    task: serde_json::Value,
    wait: Option<Duration>,
) -> Exit {
    let Some(wait) = wait else {
        return desk.print(&task, || show::task::task(&task, clock::now(), desk.out));
    };
    let (task, failure) = follow(desk, gateway, task, Instant::now() + wait).await;
    let printed = desk.print(&task, || show::task::task(&task, clock::now(), desk.out));
    let over = task["terminal"] == true;
    if !over && failure.is_none() {
        desk.note("It is not over yet, and the time to wait is.");
    }
    // Who waits for an end is not told of success before there is one.
    let mut ended = of_task(&task);
    if ended == Exit::Done && !over {
        ended = Exit::Else;
    }
    let exit = worse(ended, printed);
    match failure {
        Some(failure) => cannot_see(desk, &failure),
        None => exit,
    }
}

/// That a task cannot be seen says nothing of the task.
fn cannot_see(desk: &Desk, failure: &Failure) -> Exit {
    desk.failed(failure, None);
    desk.say("The task was accepted; how it stands now is not known. Do not ask for it anew.");
    Exit::Unknown
}
