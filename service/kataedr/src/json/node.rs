//! JSON with the order of its members, and with repeated ones.

use std::fmt;

use serde::de::{MapAccess, SeqAccess, Visitor};
use serde::ser::{SerializeMap as _, SerializeSeq as _};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Number;

/// A value of JSON. The library's own keeps the last of repeated members and sorts them.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Node {
    Null,
    Bool(bool),
    Number(Number),
    Text(String),
    List(Vec<Node>),
    Object(Vec<(String, Node)>),
}

impl Node {
    /// Whether numbers in it are no whole numbers of 64 bits, so that they are kept only as exactly as a
    /// double can.
    pub(crate) fn is_inexact(&self) -> bool {
        match self {
            Self::Number(it) => it.is_f64(),
            Self::List(it) => it.iter().any(Self::is_inexact),
            Self::Object(it) => it.iter().any(|(_, it)| it.is_inexact()),
            Self::Null | Self::Bool(_) | Self::Text(_) => false,
        }
    }
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NodeVisitor)
    }
}

struct NodeVisitor;

impl<'de> Visitor<'de> for NodeVisitor {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value of JSON")
    }

    fn visit_unit<E>(self) -> Result<Node, E> {
        Ok(Node::Null)
    }

    fn visit_bool<E>(self, it: bool) -> Result<Node, E> {
        Ok(Node::Bool(it))
    }

    fn visit_u64<E>(self, it: u64) -> Result<Node, E> {
        Ok(Node::Number(it.into()))
    }

    fn visit_i64<E>(self, it: i64) -> Result<Node, E> {
        Ok(Node::Number(it.into()))
    }

    fn visit_f64<E>(self, it: f64) -> Result<Node, E> {
        Ok(Number::from_f64(it).map_or(Node::Null, Node::Number))
    }

    fn visit_str<E>(self, it: &str) -> Result<Node, E> {
        Ok(Node::Text(it.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Node, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Node::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Node, A::Error> {
        let mut object = Vec::new();
        while let Some(member) = members.next_entry()? {
            object.push(member);
        }
        Ok(Node::Object(object))
    }
}

impl Serialize for Node {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Bool(it) => serializer.serialize_bool(*it),
            Self::Number(it) => it.serialize(serializer),
            Self::Text(it) => serializer.serialize_str(it),
            Self::List(it) => {
                let mut list = serializer.serialize_seq(Some(it.len()))?;
                for item in it {
                    list.serialize_element(item)?;
                }
                list.end()
            }
            Self::Object(it) => {
                let mut map = serializer.serialize_map(Some(it.len()))?;
                for (name, value) in it {
                    map.serialize_entry(name, value)?;
                }
                map.end()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_and_repeats_are_kept() {
        let text = r#"{"b":1,"a":[null,true,-2,1.5,"x"],"b":{"":{}}}"#;

        let node: Node = serde_json::from_str(text).unwrap();

        assert_eq!(serde_json::to_string(&node).unwrap(), text);
        assert!(node.is_inexact());
    }
}
