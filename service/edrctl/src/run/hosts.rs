//! Which hosts there are, and whether they can take a task.

use clap::ArgMatches;

use super::desk::Desk;
use super::pages::collect;
use super::tasks::{filters, most};
use crate::clock;
use crate::command::HOST_FILTERS;
use crate::exit::Exit;
use crate::gateway::failure::Failure;
use crate::gateway::{Gateway, segment};
use crate::show;

/// What is asked of hosts.
pub(super) async fn run(desk: &Desk, given: &ArgMatches) -> Exit {
    let gateway = match desk.gateway() {
        Ok(gateway) => gateway,
        Err(failure) => return desk.failed(&failure, None),
    };
    let (name, given) = given.subcommand().expect("one is required");
    let done = match name {
        "find" => find(desk, &gateway, given).await,
        _ => get(desk, &gateway, given).await,
    };
    done.unwrap_or_else(|failure| desk.failed(&failure, None))
}

async fn find(desk: &Desk, gateway: &Gateway, given: &ArgMatches) -> Result<Exit, Failure> {
    let mut filters = filters(&HOST_FILTERS, given);
    if let Some(text) = given.get_one::<String>("text") {
        filters.push((meant(text), text.clone()));
    }
    let answer = collect(gateway, "/v1/hosts", &filters, "hosts", most(given)).await?;
    Ok(desk.print(&answer, || {
        show::hosts::hosts(&answer, clock::now(), desk.out)
    }))
}

/// By what a host is looked for that is written so.
fn meant(text: &str) -> &'static str {
    let text = text.trim();
    let hexadecimal = |it: &str| it.chars().all(|it| it.is_ascii_hexdigit() || it == '-');
    if text.parse::<std::net::IpAddr>().is_ok() {
        "ip"
    } else if text.len() == 36 && hexadecimal(text) {
        "id"
    } else {
        "name"
    }
}

async fn get(desk: &Desk, gateway: &Gateway, given: &ArgMatches) -> Result<Exit, Failure> {
    let id = given.get_one::<String>("id").map_or("", String::as_str);
    let backend = given.get_one::<String>("backend");
    let query: Vec<(&str, &str)> = backend.iter().map(|it| ("backend", it.as_str())).collect();
    let answer = gateway
        .get(&format!("/v1/hosts/{}", segment(id)), &query)
        .await?;
    let host = answer.body;
    Ok(desk.print(&host, || show::hosts::host(&host, clock::now(), desk.out)))
}

#[cfg(test)]
mod tests {
    use super::meant;

    #[test]
    fn an_address_an_id_and_a_name_are_told_apart() {
        assert_eq!(meant("10.20.30.42"), "ip");
        assert_eq!(meant("4328e16a-b3d6-4d0a-9c0e-0a1f7c1b2d3e"), "id");
        assert_eq!(meant("ws-042.corp.example"), "name");
        assert_eq!(meant("CORP\\WS-042"), "name");
    }
}
