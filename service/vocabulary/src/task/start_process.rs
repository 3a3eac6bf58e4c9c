//! `startProcess`: start a program on the device.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::values::{Arguments, FolderOrEmpty, WindowsPath, or_null};

/// What to start. It runs as SYSTEM, so the path must be absolute: a bare name would be looked for
/// along a search path that others may be able to write to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct StartProcessParams {
    /// Path of the executable.
    pub executable_path: WindowsPath,
    /// Command line arguments. Not sent when they are absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(schema_with = or_null::<Arguments>, required = false)]
    pub arguments: Option<Arguments>,
    /// Working folder. Not sent when it is absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(schema_with = or_null::<FolderOrEmpty>, required = false)]
    pub working_folder: Option<FolderOrEmpty>,
}
