//! The nine task types.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// An EDR response task as the vendor names it.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "camelCase")]
pub enum TaskType {
    /// Get a copy of a file into the device's Quarantine.
    GetFile,
    /// Delete a file.
    DeleteFile,
    /// Move a file to Quarantine.
    QuarantineFile,
    /// Look for indicators of compromise.
    IocScan,
    /// Start a process.
    StartProcess,
    /// End a process.
    TerminateProcess,
    /// Turn network isolation on or off.
    IsolateHost,
    /// Prevent a file from running.
    PreventExecution,
    /// Scan for malware.
    OnDemandScan,
}

impl TaskType {
    /// All nine, in the vendor's order.
    pub const ALL: [Self; 9] = [
        Self::GetFile,
        Self::DeleteFile,
        Self::QuarantineFile,
        Self::IocScan,
        Self::StartProcess,
        Self::TerminateProcess,
        Self::IsolateHost,
        Self::PreventExecution,
        Self::OnDemandScan,
    ];

    /// The vendor's name, which is also the wire form, the metric label and the route's last part.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::GetFile => "getFile",
            Self::DeleteFile => "deleteFile",
            Self::QuarantineFile => "quarantineFile",
            Self::IocScan => "iocScan",
            Self::StartProcess => "startProcess",
            Self::TerminateProcess => "terminateProcess",
            Self::IsolateHost => "isolateHost",
            Self::PreventExecution => "preventExecution",
            Self::OnDemandScan => "onDemandScan",
        }
    }

    /// The task type of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.name() == name)
    }
}

impl std::fmt::Display for TaskType {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}
