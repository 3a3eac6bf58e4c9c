//! What the calls that write have in common: whose rules are meant, how a body is read, and what a
//! write is answered with.

use crate::answer::Answer;
use crate::behaviour::Behaviour;
use crate::forms::WriteAnswer;
use crate::query::Query;
use crate::world::World;
use crate::writer::Writer;
use serde_json::Value;
use uuid::Uuid;

/// A request for settings, its parameters read.
pub(crate) struct Asked<'a> {
    pub(crate) method: &'a str,
    pub(crate) query: &'a Query,
    pub(crate) body: &'a [u8],
    pub(crate) by: Writer,
}

/// Whose rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Whose {
    /// Every host's.
    All,
    /// One host's.
    Host(Uuid),
    /// Those of a host that is not there.
    Nobody,
}

/// The member `settings` of a body, which has nothing beside it that any page knows.
pub(crate) fn sent(world: &World, asked: &Asked<'_>) -> Option<Value> {
    let body: Value = serde_json::from_slice(asked.body).ok()?;
    only(world, &body, &["settings"], "the body");
    body.get("settings").filter(|it| it.is_object()).cloned()
}

/// Notes the members of an object that no page knows.
pub(crate) fn only(world: &World, object: &Value, known: &[&str], place: &str) {
    let members = object.as_object().into_iter().flatten();
    for (name, _) in members.filter(|(name, _)| !known.contains(&name.as_str())) {
        world
            .journal
            .note(format!("{place}: no page has a member {name}"));
    }
}

/// What a write is answered with.
pub(crate) fn written(behaviour: &Behaviour, documented: Value) -> Answer {
    match behaviour.write_answer {
        WriteAnswer::Documented => Answer::ok(documented),
        WriteAnswer::Empty => Answer::nothing(200),
        WriteAnswer::NoContent => Answer::nothing(204),
    }
}

/// What a removal is answered with: its body is not documented.
pub(crate) fn removed(behaviour: &Behaviour) -> Answer {
    match behaviour.write_answer {
        WriteAnswer::Documented | WriteAnswer::Empty => Answer::nothing(200),
        WriteAnswer::NoContent => Answer::nothing(204),
    }
}
