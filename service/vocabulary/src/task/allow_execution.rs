//! `allowExecution`: let a file run again that was kept from running.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::values::Md5OrSha256;

/// What to let run again. KSC has no task for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AllowExecutionParams {
    /// MD5 or SHA-256 of the file: the one that the rule has.
    pub hash: Md5OrSha256,
}
