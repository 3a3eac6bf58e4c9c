//! `isolateHost`: turn network isolation on or off.

mod exclusion;
mod seconds;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, SchemaType, Type};
use utoipa::{PartialSchema, ToSchema};

pub use exclusion::{Direction, Exclusion, ExclusionMembers};
pub use seconds::IsolationSeconds;

use super::values::PresetName;
use super::violation::Violation;

/// Whether to isolate; and at a back end that takes it, for how long, and what is let through. At
/// KSC both come from the device's policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct IsolateHostParams {
    /// 1 turns isolation on, 0 turns it off.
    pub action: IsolationAction,
    /// For how long; the back end's own time when it is absent. Only for isolation, and not at KSC.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = IsolationSeconds, required = false)]
    pub duration_seconds: Option<IsolationSeconds>,
    /// What is let through. Only for isolation, and not at KSC.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Vec<ExclusionMembers>, required = false, max_items = 256)]
    pub exclusions: Option<Vec<Exclusion>>,
    /// More that is let through, by the names that the gateway's operator has given it; those that he
    /// lets through by himself when it is absent, none of them when it is empty. Only for isolation, and
    /// not at KSC.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Vec<PresetName>, required = false, max_items = 32)]
    pub exclusion_presets: Option<Vec<PresetName>>,
}

/// What the schema cannot say: what goes with a release, and what an exclusion may be.
pub(super) fn check(params: &Value, violations: &mut Vec<Violation>) {
    let action = params.get("action");
    let is_release = action.is_some_and(|it| it.as_i64() == Some(0) || it == "release");
    if is_release {
        for member in ["durationSeconds", "exclusions", "exclusionPresets"] {
            if params.get(member).is_some_and(|it| !it.is_null()) {
                let rule = "Must be absent: a release has neither a duration nor exclusions.";
                violations.push(Violation::new(
                    format!("/params/{member}"),
                    "of_isolation",
                    rule,
                ));
            }
        }
    }
    let named = params.get("exclusionPresets").and_then(Value::as_array);
    for place in 0..named.map_or(0, Vec::len) {
        violations.extend(PresetName::refusal(
            params,
            &format!("/exclusionPresets/{place}"),
        ));
    }
    let listed = params.get("exclusions").and_then(Value::as_array);
    for place in 0..listed.map_or(0, Vec::len) {
        exclusion::check(params, &format!("/exclusions/{place}"), violations);
    }
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
