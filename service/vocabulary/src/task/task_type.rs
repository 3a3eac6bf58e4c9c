//! The task types: nine of the vendor's page, and one that takes back what one of them did.

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
    /// Let a file run again.
    AllowExecution,
}

impl TaskType {
    /// The nine of the vendor's page "API for EDR Threat Response", in its order.
    pub const THREAT_RESPONSE: [Self; 9] = [
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

    /// All.
    pub const ALL: [Self; 10] = {
        let mut all = [Self::AllowExecution; 10];
        let mut place = 0;
        while place < Self::THREAT_RESPONSE.len() {
            all[place] = Self::THREAT_RESPONSE[place];
            place += 1;
        }
        all
    };

    /// The name, where the vendor has one the vendor's; it is also the wire form, the metric label
    /// and the route's last part.
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
            Self::AllowExecution => "allowExecution",
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
