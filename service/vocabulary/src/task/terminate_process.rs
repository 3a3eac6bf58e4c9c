//! `terminateProcess`: end the processes of a file.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::values::{Md5OrEmpty, Sha256OrEmpty, WindowsPath};

/// Whose processes to end. The vendor's table calls `path` the file "to delete": a slip, its
/// example means the file of the process.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TerminateProcessParams {
    /// MD5 of the file, or an empty string.
    pub md5hash: Md5OrEmpty,
    /// SHA-256 of the file, or an empty string.
    pub sha256hash: Sha256OrEmpty,
    /// Path of the file that the process runs.
    pub path: WindowsPath,
    /// Whether case matters when the file is looked for.
    pub case_sensitive: bool,
}
