//! The flat form of a request: the parameters at its top, values by name, and nothing that need not
//! be said.
//!
//! Each action has one translation into the vendor's parameters, the `From` beside its members.
//! What is left out becomes what the vendor's own example means by it: an empty hash, `false`, a
//! scan with its subfolders.

mod file;
mod isolation;
mod scan;

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, SchemaType, Type};
use utoipa::{PartialSchema, ToSchema};

use super::action::Action;
use super::allow_execution::AllowExecutionParams;
use super::params::Params;
use super::prevent_execution::PreventExecutionParams;
use super::start_process::StartProcessParams;
use super::values::Severity;
use super::violation::Violation;

pub(crate) use file::{DeletionMembers, FileMembers, IocScanMembers, TerminationMembers};
pub(crate) use isolation::{IsolationMembers, ReleaseMembers};
pub(crate) use scan::ScanMembers;

/// The parameters that the members of an action mean.
///
/// # Errors
/// The first member that does not fit its type.
pub(super) fn params(
    action: Action,
    members: Map<String, Value>,
) -> Result<Params, serde_json::Error> {
    Ok(match action {
        Action::IsolateHost => Params::IsolateHost(read::<IsolationMembers>(members)?.into()),
        Action::ReleaseHost => Params::IsolateHost(read::<ReleaseMembers>(members)?.into()),
        Action::TerminateProcess => {
            Params::TerminateProcess(read::<TerminationMembers>(members)?.into())
        }
        Action::QuarantineFile => Params::QuarantineFile(read::<FileMembers>(members)?.into()),
        Action::DeleteFile => Params::DeleteFile(read::<DeletionMembers>(members)?.into()),
        Action::GetFile => Params::GetFile(read::<FileMembers>(members)?.into()),
        Action::PreventExecution => {
            Params::PreventExecution(read::<PreventExecutionParams>(members)?)
        }
        Action::AllowExecution => Params::AllowExecution(read::<AllowExecutionParams>(members)?),
        Action::StartProcess => Params::StartProcess(read::<StartProcessParams>(members)?),
        Action::IocScan => Params::IocScan(read::<IocScanMembers>(members)?.into()),
        Action::OnDemandScan => Params::OnDemandScan(read::<ScanMembers>(members)?.into()),
    })
}

fn read<M: DeserializeOwned>(members: Map<String, Value>) -> Result<M, serde_json::Error> {
    serde_json::from_value(Value::Object(members))
}

/// What the schema cannot say of an action's own members, beyond what it cannot say of the vendor's
/// parameters of the same names.
pub(super) fn check(action: Action, members: &Value, violations: &mut Vec<Violation>) {
    if action == Action::OnDemandScan {
        scan::check(members, violations);
    }
}

/// How much an incident matters, in a word.
#[derive(Debug)]
pub struct SeverityName;

impl SeverityName {
    /// The words, in the order of the vendor's numbers from 1.
    const ALL: [&str; 3] = ["information", "warning", "critical"];

    /// The severity of this name.
    pub(crate) fn severity(name: &str) -> Option<Severity> {
        let place = Self::ALL.iter().position(|it| *it == name)?;
        Severity::try_from(i64::try_from(place).ok()? + 1).ok()
    }
}

impl PartialSchema for SeverityName {
    fn schema() -> RefOr<Schema> {
        let object = ObjectBuilder::new()
            .schema_type(SchemaType::new(Type::String))
            .description(Some(
                "How much the incident matters in KSC; `warning` when it is absent.",
            ))
            .enum_values(Some(Self::ALL));
        RefOr::T(Schema::Object(object.build()))
    }
}

impl ToSchema for SeverityName {}
