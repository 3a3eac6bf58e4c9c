//! Files that may not run.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::form::{sole, unwrapped};
use crate::answer::Answer;
use crate::excerpt::Excerpt;
use crate::file_hash::FileHash;

/// What is known of the prevention rules of a host, or of all.
#[derive(Debug, Clone, PartialEq)]
pub enum Prevention {
    /// These. An empty list means none only where the host is known to exist.
    Rules(Vec<Forbidden>),
    /// There are none; or there is no such host, which only a look-up of the host can tell.
    NoRuleOrHost,
    /// An answer of a form that is not known. What is in it must not be written over.
    Unknown(Excerpt),
}

/// One file that may not run, with whatever else the server tells of it: it goes back as it came.
#[derive(Debug, Clone, PartialEq)]
pub struct Forbidden {
    hashes: Vec<FileHash>,
    /// Beside `file`.
    others: Map<String, Value>,
    /// In `file`, beside the hashes.
    file: Map<String, Value>,
}

impl Forbidden {
    /// A rule of our own.
    #[must_use]
    pub fn file(hash: FileHash) -> Self {
        Self {
            hashes: vec![hash],
            others: Map::new(),
            file: Map::new(),
        }
    }

    /// The hashes that name the file: one, as far as is documented.
    #[must_use]
    pub fn hashes(&self) -> &[FileHash] {
        &self.hashes
    }

    /// As the API has it, hashes in lower case.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let mut file = self.file.clone();
        for hash in &self.hashes {
            file.insert(hash.member().to_owned(), hash.to_string().into());
        }
        let mut rule = self.others.clone();
        rule.insert("file".to_owned(), Value::Object(file));
        Value::Object(rule)
    }

    fn of(value: Value) -> Option<Self> {
        let Value::Object(mut others) = value else {
            return None;
        };
        let Value::Object(mut file) = others.remove("file")? else {
            return None;
        };
        let mut hashes = Vec::new();
        for name in ["sha256", "md5"] {
            match file.remove(name) {
                None | Some(Value::Null) => {}
                Some(value) => {
                    let hash: FileHash = value.as_str()?.trim().parse().ok()?;
                    if hash.member() != name {
                        return None;
                    }
                    hashes.push(hash);
                }
            }
        }
        (!hashes.is_empty()).then_some(Self {
            hashes,
            others,
            file,
        })
    }
}

impl Prevention {
    /// Reads the body of a success.
    pub fn read(answer: &Answer) -> Self {
        let known = answer.json().and_then(unwrapped).and_then(rules);
        known.map_or_else(|| Self::Unknown(answer.excerpt()), Self::Rules)
    }

    /// The rules in the answer to an order, where they are told.
    #[must_use]
    pub fn told(answer: &Answer) -> Option<Vec<Forbidden>> {
        match Self::read(answer) {
            Self::Rules(rules) => Some(rules),
            Self::NoRuleOrHost | Self::Unknown(_) => None,
        }
    }
}

/// An array of rules, or `{"objects": […]}`. One that cannot be read makes all of it unknown: it
/// would be lost if the rest were written.
fn rules(mut value: Value) -> Option<Vec<Forbidden>> {
    if let Some(members) = value.as_object_mut() {
        value = sole(members, "objects")?;
    }
    let Value::Array(list) = value else {
        return None;
    };
    list.into_iter().map(Forbidden::of).collect()
}

/// All hashes of these rules.
#[must_use]
pub fn hashes(rules: &[Forbidden]) -> BTreeSet<FileHash> {
    rules.iter().flat_map(|it| it.hashes.clone()).collect()
}

/// The settings that make these the rules, and no others.
pub fn settings(rules: &[Forbidden]) -> Value {
    let objects: Vec<Value> = rules.iter().map(Forbidden::to_json).collect();
    json!({"settings": {"objects": objects}})
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(body: &str) -> Answer {
        Answer {
            status: 200,
            body: body.as_bytes().to_vec(),
            retry_after: None,
        }
    }

    fn read(body: &Value) -> Prevention {
        Prevention::read(&answer(&body.to_string()))
    }

    #[test]
    fn every_form_that_may_come_is_the_same_rules() {
        let md5 = "D41D8CD98F00B204E9800998ECF8427E";
        let list = json!([{"file": {"sha256": "ab".repeat(32)}}, {"file": {"md5": md5, "name": "x"}, "id": 7}]);
        for body in [
            list.clone(),
            json!({"objects": list}),
            json!({"settings": list}),
            json!({"settings": {"objects": list}}),
            json!({"response": {"settings": {"objects": list}}}),
            json!({"response": {"settings": list}}),
        ] {
            let Prevention::Rules(rules) = read(&body) else {
                panic!("{body}");
            };
            assert_eq!(rules.len(), 2);
            assert_eq!(rules[0].to_json(), list[0]);
            assert_eq!(
                rules[1].to_json(),
                json!({"file": {"md5": md5.to_lowercase(), "name": "x"}, "id": 7}),
                "what is not understood goes back as it came"
            );
        }
    }

    #[test]
    fn no_rules_at_all_is_a_list_of_none() {
        for body in [
            json!([]),
            json!({"objects": []}),
            json!({"settings": []}),
            json!({"settings": {"objects": []}}),
            json!({"response": {"settings": {"objects": []}}}),
        ] {
            assert_eq!(read(&body), Prevention::Rules(Vec::new()), "{body}");
        }
    }

    #[test]
    fn an_answer_of_another_form_is_unknown_and_never_empty() {
        let file = json!({"file": {"md5": "d41d8cd98f00b204e9800998ecf8427e"}});
        for body in [
            json!(null),
            json!({}),
            json!(""),
            json!(0),
            json!({"error": "Not Found"}),
            json!({"settings": null}),
            json!({"settings": {}}),
            json!({"objects": null}),
            json!({"objects": {}}),
            json!({"objects": [], "next": "page"}),
            json!({"settings": {"objects": []}, "total": 3}),
            json!({"response": {"objects": []}}),
            json!({"response": []}),
            json!({"data": []}),
            json!([file, null]),
            json!([file, {}]),
            json!([file, {"file": {}}]),
            json!([file, {"file": {"sha1": "x"}}]),
            json!([file, {"file": {"md5": ""}}]),
            json!([file, {"file": {"md5": 1}}]),
            json!([file, {"file": {"md5": "ab".repeat(32)}}]),
            json!([file, {"path": "x"}]),
            json!([[file]]),
            json!([{"objects": [file]}]),
            file.clone(),
            json!([{"excludedRules": [], "autoTurnoffTimeoutInSec": 14400}]),
        ] {
            assert!(matches!(read(&body), Prevention::Unknown(_)), "{body}");
        }
        for body in ["", " ", "<html></html>", r#"[{"file""#, "[]]"] {
            let read = Prevention::read(&answer(body));
            assert!(matches!(read, Prevention::Unknown(_)), "{body}");
        }
    }

    #[test]
    fn cut_anywhere_an_answer_is_never_a_shorter_list() {
        let list = json!({"settings": {"objects": [
            {"file": {"sha256": "ab".repeat(32)}}, {"file": {"md5": "cd".repeat(16)}},
        ]}});
        let text = list.to_string();
        for end in 0..text.len() {
            let read = Prevention::read(&answer(&text[..end]));
            assert!(matches!(read, Prevention::Unknown(_)), "{end}");
        }
    }
}
