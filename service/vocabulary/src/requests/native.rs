//! The vendor's own form of a request, word for word: told apart by `task`, with `params` below.

use utoipa::openapi::schema::{
    Discriminator, ObjectBuilder, OneOfBuilder, Schema, SchemaType, Type,
};
use utoipa::openapi::{Ref, RefOr};
use utoipa::{PartialSchema, ToSchema};

use super::{AREA, Schemas, TARGET_HOST, closed, described, reference, shared};
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
use crate::task::values::{Area, Severity};

/// The native body of each task, and their list.
macro_rules! natives {
    ($($task:ident: $native:ident, $params:ty;)*) => {
        $(
            #[doc = concat!("The native body of `", stringify!($task), "`.")]
            #[derive(Debug)]
            pub struct $native;

            impl PartialSchema for $native {
                fn schema() -> RefOr<Schema> {
                    body::<$params>(TaskType::$task)
                }
            }

            impl ToSchema for $native {
                fn schemas(schemas: &mut Schemas) {
                    schemas.push((<$params>::name().into_owned(), <$params>::schema()));
                    <$params>::schemas(schemas);
                    schemas.push((Severity::name().into_owned(), Severity::schema()));
                    schemas.extend(shared());
                }
            }
        )*

        /// The name of the native body of a task in the document.
        #[must_use]
        pub const fn schema_name(task: TaskType) -> &'static str {
            match task {
                $(TaskType::$task => stringify!($native),)*
            }
        }

        /// The body of `POST /v1/tasks`: any of them, told apart by `task`.
        #[derive(Debug)]
        pub struct TaskRequest;

        impl PartialSchema for TaskRequest {
            fn schema() -> RefOr<Schema> {
                let mapping = TaskType::ALL.map(|it| {
                    let reference = format!("#/components/schemas/{}", schema_name(it));
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

natives! {
    GetFile: GetFileTask, GetFileParams;
    DeleteFile: DeleteFileTask, DeleteFileParams;
    QuarantineFile: QuarantineFileTask, QuarantineFileParams;
    IocScan: IocScanTask, IocScanParams;
    StartProcess: StartProcessTask, StartProcessParams;
    TerminateProcess: TerminateProcessTask, TerminateProcessParams;
    IsolateHost: IsolateHostTask, IsolateHostParams;
    PreventExecution: PreventExecutionTask, PreventExecutionParams;
    OnDemandScan: OnDemandScanTask, OnDemandScanParams;
    AllowExecution: AllowExecutionTask, AllowExecutionParams;
}

/// The schema of a body.
fn body<P: ToSchema>(task: TaskType) -> RefOr<Schema> {
    let name = ObjectBuilder::new()
        .schema_type(SchemaType::new(Type::String))
        .enum_values(Some([task.name()]));
    let object = ObjectBuilder::new()
        .property("task", name)
        .required("task")
        .property("targetHost", described::<HostName>(TARGET_HOST))
        .required("targetHost")
        .property("params", reference::<P>())
        .required("params")
        .property("responseEventIncidentArea", described::<Area>(AREA))
        .property("severity", reference::<Severity>());
    RefOr::T(Schema::Object(closed(object).build()))
}
