//! The chart's values with their documentation, as `values.yaml` has them.
//!
//! A key is documented by lines `# -- …` above it. The file is read by its indentation for these,
//! which a YAML parser drops, and by a parser for the values.

use serde_json::Value;

use crate::chart::variants::folder;

/// A documented value.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// `config.ksc.endpoints`.
    pub path: String,
    /// What it does.
    pub about: String,
    /// What it is when nobody sets it.
    pub default: Value,
}

/// The text of `values.yaml`.
///
/// # Panics
/// When it cannot be read.
#[must_use]
pub fn text() -> String {
    std::fs::read_to_string(folder().join("values.yaml")).expect("helm/values.yaml")
}

/// The values.
///
/// # Panics
/// When they are not YAML.
#[must_use]
pub fn parse(text: &str) -> Value {
    yaml_serde::from_str(text).expect("values are YAML")
}

/// All documented values, in order.
#[must_use]
pub fn entries(text: &str) -> Vec<Entry> {
    let values = parse(text);
    let mut within: Vec<(usize, String)> = Vec::new();
    let mut about = String::new();
    let mut entries = Vec::new();
    for line in text.lines() {
        let content = line.trim_start();
        let indent = line.len() - content.len();
        if let Some(comment) = content.strip_prefix("# -- ") {
            comment.clone_into(&mut about);
            continue;
        }
        let Some(key) = key(content) else {
            about.clear();
            continue;
        };
        within.retain(|(it, _)| *it < indent);
        within.push((indent, key.to_owned()));
        if about.is_empty() {
            continue;
        }
        let keys: Vec<&str> = within.iter().map(|(_, key)| key.as_str()).collect();
        entries.push(Entry {
            path: keys.join("."),
            about: std::mem::take(&mut about),
            default: keys.iter().fold(&values, |value, key| &value[*key]).clone(),
        });
    }
    entries
}

fn key(content: &str) -> Option<&str> {
    let (key, _) = content.split_once(':')?;
    let plain = |it: char| it.is_ascii_alphanumeric() || it == '_';
    (!key.is_empty() && key.chars().all(plain)).then_some(key)
}

/// The path of every value that is not a map of others, an empty map among them.
#[must_use]
pub fn leaves(values: &Value) -> Vec<String> {
    fn walk(path: &str, value: &Value, leaves: &mut Vec<String>) {
        match value.as_object().filter(|it| !it.is_empty()) {
            None => leaves.push(path.to_owned()),
            Some(map) => {
                for (key, value) in map {
                    let dot = if path.is_empty() { "" } else { "." };
                    walk(&format!("{path}{dot}{key}"), value, leaves);
                }
            }
        }
    }
    let mut leaves = Vec::new();
    walk("", values, &mut leaves);
    leaves
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_value_is_documented_by_the_line_above_it() {
        let text = "a:\n  # not this\n  # -- One.\n  b: [1]\n  c: 2\n# -- Two.\nd:\n  e: 3\n";

        let entries = entries(text);

        assert_eq!(entries.len(), 2);
        assert_eq!(entries[0].path, "a.b");
        assert_eq!(entries[0].default, json!([1]));
        assert_eq!(entries[1].about, "Two.");
        assert_eq!(leaves(&parse(text)), ["a.b", "a.c", "d.e"]);
    }
}
