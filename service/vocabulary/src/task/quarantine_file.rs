//! `quarantineFile`: move a file to Quarantine.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::values::{Md5OrEmpty, Sha256OrEmpty, WindowsPath};

/// Which file to move to Quarantine: at most 100 MB, and no file that Windows or KES needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct QuarantineFileParams {
    /// MD5 of the file, or an empty string.
    pub md5hash: Md5OrEmpty,
    /// SHA-256 of the file, or an empty string.
    pub sha256hash: Sha256OrEmpty,
    /// Path of the file.
    pub path: WindowsPath,
}
