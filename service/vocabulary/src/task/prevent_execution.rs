//! `preventExecution`: keep a file from running or being opened.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::values::{Md5OrSha256, WindowsPathOrEmpty};

/// What to prevent. KSC takes an MD5 alone, and has no task that takes the rule away again. KATA
/// takes a hash, and neither of the other members.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PreventExecutionParams {
    /// MD5 or SHA-256 of the file; at KSC its MD5.
    pub hash: Md5OrSha256,
    /// Path of the file, or an empty string where the hash alone decides, as it does when it is
    /// absent. Not at KATA.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = WindowsPathOrEmpty, required = false)]
    pub path: Option<WindowsPathOrEmpty>,
    /// Whether case matters in the path; it does not when it is absent. Not at KATA.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = bool, required = false)]
    pub case_sensitive: Option<bool>,
}
