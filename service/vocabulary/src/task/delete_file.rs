//! `deleteFile`: delete a file from the device.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::values::{Md5OrEmpty, Sha256OrEmpty, WindowsPath};

/// Which file to delete. No copy is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DeleteFileParams {
    /// MD5 of the file, or an empty string.
    pub md5hash: Md5OrEmpty,
    /// SHA-256 of the file, or an empty string.
    pub sha256hash: Sha256OrEmpty,
    /// Path of the file.
    pub path: WindowsPath,
    /// Look for the file in subfolders too. Not sent when it is absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = bool, required = false)]
    pub search_in_subfolders: Option<bool>,
}
