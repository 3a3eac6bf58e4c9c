//! The servers that carry requests out, as the API shows them.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::task::TaskType;
use crate::task_id::Alias;

/// The back ends that the caller may use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct BackendList {
    /// The back ends, in the order of their aliases.
    pub backends: Vec<BackendReport>,
}

/// One back end, and whether it can be asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct BackendReport {
    /// What it is called, here and in the ids of its tasks.
    #[schema(value_type = String)]
    pub backend: Alias,
    /// What kind of server it is: `ksc`, a KSC Administration Server, or `kata`, a KATA Central Node; later versions may have
    /// more.
    pub kind: String,
    /// Its version, where it says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false)]
    pub version: Option<String>,
    /// The tasks that it takes.
    pub tasks: Vec<TaskType>,
    /// What `exclusionPresets` of an isolation there may name; absent where there are none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub exclusion_presets: Vec<String>,
    /// Whether it can be asked: it was, for this answer.
    pub available: bool,
    /// Why it cannot.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false)]
    pub reason: Option<String>,
}

/// A back end of which a list shows nothing, because it could not be asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UnavailableBackend {
    /// Its alias.
    #[schema(value_type = String)]
    pub backend: Alias,
    /// The stable name of what went wrong.
    pub code: String,
    /// What happened.
    pub detail: String,
}
