//! `isolateHost`: turn network isolation on or off.

use serde::{Deserialize, Serialize};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, SchemaType, Type};
use utoipa::{PartialSchema, ToSchema};

/// Whether to isolate. How long it lasts and what it lets through come from the device's policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct IsolateHostParams {
    /// 1 turns isolation on, 0 turns it off.
    pub action: IsolationAction,
}

/// On or off. The vendor's table says "string" (a pasted line); its example is a number, 0 or 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "i64", into = "i64")]
pub enum IsolationAction {
    /// 0
    Off,
    /// 1
    On,
}

impl IsolationAction {
    /// Both.
    pub const ALL: [Self; 2] = [Self::On, Self::Off];

    /// In a word.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::On => "isolate",
            Self::Off => "release",
        }
    }
}

impl TryFrom<i64> for IsolationAction {
    type Error = &'static str;

    fn try_from(number: i64) -> Result<Self, Self::Error> {
        match number {
            0 => Ok(Self::Off),
            1 => Ok(Self::On),
            _ => Err("Must be 1 (on) or 0 (off)."),
        }
    }
}

impl From<IsolationAction> for i64 {
    fn from(action: IsolationAction) -> Self {
        match action {
            IsolationAction::Off => 0,
            IsolationAction::On => 1,
        }
    }
}

impl PartialSchema for IsolationAction {
    fn schema() -> RefOr<Schema> {
        let object = ObjectBuilder::new()
            .schema_type(SchemaType::new(Type::Integer))
            .description(Some("1 turns network isolation on, 0 turns it off."))
            .enum_values(Some([0, 1]))
            .examples([1]);
        RefOr::T(Schema::Object(object.build()))
    }
}

impl ToSchema for IsolationAction {}
