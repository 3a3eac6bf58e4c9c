//! The parameters of a task, as the vendor has them.

use serde::Serialize;
use serde_json::Value;

use super::allow_execution::AllowExecutionParams;
use super::delete_file::DeleteFileParams;
use super::get_file::GetFileParams;
use super::ioc_scan::IocScanParams;
use super::isolate_host::IsolateHostParams;
use super::on_demand_scan::ScanObject;
use super::prevent_execution::PreventExecutionParams;
use super::quarantine_file::QuarantineFileParams;
use super::start_process::StartProcessParams;
use super::task_type::TaskType;
use super::terminate_process::TerminateProcessParams;

/// The parameters of a task.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
#[expect(
    missing_docs,
    reason = "each variant is its type, and the type says what it is"
)]
pub enum Params {
    GetFile(GetFileParams),
    DeleteFile(DeleteFileParams),
    QuarantineFile(QuarantineFileParams),
    IocScan(IocScanParams),
    StartProcess(StartProcessParams),
    TerminateProcess(TerminateProcessParams),
    IsolateHost(IsolateHostParams),
    PreventExecution(PreventExecutionParams),
    OnDemandScan(Vec<ScanObject>),
    AllowExecution(AllowExecutionParams),
}

impl Params {
    /// The parameters of a task, out of JSON that was valid before.
    ///
    /// # Errors
    /// The first member that does not fit its type.
    pub fn parse(task: TaskType, params: Value) -> Result<Self, serde_json::Error> {
        use serde_json::from_value;
        Ok(match task {
            TaskType::GetFile => Self::GetFile(from_value(params)?),
            TaskType::DeleteFile => Self::DeleteFile(from_value(params)?),
            TaskType::QuarantineFile => Self::QuarantineFile(from_value(params)?),
            TaskType::IocScan => Self::IocScan(from_value(params)?),
            TaskType::StartProcess => Self::StartProcess(from_value(params)?),
            TaskType::TerminateProcess => Self::TerminateProcess(from_value(params)?),
            TaskType::IsolateHost => Self::IsolateHost(from_value(params)?),
            TaskType::PreventExecution => Self::PreventExecution(from_value(params)?),
            TaskType::OnDemandScan => Self::OnDemandScan(from_value(params)?),
            TaskType::AllowExecution => Self::AllowExecution(from_value(params)?),
        })
    }

    /// Whose parameters these are.
    #[must_use]
    pub fn task(&self) -> TaskType {
        match self {
            Self::GetFile(_) => TaskType::GetFile,
            Self::DeleteFile(_) => TaskType::DeleteFile,
            Self::QuarantineFile(_) => TaskType::QuarantineFile,
            Self::IocScan(_) => TaskType::IocScan,
            Self::StartProcess(_) => TaskType::StartProcess,
            Self::TerminateProcess(_) => TaskType::TerminateProcess,
            Self::IsolateHost(_) => TaskType::IsolateHost,
            Self::PreventExecution(_) => TaskType::PreventExecution,
            Self::OnDemandScan(_) => TaskType::OnDemandScan,
            Self::AllowExecution(_) => TaskType::AllowExecution,
        }
    }

    /// The JSON that goes into the incident.
    #[must_use]
    pub fn to_value(&self) -> Value {
        serde_json::to_value(self).expect("parameters are plain data with text keys")
    }
}
