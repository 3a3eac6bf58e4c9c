//! What a dry run answers: every check, and what would be sent.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::host::HostSummary;
use crate::task_id::Alias;

/// What a dry run answers.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DryRun {
    /// Always true.
    pub dry_run: bool,
    /// The alias of the back end that would act.
    #[schema(value_type = String)]
    pub backend: Alias,
    /// The host that the name means.
    pub target_host: HostSummary,
    /// What was checked, and with what result. A check that is not `ok` would refuse the request.
    pub checks: Vec<Check>,
    /// What the caller of the request would be warned of, as its answer would say it.
    pub warnings: Vec<String>,
    /// The record that `HostGroup.AddIncident` would be called with, at KSC.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Object, required = false)]
    pub p_data: Option<serde_json::Value>,
    /// The request that would be sent, at KATA: its method, its target without the end of the
    /// external system's id, and its body.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Object, required = false)]
    pub request: Option<serde_json::Value>,
}

/// One check of a dry run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Check {
    /// Which check.
    pub name: String,
    /// Whether the request would pass it.
    pub ok: bool,
    /// What was found.
    pub detail: String,
}

impl Check {
    /// A check of this name.
    pub fn new(name: &str, ok: bool, detail: impl Into<String>) -> Self {
        Self {
            name: name.to_owned(),
            ok,
            detail: detail.into(),
        }
    }
}
