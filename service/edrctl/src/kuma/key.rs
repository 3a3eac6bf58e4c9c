//! The key of a call: the same call has the same key, and no other has.
//!
//! A rule that fires in a loop asks once for one event. The isolation of a host and its release, or
//! two hosts of one event, are different requests and have different keys: so everything that is
//! asked for is part of the key. Without an event's id a while stands for it, which the settings say.

use std::time::Duration;

use serde_json::{Map, Value};
use time::OffsetDateTime;
use vocabulary::key::Key;

use super::script::Script;
use crate::digest;

/// What a call is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Occasion<'a> {
    /// An event, by its id.
    Event(&'a str),
    /// Whatever happens in the same while as this time, and how long one is.
    While(OffsetDateTime, Duration),
}

/// The key of a call.
#[must_use]
pub fn of(script: Script, occasion: Occasion<'_>, body: &Map<String, Value>) -> Key {
    let (kind, id) = match occasion {
        Occasion::Event(id) => ("event", id.to_owned()),
        Occasion::While(now, long) => {
            let long = i64::try_from(long.as_secs()).unwrap_or(i64::MAX).max(1);
            let which = now.unix_timestamp().div_euclid(long);
            ("while", format!("{which} of {long}"))
        }
    };
    let mut parts = vec![
        "edrctl-kuma-1".to_owned(),
        script.file().to_owned(),
        kind.to_owned(),
        id,
    ];
    let mut members: Vec<(&String, &Value)> = body.iter().collect();
    members.sort_by_key(|(name, _)| *name);
    for (name, value) in members {
        parts.push(name.clone());
        parts.push(value.to_string());
    }
    // Every part has its length before it, so that no two lists of parts are one text.
    let text = format!("kuma-{}", digest::hex(&parts));
    Key::parse(&text).expect("hexadecimal digits are a key")
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use time::macros::datetime;

    use super::*;

    const MINUTE: Duration = Duration::from_secs(60);

    fn body(value: Value) -> Map<String, Value> {
        serde_json::from_value(value).expect("an object")
    }

    #[test]
    fn only_the_very_same_call_has_the_same_key() {
        let isolate = body(json!({"targetHost": "ws", "action": "isolate"}));
        let key = of(Script::IsolateHost, Occasion::Event("7"), &isolate);

        let turned = body(json!({"action": "isolate", "targetHost": "ws"}));
        assert_eq!(of(Script::IsolateHost, Occasion::Event("7"), &turned), key);
        let release = body(json!({"targetHost": "ws", "action": "release"}));
        let other = body(json!({"targetHost": "ws2", "action": "isolate"}));
        let minute = Occasion::While(datetime!(2026-01-02 03:04:05 UTC), MINUTE);
        for (script, occasion, body) in [
            (Script::IsolateHost, Occasion::Event("7"), &release),
            (Script::IsolateHost, Occasion::Event("7"), &other),
            (Script::IsolateHost, Occasion::Event("8"), &isolate),
            (Script::GetFile, Occasion::Event("7"), &isolate),
            (Script::IsolateHost, minute, &isolate),
        ] {
            assert_ne!(of(script, occasion, body), key);
        }
    }

    #[test]
    fn without_an_event_the_while_decides() {
        let body = body(json!({"targetHost": "ws"}));
        let at = |time| of(Script::GetFile, Occasion::While(time, MINUTE), &body);

        let first = at(datetime!(2026-01-02 03:04:05 UTC));
        assert_eq!(at(datetime!(2026-01-02 03:04:59 UTC)), first);
        assert_ne!(at(datetime!(2026-01-02 03:05:00 UTC)), first);
        let hour = |time| {
            let hour = Duration::from_secs(3600);
            of(Script::GetFile, Occasion::While(time, hour), &body)
        };
        let first = hour(datetime!(2026-01-02 03:04:05 UTC));
        assert_eq!(hour(datetime!(2026-01-02 03:59:59 UTC)), first);
        assert_ne!(hour(datetime!(2026-01-02 04:00:00 UTC)), first);
    }
}
