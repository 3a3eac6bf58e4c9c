//! The bodies of requests for tasks, as the published document describes them.
//!
//! Each task has two: flat (`GetFileRequest`, for `POST /v1/tasks/getFile`) and native
//! (`GetFileTask`, the vendor's own form with the member `task`, for `POST /v1/tasks`). They are
//! described here and never built: bodies are checked against these schemas and then become a
//! [`crate::task::Request`].

mod examples;

use serde_json::Value;
use utoipa::openapi::schema::{
    AdditionalProperties, Discriminator, ObjectBuilder, OneOfBuilder, Schema, SchemaType, Type,
};
use utoipa::openapi::{Ref, RefOr};
use utoipa::{PartialSchema, ToSchema};

use crate::names::HostName;
use crate::task::TaskType;
use crate::task::allow_execution::AllowExecutionParams;
use crate::task::delete_file::DeleteFileParams;
use crate::task::get_file::GetFileParams;
use crate::task::ioc_scan::IocScanParams;
use crate::task::isolate_host::IsolateHostParams;
use crate::task::on_demand_scan::OnDemandScanParams;
use crate::task::prevent_execution::PreventExecutionParams;
use crate::task::quarantine_file::QuarantineFileParams;
use crate::task::start_process::StartProcessParams;
use crate::task::terminate_process::TerminateProcessParams;
use crate::task::values::{Area, Comment, ExternalId, Severity, or_null};
use crate::task_id::Alias;

type Schemas = Vec<(String, RefOr<Schema>)>;

/// The two bodies of each task, and their list.
macro_rules! requests {
    ($($task:ident: $flat:ident, $native:ident, $params:ty;)*) => {
        $(
            #[doc = concat!("The body of the flat route of `", stringify!($task), "`.")]
            #[derive(Debug)]
            pub struct $flat;

            impl PartialSchema for $flat {
                fn schema() -> RefOr<Schema> {
                    body(TaskType::$task, false, reference::<$params>())
                }
            }

            impl ToSchema for $flat {
                fn schemas(schemas: &mut Schemas) {
                    collect::<$params>(schemas);
                }
            }

            #[doc = concat!("The native body of `", stringify!($task), "`.")]
            #[derive(Debug)]
            pub struct $native;

            impl PartialSchema for $native {
                fn schema() -> RefOr<Schema> {
                    body(TaskType::$task, true, reference::<$params>())
                }
            }

            impl ToSchema for $native {
                fn schemas(schemas: &mut Schemas) {
                    collect::<$params>(schemas);
                }
            }
        )*

        /// The names of the flat and the native body of a task in the document.
        #[must_use]
        pub const fn schema_names(task: TaskType) -> (&'static str, &'static str) {
            match task {
                $(TaskType::$task => (stringify!($flat), stringify!($native)),)*
            }
        }

        /// The body of `POST /v1/tasks`: any of them, told apart by `task`.
        #[derive(Debug)]
        pub struct TaskRequest;

        impl PartialSchema for TaskRequest {
            fn schema() -> RefOr<Schema> {
                let mapping = TaskType::ALL.map(|it| {
                    let reference = format!("#/components/schemas/{}", schema_names(it).1);
                    (it.name(), reference)
                });
                let mut one_of = OneOfBuilder::new()
                    .description(Some("A request for one task on one host, told apart by `task`."))
                    .discriminator(Some(Discriminator::with_mapping("task", mapping)));
                $(one_of = one_of.item(Ref::from_schema_name(stringify!($native)));)*
                RefOr::T(Schema::OneOf(one_of.build()))
            }
        }

        impl ToSchema for TaskRequest {
            fn schemas(schemas: &mut Schemas) {
                $(
                    schemas.push((stringify!($native).to_owned(), $native::schema()));
                    $native::schemas(schemas);
                )*
            }
        }
    };
}

requests! {
    GetFile: GetFileRequest, GetFileTask, GetFileParams;
    DeleteFile: DeleteFileRequest, DeleteFileTask, DeleteFileParams;
    QuarantineFile: QuarantineFileRequest, QuarantineFileTask, QuarantineFileParams;
    IocScan: IocScanRequest, IocScanTask, IocScanParams;
    StartProcess: StartProcessRequest, StartProcessTask, StartProcessParams;
    TerminateProcess: TerminateProcessRequest, TerminateProcessTask, TerminateProcessParams;
    IsolateHost: IsolateHostRequest, IsolateHostTask, IsolateHostParams;
    PreventExecution: PreventExecutionRequest, PreventExecutionTask, PreventExecutionParams;
    OnDemandScan: OnDemandScanRequest, OnDemandScanTask, OnDemandScanParams;
    AllowExecution: AllowExecutionRequest, AllowExecutionTask, AllowExecutionParams;
}

fn reference<P: ToSchema>() -> RefOr<Schema> {
    RefOr::Ref(Ref::from_schema_name(P::name()))
}

/// The schema of a body.
fn body(task: TaskType, native: bool, params: RefOr<Schema>) -> RefOr<Schema> {
    let mut object = ObjectBuilder::new();
    if native {
        let name = ObjectBuilder::new()
            .schema_type(SchemaType::new(Type::String))
            .enum_values(Some([task.name()]));
        object = object.property("task", name).required("task");
    }
    object = object
        .property("targetHost", reference::<HostName>())
        .required("targetHost")
        .property("params", params)
        .required("params")
        .additional_properties(Some(AdditionalProperties::<Schema>::FreeForm(false)));
    for (member, name, _) in optional() {
        object = object.property(member, Ref::from_schema_name(name));
    }
    RefOr::T(Schema::Object(object.build()))
}

/// The members that every body may leave out, each with the name of its schema and the schema:
/// twenty bodies say the same of them.
fn optional() -> [(&'static str, &'static str, RefOr<Schema>); 5] {
    [
        ("responseEventIncidentArea", "AreaOrNull", or_null::<Area>()),
        ("severity", "SeverityOrNull", or_null::<Severity>()),
        ("comment", "CommentOrNull", or_null::<Comment>()),
        ("externalId", "ExternalIdOrNull", or_null::<ExternalId>()),
        ("backend", "BackendOrNull", or_null::<Alias>()),
    ]
}

/// A complete example of a body.
#[must_use]
pub fn example(task: TaskType, native: bool) -> Value {
    let mut example = examples::request(task);
    if native {
        example["task"] = task.name().into();
    }
    example
}

/// The schemas that a body with these parameters refers to.
fn collect<P: ToSchema>(schemas: &mut Schemas) {
    schemas.push((P::name().into_owned(), P::schema()));
    P::schemas(schemas);
    schemas.push((HostName::name().into_owned(), HostName::schema()));
    schemas.extend(optional().map(|(_, name, schema)| (name.to_owned(), schema)));
}
