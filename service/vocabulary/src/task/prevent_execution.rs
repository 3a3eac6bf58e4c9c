//! `preventExecution`: keep a file from running or being opened.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::values::{Md5, WindowsPathOrEmpty};

/// What to prevent. There is no task that takes the rule away again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PreventExecutionParams {
    /// MD5 of the file.
    pub hash: Md5,
    /// Path of the file, or an empty string where the hash alone decides.
    pub path: WindowsPathOrEmpty,
    /// Whether case matters in the path.
    pub case_sensitive: bool,
}
