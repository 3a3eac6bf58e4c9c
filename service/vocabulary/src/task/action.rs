//! The actions: what can be asked for by its own name.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::task_type::TaskType;

/// What can be asked for by its own name: the tasks, and the half of one that everybody looks for
/// by a name of its own. It is also the last part of the action's route.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum Action {
    /// Isolate a host, or release it.
    IsolateHost,
    /// Release a host.
    ReleaseHost,
    /// End a process.
    TerminateProcess,
    /// Move a file to Quarantine.
    QuarantineFile,
    /// Delete a file.
    DeleteFile,
    /// Get a copy of a file into the device's Quarantine.
    GetFile,
    /// Prevent a file from running.
    PreventExecution,
    /// Let a file run again.
    AllowExecution,
    /// Start a process.
    StartProcess,
    /// Look for indicators of compromise.
    IocScan,
    /// Scan for malware.
    OnDemandScan,
}

impl Action {
    /// All, those first that are wanted first while something spreads.
    pub const ALL: [Self; 11] = [
        Self::IsolateHost,
        Self::ReleaseHost,
        Self::TerminateProcess,
        Self::QuarantineFile,
        Self::DeleteFile,
        Self::GetFile,
        Self::PreventExecution,
        Self::AllowExecution,
        Self::StartProcess,
        Self::IocScan,
        Self::OnDemandScan,
    ];

    /// The task that it is.
    #[must_use]
    pub const fn task(self) -> TaskType {
        match self {
            Self::IsolateHost | Self::ReleaseHost => TaskType::IsolateHost,
            Self::TerminateProcess => TaskType::TerminateProcess,
            Self::QuarantineFile => TaskType::QuarantineFile,
            Self::DeleteFile => TaskType::DeleteFile,
            Self::GetFile => TaskType::GetFile,
            Self::PreventExecution => TaskType::PreventExecution,
            Self::AllowExecution => TaskType::AllowExecution,
            Self::StartProcess => TaskType::StartProcess,
            Self::IocScan => TaskType::IocScan,
            Self::OnDemandScan => TaskType::OnDemandScan,
        }
    }

    /// The name: that of its task, where it is no part of one.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::ReleaseHost => "releaseHost",
            Self::IsolateHost
            | Self::TerminateProcess
            | Self::QuarantineFile
            | Self::DeleteFile
            | Self::GetFile
            | Self::PreventExecution
            | Self::AllowExecution
            | Self::StartProcess
            | Self::IocScan
            | Self::OnDemandScan => self.task().name(),
        }
    }

    /// The action of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.name() == name)
    }
}

impl From<TaskType> for Action {
    fn from(task: TaskType) -> Self {
        match task {
            TaskType::GetFile => Self::GetFile,
            TaskType::DeleteFile => Self::DeleteFile,
            TaskType::QuarantineFile => Self::QuarantineFile,
            TaskType::IocScan => Self::IocScan,
            TaskType::StartProcess => Self::StartProcess,
            TaskType::TerminateProcess => Self::TerminateProcess,
            TaskType::IsolateHost => Self::IsolateHost,
            TaskType::PreventExecution => Self::PreventExecution,
            TaskType::OnDemandScan => Self::OnDemandScan,
            TaskType::AllowExecution => Self::AllowExecution,
        }
    }
}

impl std::fmt::Display for Action {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}
