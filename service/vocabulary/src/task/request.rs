//! A valid request, and the only way to one.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::allow_execution::AllowExecutionParams;
use super::delete_file::DeleteFileParams;
use super::get_file::GetFileParams;
use super::ioc_scan::{self, IocScanParams};
use super::isolate_host::{self, IsolateHostParams};
use super::on_demand_scan::{self, ScanObject};
use super::prevent_execution::PreventExecutionParams;
use super::quarantine_file::QuarantineFileParams;
use super::start_process::{self, StartProcessParams};
use super::task_type::TaskType;
use super::terminate_process::TerminateProcessParams;
use super::values::{
    Area, Comment, ExternalId, Md5OrSha256, Severity, WindowsPath, WindowsPathOrEmpty,
};
use super::violation::Violation;
use crate::names::HostName;
use crate::task_id::Alias;

/// A valid request for one EDR response task on one host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    host: HostName,
    params: Params,
    area: Option<Area>,
    severity: Severity,
    comment: Option<Comment>,
    external_id: Option<ExternalId>,
    backend: Option<Alias>,
    overlooked: Option<String>,
}

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

/// The members of a body that every task has.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct CommonMembers {
    target_host: HostName,
    params: Value,
    response_event_incident_area: Option<Area>,
    severity: Option<Severity>,
    comment: Option<Comment>,
    external_id: Option<ExternalId>,
    backend: Option<Alias>,
}

impl Request {
    /// A request of this type from a body without `task`.
    ///
    /// # Errors
    /// Everything beyond the schema that is wrong; and when nothing is, the first member that
    /// does not fit its type. A body that was checked against the published schema before has
    /// none of the latter.
    pub fn parse(task: TaskType, body: Value) -> Result<Self, Vec<Violation>> {
        let mut violations = Vec::new();
        let mut of_archive = None;
        if let Some(Value::String(name)) = body.get("targetHost")
            && let Err(why) = HostName::read(name)
        {
            violations.push(Violation::new("/targetHost", why.code(), why.to_string()));
        }
        if let Some(params) = body.get("params") {
            match task {
                TaskType::IocScan => of_archive = ioc_scan::check(params, &mut violations),
                TaskType::OnDemandScan => on_demand_scan::check(params, &mut violations),
                TaskType::GetFile
                | TaskType::DeleteFile
                | TaskType::QuarantineFile
                | TaskType::TerminateProcess => {
                    violations.extend(WindowsPath::refusal(params, "/path"));
                }
                TaskType::PreventExecution => {
                    violations.extend(Md5OrSha256::refusal(params, "/hash"));
                    violations.extend(WindowsPathOrEmpty::refusal(params, "/path"));
                }
                TaskType::StartProcess => start_process::check(params, &mut violations),
                TaskType::IsolateHost => isolate_host::check(params, &mut violations),
                TaskType::AllowExecution => {
                    violations.extend(Md5OrSha256::refusal(params, "/hash"));
                }
            }
        }
        if !violations.is_empty() {
            return Err(violations);
        }
        Self::typed(task, body, of_archive)
            .map_err(|error| vec![Violation::new("", "shape", error.to_string())])
    }

    fn typed(
        task: TaskType,
        body: Value,
        of_archive: Option<String>,
    ) -> Result<Self, serde_json::Error> {
        let body: CommonMembers = serde_json::from_value(body)?;
        Ok(Self {
            host: body.target_host,
            params: Params::parse(task, body.params)?,
            area: body.response_event_incident_area,
            severity: body.severity.unwrap_or(Severity::WARNING),
            comment: body.comment,
            external_id: body.external_id,
            backend: body.backend,
            overlooked: of_archive,
        })
    }

    /// What is asked for.
    #[must_use]
    pub fn task(&self) -> TaskType {
        self.params.task()
    }

    /// The host as the caller named it.
    #[must_use]
    pub fn host(&self) -> &HostName {
        &self.host
    }

    /// The back end that is to act, when the caller named one.
    #[must_use]
    pub fn backend(&self) -> Option<&Alias> {
        self.backend.as_ref()
    }

    /// The parameters.
    #[must_use]
    pub fn params(&self) -> &Params {
        &self.params
    }

    /// The requesting application, when the caller named one.
    #[must_use]
    pub fn area(&self) -> Option<&Area> {
        self.area.as_ref()
    }

    /// What KES will not look for of the indicators, if there is any such.
    #[must_use]
    pub fn overlooked(&self) -> Option<&str> {
        self.overlooked.as_deref()
    }

    /// The incident's severity.
    #[must_use]
    pub fn severity(&self) -> Severity {
        self.severity
    }

    /// The caller's remark, for the audit log alone: KSC's record has no place for it.
    #[must_use]
    pub fn comment(&self) -> Option<&str> {
        self.comment.as_ref().map(Comment::as_str)
    }

    /// The caller's own reference, for the audit log alone.
    #[must_use]
    pub fn external_id(&self) -> Option<&str> {
        self.external_id.as_ref().map(ExternalId::as_str)
    }
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
