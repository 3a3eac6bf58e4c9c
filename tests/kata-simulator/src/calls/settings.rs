//! `GET`, `POST` and `DELETE settings`: which rules are meant, and whose.

use crate::answer::Answer;
use crate::behaviour::Spelling;
use crate::calls::asked::{Asked, Whose};
use crate::calls::{isolation, prevention};
use crate::world::World;

pub(crate) fn settings(world: &mut World, asked: &Asked<'_>) -> Answer {
    let (Ok(Some(kind)), Ok(Some(whose))) = (
        asked.query.one("settings_type"),
        asked.query.one("sensor_id"),
    ) else {
        return Answer::bad_request();
    };
    let whose = if whose == "all" {
        Whose::All
    } else {
        let found = world.directory.find(whose, world.behaviour.ids_in_any_case);
        found.map_or(Whose::Nobody, |it| Whose::Host(it.id))
    };
    if is_isolation(kind, world.behaviour.isolation_spelling) {
        return isolation::settings(world, asked, whose);
    }
    if kind == "prevention" {
        return prevention::settings(world, asked, whose);
    }
    Answer::bad_request()
}

/// English pages of some versions write `network_izolation`.
fn is_isolation(kind: &str, spelling: Spelling) -> bool {
    match spelling {
        Spelling::Isolation => kind == "network_isolation",
        Spelling::Izolation => kind == "network_izolation",
        Spelling::Either => kind == "network_isolation" || kind == "network_izolation",
    }
}
