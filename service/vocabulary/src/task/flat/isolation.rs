//! Isolation, and its end.

use serde::Deserialize;
use utoipa::ToSchema;

use crate::task::isolate_host::{
    Exclusion, ExclusionMembers, IsolateHostParams, IsolationAction, IsolationSeconds,
};
use crate::task::values::PresetName;

/// What to do with the host.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum IsolationWord {
    /// Cut it off.
    Isolate,
    /// Let it in again.
    Release,
}

/// Whether to isolate; and at a back end that takes it, for how long, and what is let through. At
/// KSC both come from the device's policy.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct IsolationMembers {
    /// `isolate` cuts the host off, `release` lets it in again.
    action: IsolationWord,
    /// For how long; the back end's own time when it is absent. Only for isolation, and not at KSC.
    #[schema(value_type = IsolationSeconds, required = false)]
    duration_seconds: Option<IsolationSeconds>,
    /// What is let through. Only for isolation, and not at KSC.
    #[schema(value_type = Vec<ExclusionMembers>, required = false, max_items = 256)]
    exclusions: Option<Vec<Exclusion>>,
    /// More that is let through, by the names that the gateway's operator has given it; those that he
    /// lets through by himself when it is absent, none of them when it is empty. Only for isolation, and
    /// not at KSC.
    #[schema(value_type = Vec<PresetName>, required = false, max_items = 32)]
    exclusion_presets: Option<Vec<PresetName>>,
}

/// A release has no parameters.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReleaseMembers {}

impl From<IsolationMembers> for IsolateHostParams {
    fn from(members: IsolationMembers) -> Self {
        Self {
            action: match members.action {
                IsolationWord::Isolate => IsolationAction::On,
                IsolationWord::Release => IsolationAction::Off,
            },
            duration_seconds: members.duration_seconds,
            exclusions: members.exclusions,
            exclusion_presets: members.exclusion_presets,
        }
    }
}

impl From<ReleaseMembers> for IsolateHostParams {
    fn from(ReleaseMembers {}: ReleaseMembers) -> Self {
        Self {
            action: IsolationAction::Off,
            duration_seconds: None,
            exclusions: None,
            exclusion_presets: None,
        }
    }
}
