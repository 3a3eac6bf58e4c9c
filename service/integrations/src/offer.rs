//! What is told of an action in every integration.

use serde_json::{Map, Value};
use vocabulary::catalogue::{Entry, entry};
use vocabulary::requests::fields::{COMMON, Field, fields};
use vocabulary::requests::flat_example;
use vocabulary::task::Action;

/// An action, as the catalogue has it, and the fields of its body.
#[derive(Debug, Clone)]
pub(crate) struct Offer {
    /// Which.
    pub(crate) action: Action,
    /// What the catalogue says of it.
    pub(crate) entry: &'static Entry,
    /// The fields of its body: the host first, then those of the action, the required ones before the
    /// others, then those that every action has.
    pub(crate) fields: Vec<Field>,
    /// A body, whole.
    pub(crate) example: Map<String, Value>,
}

impl Offer {
    /// All, those first that are wanted first while something spreads.
    pub(crate) fn all() -> Vec<Self> {
        Action::ALL.into_iter().map(Self::of).collect()
    }

    fn of(action: Action) -> Self {
        let Value::Object(example) = flat_example(action) else {
            unreachable!("a body is an object")
        };
        Self {
            action,
            entry: entry(action),
            fields: fields(action),
            example,
        }
    }

    /// Its name in small letters with something between the words: `isolate-host`.
    pub(crate) fn words(&self, between: char) -> String {
        let mut words = String::new();
        for letter in self.action.to_string().chars() {
            if letter.is_ascii_uppercase() {
                words.push(between);
            }
            words.push(letter.to_ascii_lowercase());
        }
        words
    }

    /// What it is, with all its fields, as a page of a collection tells it.
    pub(crate) fn about(&self) -> String {
        let fields = self.fields.iter().map(|field| {
            let needed = if field.required { ", needed" } else { "" };
            format!("* `{}`{needed}: {}", field.name, field.purpose)
        });
        let fields: Vec<String> = fields.collect();
        let entry = self.entry;
        format!(
            "{}\n\n{}\n\n{}",
            entry.summary,
            entry.note,
            fields.join("\n")
        )
    }

    /// Its example, for this host.
    pub(crate) fn example_for(&self, host: &str) -> Map<String, Value> {
        let mut example = self.example.clone();
        example.insert("targetHost".to_owned(), host.into());
        example
    }

    /// Whether its example is short enough to be read: not with an archive in it.
    pub(crate) fn is_short(&self) -> bool {
        self.example
            .values()
            .all(|it| it.as_str().is_none_or(|text| text.len() < 100))
    }

    /// Its fields without those that every action has: what it is about.
    pub(crate) fn own_fields(&self) -> impl Iterator<Item = &Field> {
        let common = |it: &&Field| it.name != "targetHost" && !COMMON.contains(&it.name.as_str());
        self.fields.iter().filter(common)
    }
}

/// A table of what there is to say of each field, by action and field.
pub(crate) fn by_field(offers: &[Offer], said: impl Fn(&Field) -> &'static str) -> Value {
    let of = |offer: &Offer| {
        let fields = offer.fields.iter();
        Value::Object(
            fields
                .map(|it| (it.name.clone(), said(it).into()))
                .collect(),
        )
    };
    let actions = offers.iter().map(|it| (it.action.to_string(), of(it)));
    Value::Object(actions.collect())
}
