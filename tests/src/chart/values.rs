//! The chart's values with their documentation, as `values.yaml` has them.
//!
//! A key is documented by lines `# -- …` above it. The file is read by its indentation for these,
//! which a YAML parser drops, and by a parser for the values. Keys that people name themselves,
//! such as the aliases of servers, stand in it commented out, with `<alias>` in the place of one:
//! so each is documented where it would be written.

use serde_json::{Map, Value};

use crate::chart::variants::folder;

/// A documented value.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// `config.server.public_url`, or `config.backends.<alias>.endpoints`.
    pub path: String,
    /// What it does.
    pub about: String,
    /// What it is when nobody sets it; `None` where an example stands in its place.
    pub default: Option<Value>,
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

/// The text with what is commented out in it: what begins with a name in angle brackets or with the
/// documentation of a key.
#[must_use]
pub fn with_examples(text: &str) -> String {
    let mut lines: Vec<String> = Vec::new();
    let mut is_within = false;
    for line in text.lines() {
        let content = line.trim_start();
        let indent = &line[..line.len() - content.len()];
        let commented = content.strip_prefix("# ");
        let begins = |it: &str| it.trim_start().starts_with('<') || it.starts_with("# -- ");
        is_within = commented.is_some_and(|it| is_within || begins(it));
        match commented.filter(|_| is_within) {
            Some(example) => {
                // It takes the place of the empty map above it.
                if let Some(open) = lines.last_mut().filter(|it| it.ends_with(": {}")) {
                    open.truncate(open.len() - " {}".len());
                }
                lines.push(format!("{indent}{example}"));
            }
            None => lines.push(line.to_owned()),
        }
    }
    lines.join("\n")
}

/// All documented values, in order, with those that are commented out.
#[must_use]
pub fn entries(text: &str) -> Vec<Entry> {
    let text = &with_examples(text);
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
        let path = keys.join(".");
        let about = std::mem::take(&mut about);
        let value = keys.iter().fold(&values, |value, key| &value[*key]);
        let is_example = path.contains('<')
            && (about.starts_with("Required") || value.to_string().contains('<'));
        // What is shown of a map is what stands when nobody fills it.
        let is_filled = value
            .as_object()
            .is_some_and(|it| it.keys().any(|it| it.contains('<')));
        let value = if is_filled {
            Value::Object(Map::new())
        } else {
            value.clone()
        };
        entries.push(Entry {
            path,
            about,
            default: (!is_example).then_some(value),
        });
    }
    entries
}

fn key(content: &str) -> Option<&str> {
    let (key, _) = content.split_once(':')?;
    let plain = |it: char| it.is_ascii_alphanumeric() || "_<>".contains(it);
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
        assert_eq!(entries[0].default, Some(json!([1])));
        assert_eq!(entries[1].about, "Two.");
        assert_eq!(leaves(&parse(text)), ["a.b", "a.c", "d.e"]);
    }
    #[test]
    fn what_is_commented_out_is_documented_too_and_what_is_prose_is_not() {
        let text = "a:\n  # Prose: not this.\n  # -- One.\n  b: {}\n  #   <name>:\n  #     # -- Required. Two.\n  #     c: x\n  #     # -- Three.\n  #     d: 3\n  e: 4\n  # # -- Five.\n  # <task>: [<name>]\n";

        let entries = entries(text);

        let found: Vec<(&str, Option<Value>)> = entries
            .iter()
            .map(|it| (it.path.as_str(), it.default.clone()))
            .collect();
        let expected = [
            ("a.b", Some(json!({}))),
            ("a.b.<name>.c", None),
            ("a.b.<name>.d", Some(json!(3))),
            ("a.<task>", None),
        ];
        assert_eq!(found, expected);
        assert_eq!(leaves(&parse(text)), ["a.b", "a.e"]);
        assert_eq!(
            leaves(&parse(&with_examples(text))),
            ["a.<task>", "a.b.<name>.c", "a.b.<name>.d", "a.e"]
        );
    }
}
