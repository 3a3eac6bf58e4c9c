//! `[auth.grants]`: what callers may do whose issuer cannot say it, and with which servers alone.

use std::collections::{BTreeMap, BTreeSet};

use toml::Value;

use crate::config::backends;
use crate::config::reader::Reader;
use vocabulary::task::TaskType;
use vocabulary::task_id::Alias;

/// What one caller is granted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CallerGrant {
    /// Scopes beside those of its token.
    pub scopes: BTreeSet<String>,
    /// The servers that it is confined to; to none in particular when empty.
    pub backends: BTreeSet<Alias>,
}

/// What the word for a server begins with.
const BACKEND: &str = "backends.";

/// Scopes that stand for one thing.
const SINGLE: [&str; 5] = [
    "tasks.create",
    "tasks.read",
    "tasks.cancel",
    "hosts.read",
    "settings.check",
];

/// Whether there is such a scope.
#[must_use]
pub fn is_scope(name: &str) -> bool {
    let one = name.strip_prefix("tasks.create.");
    SINGLE.contains(&name)
        || one.is_some_and(|it| TaskType::ALL.iter().any(|task| task.name() == it))
}

/// A table of callers, or a list of `caller = scope scope`.
pub(super) fn read(reader: &mut Reader, key: &str) -> Option<BTreeMap<String, CallerGrant>> {
    let pairs: Vec<(String, Option<Vec<String>>)> = match reader.table(key) {
        Some(table) => table
            .into_iter()
            .map(|(caller, scopes)| (caller, scopes_of(scopes)))
            .collect(),
        None => reader
            .list(key)?
            .into_iter()
            .filter(|it| !it.is_empty())
            .map(|text| match text.rsplit_once('=') {
                Some((caller, scopes)) => (caller.trim().to_owned(), Some(words(scopes))),
                None => (text, None),
            })
            .collect(),
    };
    let before = reader.mistakes();
    let known = reader.aliases(backends::SECTION);
    let mut grants: BTreeMap<String, CallerGrant> = BTreeMap::new();
    for (caller, scopes) in pairs {
        let Some(scopes) = scopes.filter(|it| !it.is_empty() && !caller.is_empty()) else {
            let rule = "must be a table of callers with a list of scopes each, or a list of \"caller = scope scope\"";
            reader.mistake(key, rule);
            continue;
        };
        if caller.starts_with("issuer:") {
            let rule = "names a caller with its issuer in front: within an issuer's own grants there is only the name behind issuer:<name>:";
            reader.mistake(key, rule);
        }
        let grant = grants.entry(caller).or_default();
        for scope in scopes {
            if is_scope(&scope) {
                grant.scopes.insert(scope);
                continue;
            }
            let alias = scope.strip_prefix(BACKEND).and_then(Alias::parse);
            if let Some(alias) = alias.filter(|it| known.contains(it)) {
                grant.backends.insert(alias);
                continue;
            }
            // What is nothing like a scope may be anything, and is not shown.
            let named = ["tasks", "hosts", "settings", BACKEND]
                .iter()
                .any(|it| scope.starts_with(it));
            let named = if named {
                format!("{scope:?}")
            } else {
                "a name".to_owned()
            };
            reader.mistake(
                key,
                format!("grants {named}, which is neither a scope of the gateway nor backends.<alias> of a back end that there is"),
            );
        }
    }
    (reader.mistakes() == before).then_some(grants)
}

fn scopes_of(value: Value) -> Option<Vec<String>> {
    match value {
        Value::String(text) => Some(words(&text)),
        Value::Array(list) => list
            .into_iter()
            .map(|it| it.as_str().map(str::to_owned))
            .collect(),
        Value::Integer(_)
        | Value::Float(_)
        | Value::Boolean(_)
        | Value::Datetime(_)
        | Value::Table(_) => None,
    }
}

fn words(text: &str) -> Vec<String> {
    text.split_whitespace().map(str::to_owned).collect()
}
