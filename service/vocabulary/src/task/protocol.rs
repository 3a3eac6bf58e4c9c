//! Protocols above IP, by the names that people use.

use serde::{Deserialize, Serialize};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, SchemaType, Type};
use utoipa::{PartialSchema, ToSchema};

/// A protocol above IP: a name for the three that rules are about, and for any other the number that
/// IANA has given it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Protocol(u8);

impl Protocol {
    /// The protocols that have a name here, with their numbers. Numbers within lists arrive as texts
    /// from many importers, so none is written.
    pub const NAMED: [(&str, u8); 3] = [("icmp", 1), ("tcp", 6), ("udp", 17)];

    /// The rule in a sentence.
    pub const RULE: &str = "Must be tcp, udp, icmp, or the number that IANA has given the protocol, from 0 to 255, as a text.";
    /// The stable name of the rule.
    pub const CODE: &str = "protocol";
    /// The rule as the published schema says it.
    pub const PATTERN: &str = "^(?:tcp|udp|icmp|25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])$";

    /// Its number.
    #[must_use]
    pub const fn number(self) -> u8 {
        self.0
    }

    /// The protocol, when the text names one.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if let Some((_, number)) = Self::NAMED.iter().find(|(name, _)| *name == text) {
            return Some(Self(*number));
        }
        let number: u8 = text.parse().ok()?;
        (number.to_string() == text).then_some(Self(number))
    }
}

impl TryFrom<String> for Protocol {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text).ok_or(Self::RULE)
    }
}

impl From<Protocol> for String {
    fn from(protocol: Protocol) -> Self {
        let named = Protocol::NAMED
            .iter()
            .find(|(_, number)| *number == protocol.0);
        named.map_or_else(|| protocol.0.to_string(), |(name, _)| (*name).to_owned())
    }
}

impl PartialSchema for Protocol {
    fn schema() -> RefOr<Schema> {
        let object = ObjectBuilder::new()
            .schema_type(SchemaType::new(Type::String))
            .description(Some(
                "The protocol: tcp, udp, icmp, or its number at IANA. Any when absent.",
            ))
            .pattern(Some(Self::PATTERN))
            .examples(["tcp"]);
        RefOr::T(Schema::Object(object.build()))
    }
}

impl ToSchema for Protocol {}
