//! A host, as the API shows it.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A device that KSC manages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct HostSummary {
    /// KSC's own id of the device (`KLHST_WKS_HOSTNAME`), which is not a DNS name.
    pub id: String,
    /// The display name.
    pub name: String,
    /// The fully qualified DNS name, when KSC knows it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false)]
    pub fqdn: Option<String>,
}
