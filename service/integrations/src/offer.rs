//! What is told of an action in every integration.

use serde_json::{Map, Value};
use vocabulary::catalogue::{Entry, entry};
use vocabulary::requests::flat;
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

/// A field of a body.
#[derive(Debug, Clone)]
pub(crate) struct Field {
    /// Its name in the body.
    pub(crate) name: String,
    /// What it holds.
    pub(crate) kind: Kind,
    /// Whether a body without it is refused.
    pub(crate) required: bool,
    /// What it is for, in one line.
    pub(crate) purpose: String,
}

/// What a field holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A text.
    Text,
    /// A whole number.
    Number,
    /// True or false.
    Flag,
    /// One of these words.
    Word(Vec<String>),
    /// A list of texts.
    Texts,
    /// A list of some of these words.
    Words(Vec<String>),
    /// A list of objects: to be written as JSON where a product knows texts alone.
    Objects,
}

/// The fields that every action has, but for the host, in the order in which they are wanted.
const COMMON: [&str; 5] = ["comment", "externalId", "severity", "area", "backend"];

impl Offer {
    /// All, those first that are wanted first while something spreads.
    pub(crate) fn all(document: &Value) -> Vec<Self> {
        let of = |action| Self::of(action, &document["components"]["schemas"]);
        Action::ALL.into_iter().map(of).collect()
    }

    fn of(action: Action, schemas: &Value) -> Self {
        let body = &schemas[flat::schema_name(action)];
        let required = body["required"].as_array().into_iter().flatten();
        let required: Vec<&str> = required.filter_map(Value::as_str).collect();
        let properties = body["properties"].as_object();
        let properties = properties.expect("the document describes every action");
        let mut fields: Vec<Field> = properties
            .iter()
            .map(|(name, schema)| Field::of(name, schema, &required, schemas))
            .collect();
        fields.sort_by_key(|it| match COMMON.iter().position(|of| *of == it.name) {
            Some(place) => 3 + place,
            None if it.name == "targetHost" => 0,
            None if it.required => 1,
            None => 2,
        });
        let Value::Object(example) = flat_example(action) else {
            unreachable!("a body is an object")
        };
        Self {
            action,
            entry: entry(action),
            fields,
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

impl Field {
    fn of(name: &str, schema: &Value, required: &[&str], schemas: &Value) -> Self {
        let whole = resolved(schema, schemas);
        let said = schema["description"].as_str();
        let said = said.or_else(|| whole["description"].as_str());
        let said = said.unwrap_or_default();
        Self {
            name: name.to_owned(),
            kind: Kind::of(whole, schemas),
            required: required.contains(&name),
            purpose: said.split_whitespace().collect::<Vec<_>>().join(" "),
        }
    }

    /// What it is for and, where a form cannot show that by itself, how it is written.
    pub(crate) fn said(&self) -> String {
        let purpose = &self.purpose;
        match &self.kind {
            Kind::Word(words) | Kind::Words(words) => format!("{purpose} ({})", words.join(", ")),
            Kind::Objects => format!("{purpose} (a list as JSON)"),
            Kind::Flag => format!("{purpose} (true or false)"),
            Kind::Text | Kind::Number | Kind::Texts => purpose.clone(),
        }
    }

    /// What stands in a form where nobody has chosen: the first word where there must be one, which
    /// is what the action is called after.
    pub(crate) fn preset(&self) -> Option<&str> {
        let Kind::Word(words) = &self.kind else {
            return None;
        };
        words.first().filter(|_| self.required).map(String::as_str)
    }
}

impl Kind {
    /// Its name in the programs that are shipped.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Number => "number",
            Self::Flag => "flag",
            Self::Word(_) => "word",
            Self::Texts => "texts",
            Self::Words(_) => "words",
            Self::Objects => "objects",
        }
    }

    fn of(schema: &Value, schemas: &Value) -> Self {
        match (schema["type"].as_str(), words(schema)) {
            (_, Some(words)) => Self::Word(words),
            (Some("integer"), None) => Self::Number,
            (Some("boolean"), None) => Self::Flag,
            (Some("array"), None) => {
                let item = resolved(&schema["items"], schemas);
                match words(item) {
                    Some(words) => Self::Words(words),
                    None if item["type"] == "object" => Self::Objects,
                    None => Self::Texts,
                }
            }
            _ => Self::Text,
        }
    }
}

fn words(schema: &Value) -> Option<Vec<String>> {
    let words = schema["enum"].as_array()?.iter();
    Some(words.filter_map(Value::as_str).map(str::to_owned).collect())
}

/// A schema, or the one that it refers to.
fn resolved<'a>(schema: &'a Value, schemas: &'a Value) -> &'a Value {
    let named = schema["$ref"].as_str().and_then(|it| it.rsplit('/').next());
    named.map_or(schema, |name| &schemas[name])
}
