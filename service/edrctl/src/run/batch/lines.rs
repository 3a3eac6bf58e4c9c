//! What a file asks for, line by line.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::{Map, Value};
use vocabulary::key::Key;
use vocabulary::strict;
use vocabulary::task::Action;

use super::sheet::{self, Objects};
use crate::digest;

/// Largest file.
const MOST_BYTES: u64 = 256 << 20;

/// A line, and the key by which it is known again.
#[derive(Debug)]
pub(super) struct Line {
    /// Where it stands, from 1.
    pub(super) number: usize,
    pub(super) key: Key,
    /// What is asked for; or why that cannot be told.
    pub(super) asked: Result<Asked, String>,
}

/// A request, in either form.
#[derive(Debug, PartialEq)]
pub(super) enum Asked {
    /// The flat body of an action.
    Flat(Action, Map<String, Value>),
    /// The vendor's own body.
    Native(Map<String, Value>),
}

impl Line {
    /// The host that it is for, as it is written there.
    pub(super) fn host(&self) -> String {
        let Ok(Asked::Flat(_, body) | Asked::Native(body)) = &self.asked else {
            return String::new();
        };
        body.get("targetHost")
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned()
    }
}

/// The lines of a file: CSV by its ending, or JSON Lines.
pub(super) fn read(file: &Path, run: &str) -> Result<Vec<Line>, String> {
    let told = |error: std::io::Error| format!("{}: {error}", file.display());
    if std::fs::metadata(file).map_err(told)?.len() > MOST_BYTES {
        return Err(format!("{}: it is larger than 256 MiB", file.display()));
    }
    let text = std::fs::read_to_string(file).map_err(told)?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let is_sheet = file
        .extension()
        .is_some_and(|it| it.eq_ignore_ascii_case("csv"));
    let objects = if is_sheet {
        sheet::objects(text).map_err(|it| format!("{}: {it}", file.display()))?
    } else {
        of_lines(text)
    };
    if objects.is_empty() {
        return Err(format!("{}: nothing is asked for in it", file.display()));
    }
    Ok(lines(objects, run))
}

fn of_lines(text: &str) -> Objects {
    let lines = text.lines().enumerate();
    let lines = lines.filter(|(_, line)| !line.trim().is_empty());
    let read = |(at, line): (usize, &str)| {
        let object = match strict::parse_text(line) {
            Ok(Value::Object(object)) => Ok(object),
            Ok(_) => Err("it is no JSON object".to_owned()),
            Err(error) => Err(format!("it is no JSON object: {error}")),
        };
        (at + 1, object)
    };
    lines.map(read).collect()
}

/// The lines, each with a key of what it says; lines that say the same are told apart by which of
/// them they are.
fn lines(objects: Objects, run: &str) -> Vec<Line> {
    let mut count: BTreeMap<String, usize> = BTreeMap::new();
    let mut line = |(number, object): (usize, Result<Map<String, Value>, String>)| {
        // The members in the order of their names, however they are written.
        let text = match &object {
            Ok(object) => serde_json::to_string(object).unwrap_or_default(),
            Err(_) => String::new(),
        };
        let place = count.entry(text.clone()).or_default();
        *place += 1;
        let digest = digest::hex(&[run, &text, &place.to_string()]);
        let key = Key::parse(&format!("edrctl-batch-{digest}"));
        Line {
            number,
            key: key.expect("digits are a key"),
            asked: object.and_then(asked),
        }
    };
    objects.into_iter().map(&mut line).collect()
}

fn asked(mut object: Map<String, Value>) -> Result<Asked, String> {
    let name = object
        .get("task")
        .and_then(Value::as_str)
        .unwrap_or_default()
        .to_owned();
    let action = Action::named(&name).ok_or_else(|| {
        let names = Action::ALL.map(Action::name).join(", ");
        format!("`task` must be one of {names}")
    })?;
    if object.contains_key("params") {
        return Ok(Asked::Native(object));
    }
    object.remove("task");
    Ok(Asked::Flat(action, object))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str, run: &str) -> Vec<Line> {
        lines(of_lines(text), run)
    }

    const FILE: &str = r#"{"task": "isolateHost", "targetHost": "a", "action": "isolate"}

{"targetHost": "a", "task": "isolateHost", "action": "isolate"}
{"task": "isolateHost", "targetHost": "b", "params": {"action": 1}}
{"task": "freeze"}
nonsense
{"task": "isolateHost", "targetHost": "a", "targetHost": "b", "action": "isolate"}"#;

    #[test]
    fn lines_are_known_again_by_what_they_say_and_which_of_the_same_they_are() {
        let (one, again, other) = (of(FILE, ""), of(FILE, ""), of(FILE, "2"));

        let numbers: Vec<usize> = one.iter().map(|it| it.number).collect();
        assert_eq!(numbers, [1, 3, 4, 5, 6, 7]);
        let keys = |lines: &[Line]| lines.iter().map(|it| it.key.clone()).collect::<Vec<_>>();
        assert_eq!(keys(&one), keys(&again));
        assert_ne!(keys(&one)[0], keys(&one)[1], "said twice, meant twice");
        assert!(keys(&other).iter().all(|it| !keys(&one).contains(it)));
    }

    #[test]
    fn both_forms_are_told_apart_and_what_is_neither_is_told() {
        let lines = of(FILE, "");

        assert!(
            matches!(&lines[0].asked, Ok(Asked::Flat(Action::IsolateHost, body)) if !body.contains_key("task"))
        );
        assert!(matches!(&lines[2].asked, Ok(Asked::Native(_))));
        assert_eq!(lines[2].host(), "b");
        let wrong = lines[3].asked.as_ref().expect_err("no action");
        assert!(wrong.contains("must be one of isolateHost"), "{wrong}");
        assert!(lines[4].asked.is_err());
        let twice = lines[5].asked.as_ref().expect_err("which host is meant");
        assert!(twice.contains("named twice"), "{twice}");
    }
}
