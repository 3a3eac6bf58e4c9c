//! What was given to an action, as the body of its request.
//!
//! Nothing is checked here that the gateway checks: it knows better, and says every violation at
//! once. Only what cannot become a body at all is refused.

use std::io::Read as _;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use clap::ArgMatches;
use serde_json::{Map, Value};
use vocabulary::requests::fields::{Field, Kind, fields};
use vocabulary::strict;
use vocabulary::task::Action;

use super::action::BODY;

/// Largest file that becomes part of a body: more than any gateway takes.
const MOST_BYTES: u64 = 32 << 20;

/// Why what was given is no body.
#[derive(Debug, thiserror::Error)]
pub enum GivenError {
    /// A file that cannot be read.
    #[error("{place}: {source}")]
    Unreadable {
        /// The file.
        place: String,
        /// Why not.
        source: std::io::Error,
    },
    /// A text that is no JSON, or not the JSON that is needed.
    #[error("{place}: {reason}")]
    NoJson {
        /// The option or the file.
        place: String,
        /// What is wrong.
        reason: String,
    },
}

/// The body of a request.
///
/// # Errors
/// What cannot become one.
pub fn body(action: Action, given: &ArgMatches) -> Result<Map<String, Value>, GivenError> {
    if let Some(file) = given.get_one::<String>(BODY) {
        return whole(file);
    }
    let mut body = Map::new();
    for field in fields(action) {
        if let Some(value) = value(&field, given)? {
            body.insert(field.name, value);
        }
    }
    Ok(body)
}

/// A body that stands in a file.
fn whole(file: &str) -> Result<Map<String, Value>, GivenError> {
    let text = if file == "-" {
        let mut text = Vec::new();
        let read = std::io::stdin()
            .lock()
            .take(MOST_BYTES)
            .read_to_end(&mut text);
        read.map_err(|source| GivenError::Unreadable {
            place: "standard input".to_owned(),
            source,
        })?;
        text
    } else {
        bytes(Path::new(file))?
    };
    let Value::Object(body) = json(file, &text)? else {
        return Err(GivenError::NoJson {
            place: file.to_owned(),
            reason: "it is no object".to_owned(),
        });
    };
    Ok(body)
}

fn value(field: &Field, given: &ArgMatches) -> Result<Option<Value>, GivenError> {
    let name = field.name.as_str();
    let texts = || {
        given
            .get_many::<String>(name)
            .map(|them| them.cloned().collect::<Vec<_>>())
    };
    let one = || given.get_one::<String>(name).cloned();
    Ok(match &field.kind {
        Kind::Text if name == "ioc" => match one() {
            Some(file) => Some(STANDARD.encode(bytes(Path::new(&file))?).into()),
            None => None,
        },
        Kind::Text | Kind::Word(_) => one().map(Value::from),
        Kind::Number => given.get_one::<i64>(name).map(|it| (*it).into()),
        Kind::Flag => one().map(|it| (it == "true").into()),
        Kind::Texts | Kind::Words(_) => texts().map(Value::from),
        Kind::Objects => match one() {
            Some(text) => Some(match text.strip_prefix('@') {
                Some(file) => json(file, &bytes(Path::new(file))?)?,
                None => json(&format!("--{name}"), text.as_bytes())?,
            }),
            None => None,
        },
    })
}

fn bytes(file: &Path) -> Result<Vec<u8>, GivenError> {
    let unreadable = |source| GivenError::Unreadable {
        place: file.display().to_string(),
        source,
    };
    let opened = std::fs::File::open(file).map_err(unreadable)?;
    let mut bytes = Vec::new();
    let read = opened.take(MOST_BYTES + 1).read_to_end(&mut bytes);
    read.map_err(unreadable)?;
    if bytes.len() as u64 > MOST_BYTES {
        return Err(unreadable(std::io::Error::other(
            "it is larger than 32 MiB",
        )));
    }
    Ok(bytes)
}

fn json(place: &str, text: &[u8]) -> Result<Value, GivenError> {
    strict::parse(text).map_err(|error| GivenError::NoJson {
        place: place.to_owned(),
        reason: format!("it is no JSON: {error}"),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::command::command;

    fn given(typed: &[&str]) -> Value {
        let matches = command().try_get_matches_from([&["edrctl"], typed].concat());
        let matches = matches.unwrap_or_else(|error| panic!("{error}"));
        let (name, given) = matches.subcommand().expect("a subcommand");
        let action = Action::named(name).expect("an action");
        Value::Object(body(action, given).expect("a body"))
    }

    #[test]
    fn options_become_the_fields_of_the_same_names() {
        for (typed, expected) in [
            (
                vec![
                    "isolateHost",
                    "--targetHost",
                    "WS-042",
                    "--action",
                    "1",
                    "--severity",
                    "3",
                ],
                json!({"targetHost": "WS-042", "action": "isolate", "severity": "critical"}),
            ),
            (
                vec![
                    "isolate-host",
                    "--target-host=WS-042",
                    "--action=off",
                    "--comment",
                    "it's -- \"so\"",
                ],
                json!({"targetHost": "WS-042", "action": "release", "comment": "it's -- \"so\""}),
            ),
            (
                vec![
                    "terminateProcess",
                    "--targetHost",
                    "a",
                    "--path",
                    "C:\\x.exe",
                    "--md5hash",
                    "ab",
                    "--caseSensitive",
                ],
                json!({"targetHost": "a", "path": "C:\\x.exe", "hash": "ab", "caseSensitive": true}),
            ),
            (
                vec![
                    "deleteFile",
                    "--targetHost",
                    "a",
                    "--path",
                    "C:\\x",
                    "--searchInSubfolders=false",
                ],
                json!({"targetHost": "a", "path": "C:\\x", "searchInSubfolders": false}),
            ),
            (
                vec![
                    "onDemandScan",
                    "--targetHost",
                    "a",
                    "--scanAreas",
                    "email,systemMemory",
                    "--folders",
                    "C:\\a,b",
                    "--folders",
                    "D:\\",
                ],
                json!({"targetHost": "a", "scanAreas": ["email", "systemMemory"], "folders": ["C:\\a,b", "D:\\"]}),
            ),
            (
                vec![
                    "isolateHost",
                    "--targetHost",
                    "a",
                    "--action",
                    "isolate",
                    "--durationSeconds",
                    "3600",
                    "--exclusions",
                    "[{\"direction\": \"both\"}]",
                ],
                json!({"targetHost": "a", "action": "isolate", "durationSeconds": 3600, "exclusions": [{"direction": "both"}]}),
            ),
        ] {
            assert_eq!(given(&typed), expected, "{typed:?}");
        }
    }

    #[test]
    fn an_archive_is_sent_as_base64_and_a_body_as_it_stands() {
        let folder = tempfile::tempdir().expect("a folder");
        let archive = folder.path().join("iocs.zip");
        std::fs::write(&archive, b"PK").expect("written");
        let archive = archive.to_str().expect("text");
        let scan = given(&["iocScan", "--targetHost", "a", "--ioc", archive]);
        assert_eq!(scan["ioc"], "UEs=");

        let body = folder.path().join("body.json");
        std::fs::write(&body, r#"{"targetHost": "a"}"#).expect("written");
        let body = body.to_str().expect("text");
        assert_eq!(
            given(&["isolateHost", "--body", body]),
            json!({"targetHost": "a"})
        );
    }
}
