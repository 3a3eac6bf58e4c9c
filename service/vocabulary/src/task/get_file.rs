//! `getFile`: a copy of a file into the device's Quarantine.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::values::{Md5OrEmpty, Sha256OrEmpty, WindowsPath};

/// Which file to get. KSC keeps the copy in Quarantine; this API cannot fetch it from there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GetFileParams {
    /// MD5 of the file, or an empty string.
    pub md5hash: Md5OrEmpty,
    /// SHA-256 of the file, or an empty string.
    pub sha256hash: Sha256OrEmpty,
    /// Path of the file.
    pub path: WindowsPath,
}
