//! `preventExecution`: keep a file from running or being opened.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::values::{Md5OrSha256, WindowsPathOrEmpty, or_null};

/// What to prevent. KSC takes an MD5 alone, and needs the other two members; it has no task that
/// takes the rule away again. KATA takes a hash, and neither of the others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PreventExecutionParams {
    /// MD5 or SHA-256 of the file; at KSC its MD5.
    pub hash: Md5OrSha256,
    /// Path of the file, or an empty string where the hash alone decides. Required at KSC, and only
    /// there.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(schema_with = or_null::<WindowsPathOrEmpty>, required = false)]
    pub path: Option<WindowsPathOrEmpty>,
    /// Whether case matters in the path. Required at KSC, and only there.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false)]
    pub case_sensitive: Option<bool>,
}
