//! The flat form of a request: a closed object of its own for each action, without `oneOf` and
//! without anything nested that need not be.

use serde_json::Value;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema};
use utoipa::{PartialSchema, ToSchema};

use super::{AREA, Schemas, TARGET_HOST, closed, described, reference, shared};
use crate::names::HostName;
use crate::task::Action;
use crate::task::allow_execution::AllowExecutionParams;
use crate::task::flat::{
    DeletionMembers, FileMembers, IocScanMembers, IsolationMembers, ReleaseMembers, ScanMembers,
    SeverityName, TerminationMembers,
};
use crate::task::prevent_execution::PreventExecutionParams;
use crate::task::start_process::StartProcessParams;
use crate::task::values::Area;

/// The flat body of each action.
macro_rules! flats {
    ($($action:ident: $flat:ident, $members:ty;)*) => {
        $(
            #[doc = concat!("The body of the route of `", stringify!($action), "`.")]
            #[derive(Debug)]
            pub struct $flat;

            impl PartialSchema for $flat {
                fn schema() -> RefOr<Schema> {
                    body::<$members>()
                }
            }

            impl ToSchema for $flat {
                fn schemas(schemas: &mut Schemas) {
                    <$members>::schemas(schemas);
                    schemas.push((SeverityName::name().into_owned(), SeverityName::schema()));
                    schemas.extend(shared());
                }
            }
        )*

        /// The name of the flat body of an action in the document.
        #[must_use]
        pub const fn schema_name(action: Action) -> &'static str {
            match action {
                $(Action::$action => stringify!($flat),)*
            }
        }

        /// The schema of an action's flat body, and by their names those that it refers to.
        pub(super) fn schemas_of(action: Action) -> (Value, Value) {
            let mut schemas = Schemas::new();
            let body = match action {
                $(Action::$action => {
                    $flat::schemas(&mut schemas);
                    $flat::schema()
                })*
            };
            let plain = |schema| serde_json::to_value(schema).expect("a schema is plain data");
            let schemas = schemas.into_iter().map(|(name, schema)| (name, plain(schema)));
            (plain(body), Value::Object(schemas.collect()))
        }
    };
}

flats! {
    IsolateHost: IsolateHostRequest, IsolationMembers;
    ReleaseHost: ReleaseHostRequest, ReleaseMembers;
    TerminateProcess: TerminateProcessRequest, TerminationMembers;
    QuarantineFile: QuarantineFileRequest, FileMembers;
    DeleteFile: DeleteFileRequest, DeletionMembers;
    GetFile: GetFileRequest, FileMembers;
    PreventExecution: PreventExecutionRequest, PreventExecutionParams;
    AllowExecution: AllowExecutionRequest, AllowExecutionParams;
    StartProcess: StartProcessRequest, StartProcessParams;
    IocScan: IocScanRequest, IocScanMembers;
    OnDemandScan: OnDemandScanRequest, ScanMembers;
}

/// The schema of a body: the host, what the action is about, and what every body may have.
fn body<M: ToSchema>() -> RefOr<Schema> {
    let mut object = ObjectBuilder::new()
        .property("targetHost", described::<HostName>(TARGET_HOST))
        .required("targetHost");
    if let RefOr::T(Schema::Object(members)) = M::schema() {
        for (name, schema) in members.properties {
            object = object.property(name, schema);
        }
        for name in members.required {
            object = object.required(name);
        }
    }
    object = object
        .property("area", described::<Area>(AREA))
        .property("severity", reference::<SeverityName>());
    RefOr::T(Schema::Object(closed(object).build()))
}
