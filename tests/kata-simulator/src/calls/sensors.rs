//! `GET sensors`: the hosts, all of them or those that the filters fit.
//!
//! There are no pages. A whole list is made in pieces while it is sent.

use crate::answer::{Answer, Content};
use crate::behaviour::Behaviour;
use crate::forms::Nobody;
use crate::query::{Query, Twice};
use crate::wire;
use crate::world::World;
use crate::world::directory::{Wanted, fleet_id, of_fleet};
use crate::world::sensors::SensorSpec;
use bytes::Bytes;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use time::OffsetDateTime;
use uuid::Uuid;

/// Hosts of the fleet in a piece.
const PIECE: u32 = 512;

pub(crate) fn list(world: &World, query: &Query) -> Answer {
    let Ok(wanted) = wanted(query) else {
        return Answer::bad_request();
    };
    if wanted.id.is_none() && wanted.ip.is_none() && wanted.host.is_none() {
        return everybody(world);
    }
    let found = world
        .directory
        .wanted(&wanted, world.behaviour.ids_in_any_case);
    if found.is_empty() && world.behaviour.nobody == Nobody::NotFound {
        return Answer::not_found();
    }
    let rows: Vec<Value> = found.iter().map(|it| row(world, it)).collect();
    let mut body = opening(world);
    body.insert("sensors".to_owned(), Value::Array(rows));
    Answer::ok(wire::object(body, &world.behaviour))
}

fn wanted(query: &Query) -> Result<Wanted, Twice> {
    let one = |name| query.one(name).map(|it| it.map(str::to_owned));
    Ok(Wanted {
        id: one("sensor_id")?,
        ip: one("ip")?,
        host: one("host")?,
    })
}

fn opening(world: &World) -> Map<String, Value> {
    let mut body = Map::new();
    let server = json!({"version": world.behaviour.version.text()});
    body.insert("server".to_owned(), server);
    body
}

fn row(world: &World, spec: &SensorSpec) -> Value {
    let seen = world.directory.away(spec.id).unwrap_or(world.now);
    Value::Object(members(spec, seen, &world.behaviour))
}

fn members(spec: &SensorSpec, seen: OffsetDateTime, behaviour: &Behaviour) -> Map<String, Value> {
    let mut row = Map::new();
    let mut put = |name: &str, value: Value| row.insert(name.to_owned(), value);
    put("sensorId", json!(spec.sensor_id()));
    put("hostIp", json!(spec.ip));
    if let Some(seen) = wire::moment(Some(seen), behaviour.moments) {
        put("lastAccessTimestamp", seen);
    }
    put("version", json!(spec.version));
    put("selfDefenseState", json!(spec.self_defense));
    put("licenseStatus", json!(spec.license));
    put("osFamily", json!(spec.os_family));
    put("osName", json!(spec.os_name));
    put("capabilities", json!(spec.capabilities));
    if let Some(name) = &behaviour.host_name_member {
        put(name, json!(spec.host));
    }
    wire::extend(&mut row, behaviour);
    row
}

/// All hosts, the fleet's in pieces.
fn everybody(world: &World) -> Answer {
    let rows = |it: &SensorSpec| row(world, it).to_string();
    let named: Vec<String> = world.directory.named().iter().map(rows).collect();
    let server = json!({"version": world.behaviour.version.text()});
    let opening = format!("{{\"server\":{server},\"sensors\":[{}", named.join(","));
    let fleet = Fleet {
        size: world.directory.fleet(),
        // The first host goes without a comma where nobody stands before it.
        alone: named.is_empty(),
        away: world.directory.all_away(),
        now: world.now,
        behaviour: world.behaviour.clone(),
    };
    if fleet.size == 0 {
        let text = opening + "]}";
        return Answer {
            status: 200,
            content: Content::Text(text),
        };
    }
    let numbers = (0..fleet.size).step_by(PIECE as usize);
    let pieces = numbers.map(move |first| Bytes::from(fleet.piece(first)));
    let pieces = std::iter::once(Bytes::from(opening))
        .chain(pieces)
        .chain(std::iter::once(Bytes::from("]}")));
    Answer {
        status: 200,
        content: Content::Pieces(Box::new(pieces)),
    }
}

/// What it takes to write the fleet without the world.
struct Fleet {
    size: u32,
    alone: bool,
    away: BTreeMap<Uuid, OffsetDateTime>,
    now: OffsetDateTime,
    behaviour: Behaviour,
}

impl Fleet {
    /// The rows from this number on. Most hosts differ by id, address and name alone, so the rest
    /// of a row is written once a piece.
    fn piece(&self, first: u32) -> String {
        let last = self.size.min(first.saturating_add(PIECE));
        let rests = [0, 1, 2].map(|kind| {
            let mut row = members(&of_fleet(kind), self.now, &self.behaviour);
            row.remove("sensorId");
            row.remove("hostIp");
            if let Some(name) = &self.behaviour.host_name_member {
                row.remove(name);
            }
            Value::Object(row).to_string()
        });
        let mut text = String::with_capacity(PIECE as usize * 320);
        for number in first..last {
            if number > 0 || !self.alone {
                text.push(',');
            }
            let id = fleet_id(number);
            if let Some(since) = self.away.get(&id) {
                let row = members(&of_fleet(number), *since, &self.behaviour);
                text.push_str(&Value::Object(row).to_string());
                continue;
            }
            let [_, a, b, c] = number.to_be_bytes();
            let rest = &rests[(number % 3) as usize][1..];
            // Writing to a String cannot fail.
            let _ = write!(text, r#"{{"sensorId":"{id:X}","hostIp":"10.{a}.{b}.{c}","#);
            if let Some(name) = &self.behaviour.host_name_member {
                let _ = write!(text, r#""{name}":"FLEET-{number:06}","#);
            }
            text.push_str(rest);
        }
        text
    }
}
