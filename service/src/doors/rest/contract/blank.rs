//! What says nothing is taken away before a body is checked.
//!
//! Generated clients and low-code tools write `null` for what they leave out, and forms an empty
//! text. Of what may be left out both are the same as nothing; of what is required they are left
//! where they are, and told. In the vendor's own form an empty text means something, so there only
//! the gateway's own members are read so.

use serde_json::{Map, Value};

/// What of a body may be left out, from its schema.
#[derive(Debug, Default)]
pub(super) struct Leaves {
    members: Vec<Leaf>,
    items: Option<Box<Self>>,
}

/// A member of an object.
#[derive(Debug)]
struct Leaf {
    name: String,
    is_required: bool,
    below: Leaves,
}

/// Which empty texts say nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Empty {
    /// Those of all members.
    All,
    /// Those of the members at the top, but for what is below.
    AtTheTop,
}

impl Leaves {
    /// Of a schema that refers to others by name.
    #[must_use]
    pub(super) fn of(schema: &Value, schemas: &Value) -> Self {
        let named = schema["$ref"].as_str().and_then(|it| it.rsplit('/').next());
        if let Some(name) = named {
            return Self::of(&schemas[name], schemas);
        }
        let required = schema["required"].as_array();
        let is_required = |name: &str| required.is_some_and(|all| all.iter().any(|it| it == name));
        let members = schema["properties"].as_object().into_iter().flatten();
        Self {
            members: members
                .map(|(name, it)| Leaf {
                    name: name.clone(),
                    is_required: is_required(name),
                    below: Self::of(it, schemas),
                })
                .collect(),
            items: schema
                .get("items")
                .map(|it| Box::new(Self::of(it, schemas))),
        }
    }

    /// Takes what says nothing out of a body.
    pub(super) fn take_away(&self, empty: Empty, body: &mut Value) {
        self.take_away_here(true, empty, body);
    }

    fn take_away_here(&self, is_top: bool, empty: Empty, value: &mut Value) {
        match value {
            Value::Object(object) => {
                let texts = is_top || empty == Empty::All;
                for leaf in &self.members {
                    leaf.take_away(texts, object);
                    if let Some(below) = object.get_mut(&leaf.name) {
                        leaf.below.take_away_here(false, empty, below);
                    }
                }
            }
            Value::Array(items) => {
                if let Some(of_item) = &self.items {
                    for item in items {
                        of_item.take_away_here(false, empty, item);
                    }
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
}

impl Leaf {
    fn take_away(&self, texts: bool, object: &mut Map<String, Value>) {
        let says_nothing = |it: &Value| it.is_null() || (texts && it == "");
        if !self.is_required && object.get(&self.name).is_some_and(says_nothing) {
            object.remove(&self.name);
        }
    }
}

/// Takes the spaces around the name of a host away: people paste them with it. What else nobody sees
/// is no accident.
pub(super) fn trim_host(body: &mut Value) {
    if let Some(Value::String(host)) = body.get_mut("targetHost")
        && host.trim_matches(' ').len() < host.len()
    {
        *host = host.trim_matches(' ').to_owned();
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn leaves() -> Leaves {
        let schemas = json!({
            "Text": {"type": "string"},
            "Part": {"properties": {"note": {}, "kind": {}}, "required": ["kind"]}
        });
        let schema = json!({
            "properties": {
                "host": {"$ref": "#/components/schemas/Text"},
                "comment": {},
                "part": {"$ref": "#/components/schemas/Part"},
                "parts": {"items": {"$ref": "#/components/schemas/Part"}}
            },
            "required": ["host"]
        });
        Leaves::of(&schema, &schemas)
    }

    #[test]
    fn what_may_be_left_out_and_says_nothing_is_left_out() {
        let written = json!({
            "host": "", "comment": "",
            "part": {"note": null, "kind": null},
            "parts": [{"note": "", "kind": ""}, null]
        });

        let mut all = written.clone();
        leaves().take_away(Empty::All, &mut all);
        let mut top = written;
        leaves().take_away(Empty::AtTheTop, &mut top);

        let expected = json!({
            "host": "", "part": {"kind": null}, "parts": [{"kind": ""}, null]
        });
        assert_eq!(all, expected);
        assert_eq!(top["parts"][0], json!({"note": "", "kind": ""}));
        assert_eq!(top["part"], json!({"kind": null}));
        assert!(top.get("comment").is_none());
    }

    #[test]
    fn what_nobody_knows_is_left_where_it_is() {
        let mut body = json!({"Comment": null, "x": ""});

        leaves().take_away(Empty::All, &mut body);

        assert_eq!(body, json!({"Comment": null, "x": ""}));
    }

    #[test]
    fn blanks_around_a_host_are_taken_away_and_no_others() {
        let mut body = json!({"targetHost": "  WS 042 ", "comment": " x "});

        trim_host(&mut body);

        assert_eq!(body, json!({"targetHost": "WS 042", "comment": " x "}));
    }
}
