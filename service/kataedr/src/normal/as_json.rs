//! JSON in normal form.

use crate::draft::Written;
use crate::json::{DEEPEST, Node, is_segment};
use crate::normal::layout_order::{WrittenSection, sections};
use crate::normal::unwritable::{Strangers, Unwritable};
use crate::settings::{Extra, Settings};
use crate::value::Value;

impl Settings {
    /// As JSON, in a form of our own: nested by section, lists as arrays, booleans and numbers.
    ///
    /// Whether `kesl-control --json` takes it is not known: no document shows its shape.
    pub fn to_json(&self) -> Result<String, Vec<Unwritable>> {
        let mut tree = Tree {
            root: Vec::new(),
            unwritable: Vec::new(),
        };
        let mut strangers = Strangers::of(&self.extras);
        for WrittenSection { name, keys } in sections(self) {
            for (key, value) in keys {
                tree.put(&name, key, node(&value));
            }
            tree.extras(&name, &strangers.take(&name));
        }
        for (name, extras) in strangers.rest() {
            if extras.is_empty() {
                tree.section(name);
            }
            tree.extras(name, &extras);
        }
        if !tree.unwritable.is_empty() {
            return Err(tree.unwritable);
        }
        let whole = with_lists(Node::Object(tree.root));
        let text = serde_json::to_string_pretty(&whole);
        Ok(text.expect("texts, numbers and members have no way to fail") + "\n")
    }
}

fn node(value: &Value) -> Node {
    match value {
        Value::YesNo(it) => Node::Bool(*it),
        Value::Number(it) => Node::Number((*it).into()),
        Value::Mode(_) | Value::Address(_) => Node::Text(value.to_string()),
    }
}

struct Tree {
    root: Vec<(String, Node)>,
    unwritable: Vec<Unwritable>,
}

impl Tree {
    fn extras(&mut self, section: &str, extras: &[&Extra]) {
        for extra in extras {
            let node = match &extra.written {
                Written::Ini { .. } => Node::Text(extra.text().unwrap_or_default()),
                Written::Json(node) => node.clone(),
            };
            self.put(section, &extra.name, node);
        }
    }

    fn put(&mut self, section: &str, name: &str, node: Node) {
        let Some(members) = self.section(section) else {
            return;
        };
        if members.iter().any(|(it, _)| it == name) {
            let why = "a section has the same name";
            self.unwritable.push(Unwritable::new(section, name, why));
            return;
        }
        members.push((name.to_owned(), node));
    }

    /// The members of a section, which is made where it is not there.
    fn section(&mut self, name: &str) -> Option<&mut Vec<(String, Node)>> {
        let mut members = &mut self.root;
        if name.is_empty() {
            return Some(members);
        }
        let parts = name.split('.');
        if !parts.clone().all(is_segment) || parts.count() > DEEPEST {
            let why = "the section's name does not lead anywhere in nested JSON";
            self.unwritable.push(Unwritable::new(name, "", why));
            return None;
        }
        for part in name.split('.') {
            let at = members.iter().position(|(it, _)| it == part);
            let at = at.unwrap_or_else(|| {
                members.push((part.to_owned(), Node::Object(Vec::new())));
                members.len() - 1
            });
            match &mut members[at].1 {
                Node::Object(below) => members = below,
                Node::Null | Node::Bool(_) | Node::Number(_) | Node::Text(_) | Node::List(_) => {
                    let why = "a key has the same name";
                    self.unwritable.push(Unwritable::new(name, "", why));
                    return None;
                }
            }
        }
        Some(members)
    }
}

/// Objects whose members are the items of a list become arrays.
fn with_lists(node: Node) -> Node {
    let Node::Object(members) = node else {
        return node;
    };
    let is_item = |(at, (name, node)): (usize, &(String, Node))| {
        *name == format!("item_{at:04}") && matches!(node, Node::Object(_))
    };
    let is_list = !members.is_empty() && members.iter().enumerate().all(is_item);
    let below = members.into_iter();
    if is_list {
        Node::List(below.map(|(_, it)| with_lists(it)).collect())
    } else {
        Node::Object(below.map(|(name, it)| (name, with_lists(it))).collect())
    }
}
