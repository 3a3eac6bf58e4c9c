//! Settings of the kind `network_isolation`: one host, never all of them.
//!
//! A second POST overwrites the first with all that it says: the clock starts again, and exclusions
//! that it leaves out are gone.

use crate::answer::Answer;
use crate::calls::asked::{Asked, Whose, only, removed, sent, written};
use crate::calls::exclusions;
use crate::forms::{NoRule, SettingsShape};
use crate::wire;
use crate::world::World;
use crate::world::isolation_rule::Order;
use serde_json::{Value, json};
use std::ops::RangeInclusive;
use uuid::Uuid;

/// 1 to 9999 hours.
const SECONDS: RangeInclusive<u64> = 3_600..=35_996_400;

pub(crate) fn settings(world: &mut World, asked: &Asked<'_>, whose: Whose) -> Answer {
    if whose == Whose::All {
        return Answer::bad_request();
    }
    let order = match asked.method {
        "POST" => match order(world, asked) {
            Some(order) => Some(order),
            None => return Answer::bad_request(),
        },
        _ => None,
    };
    let Whose::Host(id) = whose else {
        return Answer::not_found();
    };
    match (asked.method, order) {
        ("GET", _) => read(world, id),
        ("POST", Some(order)) => {
            let rule = rule(world, &order);
            world.set_isolation(id, Some(order), asked.by.clone());
            written(&world.behaviour, json!([rule]))
        }
        ("DELETE", _) => {
            let was_there = world.set_isolation(id, None, asked.by.clone());
            if was_there || world.behaviour.removing_nothing_is_fine {
                removed(&world.behaviour)
            } else {
                Answer::not_found()
            }
        }
        _ => Answer::error(405),
    }
}

fn order(world: &World, asked: &Asked<'_>) -> Option<Order> {
    let settings = sent(world, asked)?;
    let known = ["autoTurnoffTimeoutInSec", "excludedRules"];
    only(world, &settings, &known, "settings");
    let seconds = settings.get("autoTurnoffTimeoutInSec")?.as_u64()?;
    let is_whole = seconds.is_multiple_of(3_600) || !world.behaviour.whole_hours_only;
    if !SECONDS.contains(&seconds) || !is_whole {
        return None;
    }
    let exclusions = match settings.get("excludedRules") {
        None => Vec::new(),
        Some(rules) => rules.as_array()?.clone(),
    };
    let version = world.behaviour.version;
    let fine = exclusions.iter().all(|it| exclusions::fits(it, version));
    fine.then_some(Order {
        seconds,
        exclusions,
    })
}

fn rule(world: &World, order: &Order) -> Value {
    let mut rule = order.value();
    if let Some(members) = rule.as_object_mut() {
        wire::extend(members, &world.behaviour);
    }
    rule
}

fn read(world: &World, id: Uuid) -> Answer {
    let Some(it) = world.isolation.get(&id) else {
        return match world.behaviour.no_isolation {
            NoRule::NotFound => Answer::not_found(),
            NoRule::EmptyArray => Answer::ok(json!([])),
            NoRule::EmptyObjects => Answer::ok(json!({"objects": []})),
        };
    };
    let rule = rule(world, &it.order);
    Answer::ok(match world.behaviour.isolation_shape {
        SettingsShape::Rules | SettingsShape::Files => json!([rule]),
        SettingsShape::One => rule,
        SettingsShape::Settings => json!({"settings": rule}),
        SettingsShape::ResponseSettings => json!({"response": {"settings": rule}}),
        SettingsShape::Objects => json!({"objects": [rule]}),
        SettingsShape::Strange => json!({"isolation": {"rules": 1}}),
    })
}
