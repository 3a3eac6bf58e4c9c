//! What is found in the settings of the KATAEDR task of Kaspersky Endpoint Security for Linux, as
//! the API shows it.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{AdditionalProperties, ObjectBuilder, Schema, SchemaType, Type};
use utoipa::{PartialSchema, ToSchema};

/// Settings as JSON: nested by section, lists as arrays or as objects of `item_0000`, `Yes` and `No`
/// as such or as booleans. Members that are not known are reported, not refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TaskSettings(pub serde_json::Map<String, Value>);

impl ToSchema for TaskSettings {}

impl PartialSchema for TaskSettings {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(SchemaType::new(Type::Object))
            .description(Some(
                "Settings as JSON: nested by section, lists as arrays or as objects of `item_0000`, \
                 `Yes` and `No` as such or as booleans. Members that are not known are reported, not \
                 refused.",
            ))
            .additional_properties(Some(AdditionalProperties::FreeForm(true)))
            .into()
    }
}

/// What is found in settings, both forms of them, and what to type.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SettingsReport {
    /// The version of the product that they were checked for, where one was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false)]
    pub kes_version: Option<String>,
    /// The layout that they were checked for: `flatA` (11.4), `flatB` (12.0 to 12.3) or `sections`
    /// (12.4 and later).
    pub layout: String,
    /// The mode that they are in: `EDRKATA` or `EDRExpertOnPrem`.
    pub mode: String,
    /// Whether there is no error.
    pub usable: bool,
    /// How many findings are errors.
    pub errors: usize,
    /// How many are risks.
    pub risks: usize,
    /// How many are hints.
    pub hints: usize,
    /// Everything that there is to say, in the order of the settings; what holds for every device
    /// comes last.
    pub findings: Vec<SettingsFinding>,
    /// What became of what was written, in `ini`: what was added by default, what is kept though
    /// nobody knows it, comments, which are left out. `lost` are those for which a form is missing.
    pub changes: Vec<SettingsChange>,
    /// The settings as INI, every key written out. Only of usable ones.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false)]
    pub ini: Option<String>,
    /// The same as JSON, in a form of the gateway's own: whether `kesl-control --json` takes it is not
    /// documented.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = TaskSettings, required = false)]
    pub json: Option<TaskSettings>,
    /// What to type on the device, in order. Only of usable ones, and where the version is given.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Vec<SettingsStep>, required = false)]
    pub commands: Option<Vec<SettingsStep>>,
}

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SettingsFinding {
    /// `error`, `risk` or `hint`.
    pub severity: String,
    /// `settings`, or `precondition`: what holds for every device until somebody knows better.
    pub kind: String,
    /// What it is, for programs.
    pub code: String,
    /// The line, from 1. Of INI.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = usize, required = false)]
    pub line: Option<usize>,
    /// Where it stands as JSON: a pointer (RFC 6901).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false)]
    pub pointer: Option<String>,
    /// The section as it is written; none at the top.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false)]
    pub section: Option<String>,
    /// The key as it is written.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false)]
    pub key: Option<String>,
    /// What is wrong, and why it matters.
    pub reason: String,
    /// What to do about it.
    pub mend: String,
    /// The document that it follows from.
    pub document: CitedDocument,
}

/// What became of one thing that was written, or was not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SettingsChange {
    /// `moved`, `changed`, `added`, `leftOut`, `kept`, `commentLeftOut`, or `lost`.
    pub fate: String,
    /// The line where it was. Of INI.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = usize, required = false)]
    pub line: Option<usize>,
    /// The key, where it is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false)]
    pub key: Option<String>,
    /// The section where it was; empty at the top.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false)]
    pub from: Option<String>,
    /// The section where it is; empty at the top.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false)]
    pub to: Option<String>,
    /// Its value, or the comment.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false)]
    pub value: Option<String>,
    /// Why.
    pub why: String,
}

/// A document that something follows from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CitedDocument {
    /// As it is cited.
    pub id: String,
    /// Where it is to be found, if it is public.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false)]
    pub url: Option<String>,
}

/// One step on the device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SettingsStep {
    /// Its number, from 1.
    pub number: usize,
    /// What it is for: `state`, `stop`, `backup`, `set`, `certificates`, `start`, `readBack`, `compare` or
    /// `restore`.
    pub stage: String,
    /// `always`, or `onFailure`: only after an answer that says so.
    pub when: String,
    /// What to type; none where a person has to look.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false)]
    pub command: Option<String>,
    /// Why, and what to look at.
    pub why: String,
    /// What each exit code means. Of one that is not listed, the last answer holds.
    pub answers: Vec<StepAnswer>,
    /// The documents that say so.
    pub documents: Vec<CitedDocument>,
}

/// What an exit code means after a step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct StepAnswer {
    /// The exit code; none for every other one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = i32, required = false)]
    pub code: Option<i32>,
    /// What it means here.
    pub meaning: String,
    /// What to do: `continue`, `stop` or `restore`.
    pub then: String,
}
