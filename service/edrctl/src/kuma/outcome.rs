//! What a call came to: one line of JSON on the standard output, and the same for the journal.

use serde_json::{Map, Value, json};
use vocabulary::legible::legible;

use super::log::{SystemLog, Weight, shortened};
use super::script::Script;
use crate::exit::Exit;

/// Most elements of a list that are shown.
const MOST_ELEMENTS: usize = 16;
/// Most bytes of a value that is shown of what was sent.
const MOST_SHOWN: usize = 512;

/// What a call came to.
#[derive(Debug)]
pub struct Outcome {
    /// How the program ends.
    pub exit: Exit,
    /// In a word.
    pub word: &'static str,
    /// In a sentence.
    pub detail: String,
    /// The key of the request, once there is one.
    pub key: Option<String>,
    /// What was sent, or would have been.
    pub sent: Map<String, Value>,
    /// What the gateway answered.
    pub answered: Value,
    /// What whoever wrote the rule should know.
    pub warnings: Vec<String>,
}

impl Outcome {
    /// One before anything was sent.
    #[must_use]
    pub fn early(exit: Exit, word: &'static str, detail: String) -> Self {
        Self {
            exit,
            word,
            detail,
            key: None,
            sent: Map::new(),
            answered: Value::Null,
            warnings: Vec::new(),
        }
    }

    /// The line.
    #[must_use]
    pub fn line(&self, script: Script, now: &str) -> String {
        let mut line = json!({
            "time": now,
            "script": script.file(),
            "outcome": self.word,
            "exit": self.exit.number(),
            "detail": shortened(&self.detail, 4 * MOST_SHOWN),
        });
        let mut add = |name: &str, value: Value| {
            let is_empty = value.is_null() || value == json!([]) || value == json!({});
            if !is_empty {
                line[name] = value;
            }
        };
        add("key", json!(self.key));
        add("sent", Value::Object(shown(&self.sent)));
        for (name, member) in [
            ("task", "id"),
            ("state", "state"),
            ("code", "code"),
            ("requestId", "requestId"),
            ("incidentId", "incidentId"),
        ] {
            add(name, bounded(&self.answered[member]));
        }
        add("warnings", bounded(&json!(self.warnings)));
        let said = self.answered["warnings"].as_array();
        let said: Vec<Value> = said.into_iter().flatten().take(10).map(bounded).collect();
        add("gatewayWarnings", json!(said));
        // A character that nobody sees stands by its number; DEL is the one of ASCII that JSON leaves.
        legible(&line.to_string()).replace('\u{7f}', "\\u007f")
    }

    /// Tells the journal.
    #[must_use]
    pub fn tell(&self, script: Script, line: &str, journal: &SystemLog) -> bool {
        let weight = match self.exit {
            Exit::Done if self.warnings.is_empty() => Weight::Notice,
            Exit::Done | Exit::Unknown | Exit::Unclear => Weight::Warning,
            Exit::Else | Exit::Usage | Exit::Refused | Exit::Later | Exit::Failed => Weight::Error,
        };
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let exit = self.exit.number().to_string();
        let host = text(&self.sent.get("targetHost").cloned().unwrap_or_default());
        let fields = [
            ("EDR_SCRIPT", script.file().to_owned()),
            ("EDR_OUTCOME", self.word.to_owned()),
            ("EDR_EXIT", exit),
            ("EDR_HOST", host),
            ("EDR_KEY", self.key.clone().unwrap_or_default()),
            ("EDR_TASK_ID", text(&self.answered["id"])),
            ("EDR_REQUEST_ID", text(&self.answered["requestId"])),
        ];
        let fields: Vec<(&str, &str)> = fields
            .iter()
            .filter(|(_, value)| !value.is_empty())
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        journal.tell(weight, line, &fields)
    }
}

/// What was sent, without what is too long to look at.
fn shown(sent: &Map<String, Value>) -> Map<String, Value> {
    let shown = sent.iter().map(|(name, value)| {
        let value = match value.as_str() {
            Some(text) if name == "ioc" => format!("{} characters of base64", text.len()).into(),
            _ => bounded(value),
        };
        (name.clone(), value)
    });
    shown.collect()
}

fn bounded(value: &Value) -> Value {
    match value {
        Value::String(text) if text.len() > MOST_SHOWN => {
            format!("{}... ({} bytes)", shortened(text, MOST_SHOWN), text.len()).into()
        }
        Value::Array(list) => list.iter().take(MOST_ELEMENTS).map(bounded).collect(),
        Value::Object(_) => bounded(&value.to_string().into()),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value.clone(),
    }
}
