//! A valid request, and the only way to one.

use serde::Deserialize;
use serde::de::{DeserializeOwned, Error as _};
use serde_json::{Map, Value};

use super::action::Action;
use super::params::Params;
use super::task_type::TaskType;
use super::values::{
    Area, Comment, ExternalId, Md5OrSha256, Severity, WindowsPath, WindowsPathOrEmpty,
};
use super::violation::Violation;
use super::{flat, ioc_scan, isolate_host, on_demand_scan, start_process};
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

/// The members of a native body beside `task`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct NativeMembers {
    target_host: HostName,
    params: Value,
    response_event_incident_area: Option<Area>,
    severity: Option<Severity>,
    comment: Option<Comment>,
    external_id: Option<ExternalId>,
    backend: Option<Alias>,
}

impl Request {
    /// A request of this type from a native body without `task`.
    ///
    /// # Errors
    /// Everything beyond the schema that is wrong; and when nothing is, the first member that
    /// does not fit its type. A body that was checked against the published schema before has
    /// none of the latter.
    pub fn parse(task: TaskType, body: Value) -> Result<Self, Vec<Violation>> {
        let mut violations = refusals(&body, "/responseEventIncidentArea");
        let params = body.get("params");
        let overlooked = params.and_then(|it| check(task, it, &mut violations));
        if !violations.is_empty() {
            return Err(violations);
        }
        Self::of_native(task, body, overlooked).map_err(misshapen)
    }

    fn of_native(
        task: TaskType,
        body: Value,
        overlooked: Option<String>,
    ) -> Result<Self, serde_json::Error> {
        let body: NativeMembers = serde_json::from_value(body)?;
        Ok(Self {
            host: body.target_host,
            params: Params::parse(task, body.params)?,
            area: body.response_event_incident_area,
            severity: body.severity.unwrap_or(Severity::WARNING),
            comment: body.comment,
            external_id: body.external_id,
            backend: body.backend,
            overlooked,
        })
    }

    /// A request for this action from its flat body.
    ///
    /// # Errors
    /// As [`Request::parse`], with pointers into this body.
    pub fn parse_flat(action: Action, body: Value) -> Result<Self, Vec<Violation>> {
        let mut violations = refusals(&body, "/area");
        // Its parameters stand at the top, by the names that they have in the vendor's.
        let mut of_params = Vec::new();
        flat::check(action, &body, &mut of_params);
        let overlooked = check(action.task(), &body, &mut of_params);
        violations.extend(of_params.into_iter().map(|it| it.lifted(PARAMS)));
        if !violations.is_empty() {
            return Err(violations);
        }
        Self::of_flat(action, body, overlooked).map_err(misshapen)
    }

    fn of_flat(
        action: Action,
        body: Value,
        overlooked: Option<String>,
    ) -> Result<Self, serde_json::Error> {
        let mut members: Map<String, Value> = serde_json::from_value(body)?;
        let severity: Option<String> = take(&mut members, "severity")?;
        let severity = severity.map(|it| {
            let known = flat::SeverityName::severity(&it);
            known.ok_or_else(|| serde_json::Error::custom("the severity is none"))
        });
        Ok(Self {
            host: serde_json::from_value(members.remove("targetHost").unwrap_or_default())?,
            area: take(&mut members, "area")?,
            severity: severity.transpose()?.unwrap_or(Severity::WARNING),
            comment: take(&mut members, "comment")?,
            external_id: take(&mut members, "externalId")?,
            backend: take(&mut members, "backend")?,
            params: flat::params(action, members)?,
            overlooked,
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

/// Where the parameters of a native body stand.
pub const PARAMS: &str = "/params";

/// What the schema cannot say of the members that every body has.
fn refusals(body: &Value, area: &str) -> Vec<Violation> {
    let host = body.get("targetHost").and_then(Value::as_str);
    let why = host.and_then(|it| HostName::read(it).err());
    let of_host = why.map(|it| Violation::new("/targetHost", it.code(), it.to_string()));
    of_host
        .into_iter()
        .chain(Area::refusal_at(body, area))
        .collect()
}

/// What the schema cannot say of parameters; and what a caller should know of an archive of
/// indicators among them.
fn check(task: TaskType, params: &Value, violations: &mut Vec<Violation>) -> Option<String> {
    match task {
        TaskType::IocScan => return ioc_scan::check(params, violations),
        TaskType::OnDemandScan => on_demand_scan::check(params, violations),
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
        TaskType::StartProcess => start_process::check(params, violations),
        TaskType::IsolateHost => isolate_host::check(params, violations),
        TaskType::AllowExecution => {
            violations.extend(Md5OrSha256::refusal(params, "/hash"));
        }
    }
    None
}

/// A member that need not be there.
fn take<T: DeserializeOwned>(
    members: &mut Map<String, Value>,
    name: &str,
) -> Result<Option<T>, serde_json::Error> {
    let member = members.remove(name);
    member.map(serde_json::from_value).transpose()
}

#[expect(clippy::needless_pass_by_value, reason = "it is what `map_err` gives")]
fn misshapen(error: serde_json::Error) -> Vec<Violation> {
    vec![Violation::new("", "shape", error.to_string())]
}
