//! What a task is called: the alias of the back end that has it, and that back end's own name of
//! it.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, SchemaType, Type};
use utoipa::{PartialSchema, ToSchema};

/// What a back end is called in settings, ids and labels: a small letter, then up to fifteen small
/// letters or digits.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Alias(Arc<str>);

impl Alias {
    /// The most characters of one.
    pub const MOST: usize = 16;

    /// The rule as the published schema says it.
    pub const PATTERN: &str = "^[a-z][a-z0-9]{0,15}$";

    /// What one must be, for sentences.
    pub const RULE: &str =
        "must be called by an alias: a small letter, then up to fifteen small letters or digits";

    /// Reads one.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let fits = text.len() <= Self::MOST
            && text.starts_with(|it: char| it.is_ascii_lowercase())
            && text
                .bytes()
                .all(|it| it.is_ascii_lowercase() || it.is_ascii_digit());
        fits.then(|| Self(text.into()))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Alias {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Serialize for Alias {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Alias {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom("is no alias of a back end"))
    }
}

impl PartialSchema for Alias {
    fn schema() -> RefOr<Schema> {
        let object = ObjectBuilder::new()
            .schema_type(SchemaType::new(Type::String))
            .description(Some(
                "The alias of a back end, as `GET /v1/backends` lists them.",
            ))
            .pattern(Some(Self::PATTERN));
        RefOr::T(Schema::Object(object.build()))
    }
}

impl ToSchema for Alias {}

/// The id of a task: opaque to callers, and good at every replica.
///
/// The part behind the alias is the back end's own, and only the back end knows what it may be:
/// here it is a name of up to 128 letters, digits, dots, hyphens and underscores.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TaskId {
    text: Arc<str>,
    /// How long the alias is.
    alias: usize,
}

impl TaskId {
    /// Most characters of the back end's part.
    const MOST_NATIVE: usize = 128;

    /// The id of what a back end calls so; nothing when that is no name.
    #[must_use]
    pub fn of(backend: &Alias, native: &str) -> Option<Self> {
        Self::parse(&format!("{backend}-{native}"))
    }

    /// Reads one.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (alias, native) = text.split_once('-')?;
        let is_name = (1..=Self::MOST_NATIVE).contains(&native.len())
            && native.starts_with(|it: char| it.is_ascii_alphanumeric())
            && native
                .bytes()
                .all(|it| it.is_ascii_alphanumeric() || b"._-".contains(&it));
        let alias = Alias::parse(alias).filter(|_| is_name)?;
        Some(Self {
            text: text.into(),
            alias: alias.0.len(),
        })
    }

    /// The whole text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The alias of the back end that has the task.
    #[must_use]
    pub fn backend(&self) -> &str {
        &self.text[..self.alias]
    }

    /// What the back end calls it.
    #[must_use]
    pub fn native(&self) -> &str {
        &self.text[self.alias + 1..]
    }
}

impl fmt::Display for TaskId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Serialize for TaskId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

impl<'de> Deserialize<'de> for TaskId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom("is no id of a task"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_alias_is_short_and_plain() {
        for good in ["ksc", "k", "kata2", "a234567890123456"] {
            assert_eq!(Alias::parse(good).expect(good).as_str(), good);
        }
        for odd in [
            "",
            "2k",
            "KSC",
            "k-1",
            "k_1",
            "k.",
            "ä",
            "a2345678901234567",
        ] {
            assert!(Alias::parse(odd).is_none(), "{odd}");
        }
    }

    #[test]
    fn an_id_is_read_in_the_one_form_in_which_it_is_written() {
        let id = TaskId::parse("kata-i.4328e16a-bf83.1790000000.300").expect("an id");
        assert_eq!(id.backend(), "kata");
        assert_eq!(id.native(), "i.4328e16a-bf83.1790000000.300");
        let alias = Alias::parse("kata").expect("an alias");
        assert_eq!(TaskId::of(&alias, id.native()), Some(id));
        let long = format!("ksc-{}", "1".repeat(129));
        for odd in [
            "", "ksc", "ksc-", "-42", "KSC-42", "ksc--1", "ksc-+1", "ksc-1 ", "ksc-a/b", "ksc-ä",
            &long,
        ] {
            assert!(TaskId::parse(odd).is_none(), "{odd}");
        }
    }
}
