//! From a request to its call: first who asks, then what.
//!
//! Any request that carries an id makes a row among the external systems, whatever else it is. Until
//! the row is accepted the answer is 401, and nothing of the request is looked at.

use crate::answer::Answer;
use crate::calls::asked::Asked;
use crate::calls::{scans, sensors, settings, tasks};
use crate::edit::When;
use crate::house::House;
use crate::path::{Path, Place};
use crate::query::Query;
use crate::world::World;
use crate::world::registry::Access;
use crate::writer::Writer;
use bytes::Bytes;
use std::net::IpAddr;

/// A request that has arrived whole.
#[derive(Debug)]
pub(crate) struct Incoming {
    /// Where it stands in the journal.
    pub(crate) number: usize,
    pub(crate) method: String,
    pub(crate) path: Path,
    pub(crate) query: Query,
    pub(crate) call: String,
    pub(crate) fingerprint: Option<String>,
    pub(crate) address: IpAddr,
    pub(crate) content_type: Option<String>,
    pub(crate) body: Bytes,
}

/// Carries a request out.
pub(crate) fn process(house: &House, request: &Incoming) -> Answer {
    house.change(|world| {
        let access = access(world, request);
        house.journal.amend(request.number, |it| {
            it.access = access;
            it.processed = true;
        });
        let answer = match (access, &request.path.caller) {
            (Some(Access::Accepted), Some(caller)) => {
                odd(house, request);
                world.intrude(&request.call, When::Before);
                let answer = call(world, request, caller);
                world.intrude(&request.call, When::After);
                answer
            }
            _ => Answer::unauthorized(),
        };
        swapped(world, request, answer)
    })
}

fn call(world: &mut World, request: &Incoming, caller: &str) -> Answer {
    let asked = Asked {
        method: &request.method,
        query: &request.query,
        body: &request.body,
        by: Writer::Api(caller.to_owned()),
    };
    match (request.method.as_str(), &request.path.place) {
        ("GET", Place::Sensors) => sensors::list(world, &request.query),
        ("GET" | "POST" | "DELETE", Place::Settings) => settings::settings(world, &asked),
        ("GET" | "POST" | "DELETE", Place::Task(id)) => tasks::task(world, &asked, id),
        ("GET", Place::Scans) => scans::state(world),
        (_, Place::Nowhere) => Answer::not_found(),
        _ => Answer::error(405),
    }
}

/// Exchanges the codes that the vendor's tables have exchanged, where the switches ask for it; the
/// body says what is meant.
fn swapped(world: &World, request: &Incoming, mut answer: Answer) -> Answer {
    let reads = matches!(request.path.place, Place::Sensors | Place::Settings);
    if world.behaviour.swapped_codes && request.method == "GET" && reads {
        answer.status = match answer.status {
            400 => 401,
            401 => 400,
            other => other,
        };
    }
    let is_task = matches!(request.path.place, Place::Task(_));
    if world.behaviour.swapped_task_codes && is_task {
        answer.status = match (request.method.as_str(), answer.status) {
            ("GET", 404) => 409,
            ("POST", 409) => 404,
            (_, other) => other,
        };
    }
    answer
}

fn access(world: &mut World, request: &Incoming) -> Option<Access> {
    let id = request.path.caller.as_ref()?;
    let fingerprint = request.fingerprint.as_ref()?;
    let at_first = if world.behaviour.accept_everybody {
        Access::Accepted
    } else {
        Access::Pending
    };
    let now = world.now;
    Some(
        world
            .registry
            .knock(id, fingerprint, request.address, now, at_first),
    )
}

/// Notes what no page knows and a server may suffer.
fn odd(house: &House, request: &Incoming) {
    let known: &[&str] = match request.path.place {
        Place::Sensors => &["ip", "host", "sensor_id"],
        Place::Settings => &["sensor_id", "settings_type"],
        Place::Task(_) => &["sensor_id", "task_type", "settings"],
        Place::Scans | Place::Nowhere => return,
    };
    let call = &request.call;
    if let Some(name) = request.query.stranger(known) {
        house
            .journal
            .note(format!("{call}: no page has a parameter {name}"));
    }
    let says_json = |it: &String| it.starts_with("application/json");
    if request.method == "POST" && !request.content_type.as_ref().is_some_and(says_json) {
        house
            .journal
            .note(format!("{call}: the body does not say that it is JSON"));
    }
}
