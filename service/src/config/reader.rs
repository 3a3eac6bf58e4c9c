//! Takes typed values out of the file and the environment, and writes down what is wrong.
#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "a value of any other TOML type is wrong in one and the same way"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use toml::Value;

use super::file_name::FileName;
use super::meant::{meant, meant_by_variable};
use super::mistake::Mistake;
use super::table::{Setting, TABLE};
use vocabulary::task::TaskType;
use vocabulary::task_id::Alias;

/// The environment variables of the gateway start with this.
pub const ENVIRONMENT_PREFIX: &str = "EDR_GATEWAY__";

/// Those that begin with this alone lack an underscore, or are somebody else's.
const NEARLY_PREFIX: &str = "EDR_GATEWAY_";

/// The one key that stands for several tables.
const TABLES: &str = "auth.issuers";

/// The one key that is a table of names which are no settings.
const MAP: &str = "auth.grants";

/// The section of which each table has an alias for its name.
const ALIASED: &str = "backends.";

/// The section of which keys may be types of tasks.
const BY_TASK: &str = "routing.";

/// The setting that a key means. The keys of [`TABLES`] are those of the section above it.
fn setting(key: &str) -> Option<&'static Setting> {
    if let Some((alias, rest)) = key.strip_prefix(ALIASED).and_then(|it| it.split_once('.')) {
        Alias::parse(alias)?;
        let of_alias = |it: &&Setting| it.key.strip_prefix("backends.<alias>.") == Some(rest);
        return TABLE.iter().find(of_alias);
    }
    if key
        .strip_prefix(BY_TASK)
        .and_then(TaskType::named)
        .is_some()
    {
        return TABLE.iter().find(|it| it.key == "routing.<task>");
    }
    let of_one = || {
        let rest = key.strip_prefix(TABLES)?.strip_prefix('.')?;
        let (number, rest) = rest.split_once('.')?;
        // One way to write each: what is read is asked for by its number.
        let is_number = number.len() <= 2
            && number.bytes().all(|it| it.is_ascii_digit())
            && (number == "0" || !number.starts_with('0'));
        (is_number && rest != "issuers").then_some(rest)
    };
    TABLE.iter().find(|it| match of_one() {
        Some(rest) => it.key.strip_prefix("auth.") == Some(rest),
        None => it.key == key,
    })
}

/// A key of the environment as the file writes it: names of variables have no small letters, and
/// types of tasks have capital ones.
fn as_written(key: String) -> String {
    let task = key.strip_prefix(BY_TASK).and_then(|name| {
        let is_meant = |it: &TaskType| it.name().eq_ignore_ascii_case(name);
        TaskType::ALL.into_iter().find(is_meant)
    });
    task.map_or(key, |it| format!("{BY_TASK}{it}"))
}

/// The variable that sets a key.
fn variable(key: &str) -> String {
    let name = key.to_ascii_uppercase().replace('.', "__");
    format!("{ENVIRONMENT_PREFIX}{name}")
}

/// The raw values by key, and the mistakes so far.
pub(super) struct Reader {
    values: BTreeMap<String, Value>,
    /// The keys that the environment has set.
    variables: BTreeSet<String>,
    mistakes: Vec<Mistake>,
}

impl Reader {
    /// Reads both.
    ///
    /// # Errors
    /// When the file is no TOML. What else is wrong cannot be known then: most of what seems to be
    /// missing would be there.
    pub(super) fn new(
        file: &str,
        environment: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, Mistake> {
        let table = file.parse::<toml::Table>().map_err(|error| Mistake {
            key: "configuration file".to_owned(),
            detail: no_toml(file, &error),
        })?;
        let mut reader = Self {
            values: BTreeMap::new(),
            variables: BTreeSet::new(),
            mistakes: Vec::new(),
        };
        reader.flatten("", table);
        for (name, value) in environment {
            if let Some(name) = name.strip_prefix(ENVIRONMENT_PREFIX) {
                let key = as_written(name.to_ascii_lowercase().replace("__", "."));
                reader.variables.insert(key.clone());
                reader.values.insert(key, Value::String(value));
            } else if let Some(key) = name.strip_prefix(NEARLY_PREFIX).and_then(meant_by_variable) {
                let rule = format!("does nothing; did you mean {}?", variable(&key));
                reader.mistake(&name, rule);
            }
        }
        reader.refuse_unknown();
        Ok(reader)
    }

    fn refuse_unknown(&mut self) {
        let unknown = self.values.keys().filter(|key| setting(key).is_none());
        let wrong: BTreeMap<String, String> = unknown.map(|it| self.wrong_key(it)).collect();
        for (key, rule) in wrong {
            self.mistake(&key, rule);
        }
    }

    /// What is wrong with a key that is no setting.
    fn wrong_key(&self, key: &str) -> (String, String) {
        let alias = key
            .strip_prefix(ALIASED)
            .map(|it| it.split('.').next().unwrap_or(it));
        match alias {
            Some(alias) if Alias::parse(alias).is_none() => {
                (format!("{ALIASED}{alias}"), Alias::RULE.to_owned())
            }
            Some(alias) if key.len() == ALIASED.len() + alias.len() => {
                let rule = "must be a table of settings, not a value";
                (key.to_owned(), rule.to_owned())
            }
            _ => {
                let meant = meant(key).map(|it| {
                    let of_variable = self.variables.contains(key);
                    let it = if of_variable { variable(&it) } else { it };
                    format!("; did you mean {it}?")
                });
                let rule = format!("there is no such setting{}", meant.unwrap_or_default());
                (key.to_owned(), rule)
            }
        }
    }

    /// Keys by their whole names, such as `server.tls.key_file`.
    fn flatten(&mut self, within: &str, table: toml::Table) {
        for (key, value) in table {
            let key = format!("{within}{key}");
            match value {
                Value::Array(tables) if key == TABLES && tables.iter().all(Value::is_table) => {
                    for (place, table) in tables.into_iter().enumerate() {
                        if let Value::Table(keys) = table {
                            self.flatten(&format!("{key}.{place}."), keys);
                        }
                    }
                }
                Value::Table(_) if setting(&key).is_some_and(|it| it.key == MAP) => {
                    self.values.insert(key, value);
                }
                // What stands in there may be anything, and is not shown.
                Value::Table(_) if setting(&key).is_some() => {
                    self.mistake(&key, "must be a value, not a table");
                }
                Value::Table(keys) => self.flatten(&format!("{key}."), keys),
                value @ (Value::String(_)
                | Value::Integer(_)
                | Value::Float(_)
                | Value::Boolean(_)
                | Value::Datetime(_)
                | Value::Array(_)) => {
                    self.values.insert(key, value);
                }
            }
        }
    }

    pub(super) fn finish(self) -> Vec<Mistake> {
        self.mistakes
    }

    pub(super) fn mistake(&mut self, key: &str, detail: impl Into<String>) {
        self.mistakes.push(Mistake {
            key: key.to_owned(),
            detail: detail.into(),
        });
    }

    /// The value that is set, or the default.
    fn raw(&self, key: &str) -> Option<Value> {
        let setting = setting(key).expect("every key read is in the table");
        self.values
            .get(key)
            .cloned()
            .or_else(|| setting.default.map(|it| Value::String(it.to_owned())))
    }

    /// How many mistakes there are so far.
    pub(super) fn mistakes(&self) -> usize {
        self.mistakes.len()
    }

    /// The numbers of the tables under this key, of which each has the keys of the section above
    /// it.
    pub(super) fn tables(&mut self, key: &str) -> BTreeSet<usize> {
        if self.values.contains_key(key) {
            let first = variable(key);
            let rule = format!(
                "must be tables, [[{key}]]; in the environment {first}__0__ISSUER and so on"
            );
            self.mistake(key, rule);
        }
        let numbers = self.values.keys().filter_map(|it| {
            let (number, _) = it.strip_prefix(key)?.strip_prefix('.')?.split_once('.')?;
            number.parse().ok()
        });
        numbers.collect()
    }

    /// The aliases under which there are tables in this section.
    pub(super) fn aliases(&self, section: &str) -> BTreeSet<Alias> {
        let aliases = self.values.keys().filter_map(|it| {
            let (alias, _) = it
                .strip_prefix(section)?
                .strip_prefix('.')?
                .split_once('.')?;
            Alias::parse(alias)
        });
        aliases.collect()
    }

    /// The keys that are set in a table.
    pub(super) fn keys_under(&self, table: &str) -> Vec<String> {
        let within = |it: &&String| it.strip_prefix(table).is_some_and(|it| it.starts_with('.'));
        self.values.keys().filter(within).cloned().collect()
    }

    /// Whether a key is set, be it to nothing.
    pub(super) fn is_set(&self, key: &str) -> bool {
        self.values.contains_key(key)
    }

    /// Whether any key is set that begins with this and does not with that.
    pub(super) fn is_any_set(&self, begin: &str, but_not: &str) -> bool {
        self.values.iter().any(|(key, value)| {
            let is_empty = value.as_str().is_some_and(|it| it.trim().is_empty());
            key.starts_with(begin) && !key.starts_with(but_not) && !is_empty
        })
    }

    /// A table of names that are no settings, where there is one.
    pub(super) fn table(&self, key: &str) -> Option<toml::Table> {
        self.raw(key)?.as_table().cloned()
    }

    /// A value that may be absent; an empty text counts as absent.
    pub(super) fn optional_text(&mut self, key: &str) -> Option<String> {
        match self.raw(key)? {
            Value::String(text) if text.trim().is_empty() => None,
            Value::String(text) => Some(text),
            other => {
                self.mistake(key, format!("must be a text, not {}", other.type_str()));
                None
            }
        }
    }

    pub(super) fn text(&mut self, key: &str) -> Option<String> {
        let before = self.mistakes.len();
        let text = self.optional_text(key);
        if text.is_none() && self.mistakes.len() == before {
            let rule = format!("is required: set it in the file, or {}", variable(key));
            self.mistake(key, rule);
        }
        text
    }

    pub(super) fn path(&mut self, key: &str) -> Option<FileName> {
        let text = self.text(key)?;
        self.file_name(key, &text)
    }

    pub(super) fn optional_path(&mut self, key: &str) -> Option<FileName> {
        let text = self.optional_text(key)?;
        self.file_name(key, &text)
    }

    fn file_name(&mut self, key: &str, text: &str) -> Option<FileName> {
        let name = FileName::parse(text);
        if name.is_none() {
            self.mistake(key, FileName::RULE);
        }
        name
    }

    pub(super) fn boolean(&mut self, key: &str) -> Option<bool> {
        match self.raw(key)? {
            Value::Boolean(it) => Some(it),
            Value::String(text) if text == "true" => Some(true),
            Value::String(text) if text == "false" => Some(false),
            _ => {
                self.mistake(key, "must be true or false");
                None
            }
        }
    }

    /// A number from 0 to 1.
    pub(super) fn fraction(&mut self, key: &str) -> Option<f64> {
        let value = match self.raw(key)? {
            Value::Float(it) => Some(it),
            Value::Integer(0) => Some(0.0),
            Value::Integer(1) => Some(1.0),
            Value::String(text) => text.trim().parse().ok(),
            _ => None,
        };
        let fits = value.filter(|it| (0.0..=1.0).contains(it));
        if fits.is_none() {
            self.mistake(key, "must be a number from 0 to 1");
        }
        fits
    }

    pub(super) fn integer(
        &mut self,
        key: &str,
        range: std::ops::RangeInclusive<i64>,
    ) -> Option<i64> {
        let value = match self.raw(key)? {
            Value::Integer(it) => Some(it),
            Value::String(text) => text.trim().parse().ok(),
            _ => None,
        };
        let fits = value.filter(|it| range.contains(it));
        if fits.is_none() {
            self.mistake(
                key,
                format!(
                    "must be a whole number from {} to {}",
                    range.start(),
                    range.end()
                ),
            );
        }
        fits
    }

    /// A duration such as `500ms`, `30s`, `20m` or `24h`.
    pub(super) fn duration(&mut self, key: &str) -> Option<Duration> {
        let value = match self.raw(key)? {
            Value::String(text) => parse_duration(text.trim()),
            _ => None,
        };
        if value.is_none() {
            self.mistake(
                key,
                "must be a duration such as \"500ms\", \"30s\", \"20m\" or \"24h\"",
            );
        }
        value
    }

    /// A duration that must not be zero.
    pub(super) fn positive_duration(&mut self, key: &str) -> Option<Duration> {
        let value = self.duration(key)?;
        if value.is_zero() {
            self.mistake(key, "must be longer than nothing");
            return None;
        }
        Some(value)
    }

    pub(super) fn list(&mut self, key: &str) -> Option<Vec<String>> {
        let texts = match self.raw(key) {
            None => return Some(Vec::new()),
            Some(Value::String(text)) => text
                .split(',')
                .map(|it| it.trim().to_owned())
                .filter(|it| !it.is_empty())
                .collect(),
            Some(Value::Array(items)) => {
                let texts: Option<Vec<String>> = items
                    .iter()
                    .map(|it| it.as_str().map(|it| it.trim().to_owned()))
                    .collect();
                let Some(texts) = texts else {
                    self.mistake(key, "must be a list of texts");
                    return None;
                };
                texts
            }
            Some(other) => {
                self.mistake(
                    key,
                    format!("must be a list of texts, not {}", other.type_str()),
                );
                return None;
            }
        };
        Some(texts)
    }

    /// One of a few words.
    pub(super) fn choice<T: Copy>(&mut self, key: &str, choices: &[(&str, T)]) -> Option<T> {
        let text = self.text(key)?;
        let chosen = choices
            .iter()
            .find(|(name, _)| *name == text)
            .map(|(_, it)| *it);
        if chosen.is_none() {
            let names: Vec<&str> = choices.iter().map(|(name, _)| *name).collect();
            self.mistake(key, format!("must be one of {}", names.join(", ")));
        }
        chosen
    }
}

/// Where the file is no TOML, and why; never what stands there, which may be a secret.
fn no_toml(file: &str, error: &toml::de::Error) -> String {
    let message = error.message().replace('\n', ", ");
    let Some(span) = error.span() else {
        return message;
    };
    let before = file.get(..span.start).unwrap_or(file);
    let line = before.matches('\n').count() + 1;
    let start = before.rfind('\n').map_or(0, |it| it + 1);
    let column = before[start..].chars().count() + 1;
    format!("line {line}, column {column}: {message}")
}

/// Longer durations are mistakes, and moments that far away cannot be reckoned with.
const LONGEST: Duration = Duration::from_hours(24 * 366);

fn parse_duration(text: &str) -> Option<Duration> {
    let split = text.find(|it: char| !it.is_ascii_digit())?;
    let (number, unit) = text.split_at(split);
    let number: u64 = number.parse().ok()?;
    let duration = match unit {
        "ms" => Duration::from_millis(number),
        "s" => Duration::from_secs(number),
        "m" => Duration::from_secs(number.checked_mul(60)?),
        "h" => Duration::from_secs(number.checked_mul(3600)?),
        _ => return None,
    };
    (duration <= LONGEST).then_some(duration)
}
