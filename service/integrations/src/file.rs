//! A file that is shipped.

use serde_json::Value;

/// A file of `deploy/integrations`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Its path below that folder, with `/` between its parts.
    pub path: String,
    /// What stands in it; it ends with a line break.
    pub content: String,
}

impl File {
    /// A file that was written by hand.
    pub(crate) fn text(path: impl Into<String>, content: &str) -> Self {
        Self {
            path: path.into(),
            content: content.to_owned(),
        }
    }

    /// A file of JSON.
    pub(crate) fn json(path: impl Into<String>, content: &Value) -> Self {
        let text = serde_json::to_string_pretty(content).expect("a value is JSON");
        Self::text(path, &format!("{text}\n"))
    }

    /// A file of YAML.
    pub(crate) fn yaml(path: impl Into<String>, content: &yaml_serde::Value) -> Self {
        let text = yaml_serde::to_string(content).expect("a value is YAML");
        Self::text(path, &text)
    }

    /// A file of YAML, made of what could be JSON as well.
    pub(crate) fn of_yaml(path: impl Into<String>, content: &Value) -> Self {
        let content = yaml_serde::to_value(content).expect("JSON is YAML too");
        Self::yaml(path, &content)
    }
}
