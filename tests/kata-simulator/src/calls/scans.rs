//! `GET scans/state` of the scanner API: of use as the cheapest call that registers a caller.

use crate::answer::Answer;
use crate::world::World;
use serde_json::json;

pub(crate) fn state(world: &World) -> Answer {
    let scans = &world.behaviour.scans;
    if scans.is_empty() {
        return Answer::nothing(204);
    }
    Answer::ok(json!(scans))
}
