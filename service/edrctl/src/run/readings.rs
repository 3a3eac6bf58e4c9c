//! What is only read: the catalogue, the servers, the room, the caller.

use clap::ArgMatches;

use super::desk::Desk;
use crate::clock;
use crate::exit::Exit;
use crate::gateway::failure::Failure;
use crate::gateway::{Gateway, segment};
use crate::show;

/// Reads one of them.
pub(super) async fn run(desk: &Desk, name: &str, given: &ArgMatches) -> Exit {
    let gateway = match desk.gateway() {
        Ok(gateway) => gateway,
        Err(failure) => return desk.failed(&failure, None),
    };
    let read = read(desk, &gateway, name, given).await;
    read.unwrap_or_else(|failure| desk.failed(&failure, None))
}

async fn read(
    desk: &Desk,
    gateway: &Gateway,
    name: &str,
    given: &ArgMatches,
) -> Result<Exit, Failure> {
    let text = |name: &str| given.get_one::<String>(name).cloned();
    let screen = desk.out;
    Ok(match name {
        "actions" => {
            if let Some(action) = text("name") {
                let path = format!("/v1/actions/{}", segment(&action));
                let answer = gateway.get(&path, &[]).await?.body;
                desk.print(&answer, || show::actions::action(&answer, screen))
            } else {
                let answer = gateway.get("/v1/actions", &[]).await?.body;
                desk.print(&answer, || show::actions::actions(&answer, screen))
            }
        }
        "backends" => {
            let answer = gateway.get("/v1/backends", &[]).await?.body;
            desk.print(&answer, || show::backends::backends(&answer, screen))
        }
        "budget" => {
            let backend = text("backend");
            let query: Vec<(&str, &str)> =
                backend.iter().map(|it| ("backend", it.as_str())).collect();
            let answer = gateway.get("/v1/budget", &query).await?.body;
            desk.print(&answer, || {
                show::budget::budget(&answer, clock::now(), screen)
            })
        }
        _ => {
            let answer = gateway.get("/v1/whoami", &[]).await?.body;
            desk.print(&answer, || show::identity::identity(&answer, screen))
        }
    })
}
