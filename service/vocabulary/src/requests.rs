//! The bodies of requests for tasks, as the published document describes them.
//!
//! Each task has two: flat (`GetFileRequest`, for `POST /v1/tasks/getFile`) and native
//! (`GetFileTask`, the vendor's own form with the member `task`, for `POST /v1/tasks`). They are
//! described here and never built: bodies are checked against these schemas and then become a
//! [`crate::task::Request`].

mod examples;

use serde_json::Value;
use utoipa::openapi::schema::{
    AdditionalProperties, ArrayBuilder, Discriminator, ObjectBuilder, OneOfBuilder, Schema,
    SchemaType, Type,
};
use utoipa::openapi::{Ref, RefOr};
use utoipa::{PartialSchema, ToSchema};

use crate::names::HostName;
use crate::task::TaskType;
use crate::task::delete_file::DeleteFileParams;
use crate::task::get_file::GetFileParams;
use crate::task::ioc_scan::IocScanParams;
use crate::task::isolate_host::IsolateHostParams;
use crate::task::on_demand_scan::ScanObject;
use crate::task::prevent_execution::PreventExecutionParams;
use crate::task::quarantine_file::QuarantineFileParams;
use crate::task::start_process::StartProcessParams;
use crate::task::terminate_process::TerminateProcessParams;
use crate::task::values::{Area, Comment, ExternalId, Severity, or_null};

type Schemas = Vec<(String, RefOr<Schema>)>;

/// The two bodies of each task, and their list.
macro_rules! requests {
    ($($task:ident: $flat:ident, $native:ident, $params:ty, $schema:expr;)*) => {
        $(
            #[doc = concat!("The body of the flat route of `", stringify!($task), "`.")]
            #[derive(Debug)]
            pub struct $flat;

            impl PartialSchema for $flat {
                fn schema() -> RefOr<Schema> {
                    body(TaskType::$task, false, $schema)
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
                    body(TaskType::$task, true, $schema)
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

        /// The body of `POST /v1/tasks`: any of the nine, told apart by `task`.
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
    GetFile: GetFileRequest, GetFileTask, GetFileParams, reference::<GetFileParams>();
    DeleteFile: DeleteFileRequest, DeleteFileTask, DeleteFileParams, reference::<DeleteFileParams>();
    QuarantineFile: QuarantineFileRequest, QuarantineFileTask, QuarantineFileParams,
        reference::<QuarantineFileParams>();
    IocScan: IocScanRequest, IocScanTask, IocScanParams, reference::<IocScanParams>();
    StartProcess: StartProcessRequest, StartProcessTask, StartProcessParams,
        reference::<StartProcessParams>();
    TerminateProcess: TerminateProcessRequest, TerminateProcessTask, TerminateProcessParams,
        reference::<TerminateProcessParams>();
    IsolateHost: IsolateHostRequest, IsolateHostTask, IsolateHostParams,
        reference::<IsolateHostParams>();
    PreventExecution: PreventExecutionRequest, PreventExecutionTask, PreventExecutionParams,
        reference::<PreventExecutionParams>();
    OnDemandScan: OnDemandScanRequest, OnDemandScanTask, ScanObject, scan_objects();
}

fn reference<P: ToSchema>() -> RefOr<Schema> {
    RefOr::Ref(Ref::from_schema_name(P::name()))
}

/// One and more places; the most is far beyond any real scan and keeps a body bounded.
fn scan_objects() -> RefOr<Schema> {
    let array = ArrayBuilder::new()
        .items(reference::<ScanObject>())
        .min_items(Some(1))
        .max_items(Some(256))
        .description(Some("The places to scan: an array, also for one place."));
    RefOr::T(Schema::Array(array.build()))
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
        .property("responseEventIncidentArea", or_null::<Area>())
        .property("severity", or_null::<Severity>())
        .property("comment", or_null::<Comment>())
        .property("externalId", or_null::<ExternalId>())
        .additional_properties(Some(AdditionalProperties::<Schema>::FreeForm(false)))
        .examples([example(task, native)]);
    RefOr::T(Schema::Object(object.build()))
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
}
