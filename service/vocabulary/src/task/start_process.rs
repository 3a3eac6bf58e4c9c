//! `startProcess`: start a program on the device.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use serde_json::Value;

use super::values::{Arguments, ProgramFolderOrEmpty, ProgramPath};
use super::violation::Violation;

/// What to start. It runs with the system's rights, so the path must be absolute: a bare name would be looked for
/// along a search path that others may be able to write to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct StartProcessParams {
    /// Path of the executable.
    pub executable_path: ProgramPath,
    /// Command line arguments. Not sent when they are absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Arguments, required = false)]
    pub arguments: Option<Arguments>,
    /// Working folder. Not sent when it is absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = ProgramFolderOrEmpty, required = false)]
    pub working_folder: Option<ProgramFolderOrEmpty>,
}

/// What the schema cannot say: a device has the paths of one system.
pub(super) fn check(params: &Value, violations: &mut Vec<Violation>) {
    violations.extend(ProgramPath::refusal(params, "/executablePath"));
    violations.extend(ProgramFolderOrEmpty::refusal(params, "/workingFolder"));
    let text = |member: &str| params.get(member).and_then(Value::as_str);
    let program = text("executablePath").and_then(ProgramPath::parse);
    let folder = text("workingFolder").and_then(ProgramFolderOrEmpty::parse);
    if let (Some(program), Some(folder)) = (program, folder)
        && folder.system().is_some_and(|it| it != program.system())
    {
        let rule = "Must be a folder of the same system as `executablePath`.";
        violations.push(Violation::new(
            "/params/workingFolder",
            "other_system",
            rule,
        ));
    }
}
