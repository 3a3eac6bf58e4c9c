//! A key set document: which of its members are keys that tokens can be checked with, and which are
//! not.
//!
//! Members are judged one by one: a new key type at the issuer, or one mistake, must not take the
//! other keys away. And what is left out is named, because a key that silently is none is found at
//! night.

use std::fmt;
use std::sync::Arc;

use jsonwebtoken::Algorithm;
use serde::de::{Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

use crate::key::{Key, is_private};
use crate::left_out::{LeftOut, LeftOutKey};

/// More keys no issuer has, and every token is looked for among them.
const MOST_KEYS: usize = 100;

/// Every algorithm that a key can serve.
const ALL: [Algorithm; 4] = [
    Algorithm::RS256,
    Algorithm::PS256,
    Algorithm::ES256,
    Algorithm::EdDSA,
];

/// Windows' editors put it in front of a text.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// What a document holds.
#[derive(Debug, Default)]
pub(crate) struct Contents {
    pub(crate) keys: Vec<Arc<Key>>,
    /// Public halves of the keys that it publishes whole.
    pub(crate) betrayed: Vec<Key>,
    pub(crate) left_out: Vec<LeftOutKey>,
}

/// Why a document is no key set.
#[derive(Debug, thiserror::Error)]
pub enum DocumentError {
    /// Its bytes are no text that JSON is written in.
    #[error("it is not UTF-8")]
    Encoding,
    /// It is not JSON.
    #[error("it is not JSON")]
    Json(#[source] serde_json::Error),
    /// It is one key.
    #[error("it is a single key: write {{\"keys\": [ … ]}} around it")]
    Single,
    /// It is a list.
    #[error("it is a bare list: write {{\"keys\": … }} around it")]
    List,
    /// It is something else.
    #[error("it has no list of keys (\"keys\")")]
    NoKeys,
}

/// Reads a document; keys that serve none of the accepted algorithms are left out like others.
pub(crate) fn read(document: &[u8], accepted: &[Algorithm]) -> Result<Contents, DocumentError> {
    let document = document.strip_prefix(BYTE_ORDER_MARK).unwrap_or(document);
    let text = std::str::from_utf8(document).map_err(|_| DocumentError::Encoding)?;
    let members = match serde_json::from_str(text).map_err(DocumentError::Json)? {
        Shape::Set(members) => members,
        Shape::Single => return Err(DocumentError::Single),
        Shape::List => return Err(DocumentError::List),
        Shape::Other => return Err(DocumentError::NoKeys),
    };
    let mut contents = Contents::default();
    let mut keys: Vec<Key> = Vec::new();
    let betrayed: Vec<Key> = members.iter().filter_map(Member::betrayed).collect();
    for (place, member) in members.into_iter().enumerate() {
        let id = member.id();
        let read = if place < MOST_KEYS {
            member.key(accepted).and_then(|key| {
                // Its private half stands beside another copy of it.
                let is_known = betrayed.iter().any(|it| it.shares_numbers(&key));
                if is_known {
                    Err(LeftOut::Private)
                } else {
                    Ok(key)
                }
            })
        } else {
            Err(LeftOut::Excess)
        };
        match read {
            Ok(key)
                if keys
                    .iter()
                    .any(|it| it.id() == key.id() && it.is_same(&key)) =>
            {
                let why = LeftOut::Again;
                contents.left_out.push(LeftOutKey { id, why });
            }
            Ok(key) => keys.push(key),
            Err(why) => contents.left_out.push(LeftOutKey { id, why }),
        }
    }
    contents.betrayed = betrayed;
    part(keys, &mut contents);
    Ok(contents)
}

/// Leaves out the keys of which nobody can tell which one a token means.
fn part(mut keys: Vec<Key>, contents: &mut Contents) {
    let mut given_up: Vec<(usize, Algorithm, LeftOut)> = Vec::new();
    for (place, key) in keys.iter().enumerate() {
        for algorithm in key.algorithms() {
            let mut others = keys.iter().enumerate().filter(|(other, it)| {
                *other != place
                    && it.serves(algorithm)
                    && (key.id().is_none() || it.id() == key.id())
            });
            if others.next().is_some() {
                let why = key.id().map_or(LeftOut::NoId, |_| LeftOut::SharedId);
                given_up.push((place, algorithm, why));
            }
        }
    }
    for (place, algorithm, why) in given_up {
        if !keys[place].give_up(algorithm) {
            let id = keys[place].id().map(str::to_owned);
            contents.left_out.push(LeftOutKey { id, why });
        }
    }
    let usable = keys
        .into_iter()
        .filter(|it| it.algorithms().next().is_some());
    contents.keys = usable.map(Arc::new).collect();
}

/// One member of the list.
struct Member {
    /// None when it is no object.
    members: Option<Map<String, Value>>,
    /// Whether one is named twice.
    repeated: bool,
}

impl Member {
    fn id(&self) -> Option<String> {
        let kid = self.members.as_ref()?.get("kid")?;
        kid.as_str().map(str::to_owned)
    }

    /// The public half of a key that is published with its private one: every copy of it is
    /// anybody's.
    fn betrayed(&self) -> Option<Key> {
        let mut members = self.members.as_ref().filter(|it| is_private(it))?.clone();
        // Whatever it is called and said to be for.
        members.retain(|name, _| ["kty", "crv", "n", "e", "x", "y"].contains(&name.as_str()));
        Key::public_half(&members, &ALL).ok()
    }

    fn key(&self, accepted: &[Algorithm]) -> Result<Key, LeftOut> {
        let members = self.members.as_ref().ok_or(LeftOut::NotAKey)?;
        if self.repeated {
            return Err(LeftOut::Repeated);
        }
        Key::read(members, accepted)
    }
}

/// What kind of document it is. Nothing of what stands in one that is none is repeated in an error:
/// it may be a secret in the wrong file.
enum Shape {
    Set(Vec<Member>),
    Single,
    List,
    Other,
}

/// Reads any value, and makes of it what the methods below say.
macro_rules! any_other {
    ($value:expr) => {
        fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
            Ok($value)
        }
        fn visit_i64<E>(self, _: i64) -> Result<Self::Value, E> {
            Ok($value)
        }
        fn visit_u64<E>(self, _: u64) -> Result<Self::Value, E> {
            Ok($value)
        }
        fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> {
            Ok($value)
        }
        fn visit_str<E>(self, _: &str) -> Result<Self::Value, E> {
            Ok($value)
        }
        fn visit_unit<E>(self) -> Result<Self::Value, E> {
            Ok($value)
        }
    };
}

impl<'de> Deserialize<'de> for Shape {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Whole;
        impl<'de> Visitor<'de> for Whole {
            type Value = Shape;

            any_other!(Shape::Other);

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("JSON")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Shape, A::Error> {
                while items.next_element::<IgnoredAny>()?.is_some() {}
                Ok(Shape::List)
            }

            fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Shape, A::Error> {
                let (mut keys, mut is_key) = (None, false);
                while let Some(name) = members.next_key::<String>()? {
                    if name == "keys" {
                        if keys.is_some() {
                            return Err(A::Error::custom("\"keys\" is there twice"));
                        }
                        keys = Some(members.next_value::<List>()?);
                    } else {
                        is_key |= name == "kty";
                        members.next_value::<IgnoredAny>()?;
                    }
                }
                Ok(match keys {
                    Some(List(Some(keys))) => Shape::Set(keys),
                    None if is_key => Shape::Single,
                    Some(List(None)) | None => Shape::Other,
                })
            }
        }
        deserializer.deserialize_any(Whole)
    }
}

/// The value of `keys`, when it is a list.
struct List(Option<Vec<Member>>);

impl<'de> Deserialize<'de> for List {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Items;
        impl<'de> Visitor<'de> for Items {
            type Value = List;

            any_other!(List(None));

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("JSON")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<List, A::Error> {
                let mut keys = Vec::new();
                while let Some(key) = items.next_element()? {
                    keys.push(key);
                }
                Ok(List(Some(keys)))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<List, A::Error> {
                while members.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
                Ok(List(None))
            }
        }
        deserializer.deserialize_any(Items)
    }
}

impl<'de> Deserialize<'de> for Member {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        const NONE: Member = Member {
            members: None,
            repeated: false,
        };
        struct MemberVisitor;
        impl<'de> Visitor<'de> for MemberVisitor {
            type Value = Member;

            any_other!(NONE);

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("JSON")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Member, A::Error> {
                while items.next_element::<IgnoredAny>()?.is_some() {}
                Ok(NONE)
            }

            fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Member, A::Error> {
                let (mut all, mut repeated) = (Map::new(), false);
                while let Some((name, value)) = members.next_entry::<String, Value>()? {
                    repeated |= all.insert(name, value).is_some();
                }
                Ok(Member {
                    members: Some(all),
                    repeated,
                })
            }
        }
        deserializer.deserialize_any(MemberVisitor)
    }
}
