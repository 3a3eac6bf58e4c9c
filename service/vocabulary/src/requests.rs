//! The bodies of requests for tasks, as the published document describes them.
//!
//! There are two forms. The native one (`GetFileTask`, for `POST /v1/tasks`) is the vendor's own,
//! with the member `task` and numbers where the vendor has numbers. The flat one
//! (`GetFileRequest`, for `POST /v1/tasks/getFile`) has the parameters at its top, by the names that
//! people use. Bodies are checked against these schemas and then become a
//! [`Request`](crate::task::Request), which does not know any more how it was written.

mod examples;
pub mod flat;
pub mod native;

use serde_json::Value;
use utoipa::ToSchema;
use utoipa::openapi::schema::{AdditionalProperties, ObjectBuilder, Schema};
use utoipa::openapi::{Ref, RefOr};

use crate::names::HostName;
use crate::task::values::{Area, Comment, ExternalId};
use crate::task::{Action, TaskType};
use crate::task_id::Alias;

/// Schemas by their names.
type Schemas = Vec<(String, RefOr<Schema>)>;

/// A schema by its name.
fn reference<T: ToSchema>() -> Ref {
    Ref::from_schema_name(T::name())
}

/// A closed body with the members that every one may leave out but for the area and the severity,
/// which the two forms call differently.
fn closed(object: ObjectBuilder) -> ObjectBuilder {
    object
        .property("comment", reference::<Comment>())
        .property("externalId", reference::<ExternalId>())
        .property("backend", reference::<Alias>())
        .additional_properties(Some(AdditionalProperties::<Schema>::FreeForm(false)))
}

/// The schemas that every body refers to.
fn shared() -> Schemas {
    fn of<T: ToSchema>() -> (String, RefOr<Schema>) {
        (T::name().into_owned(), T::schema())
    }
    vec![
        of::<HostName>(),
        of::<Area>(),
        of::<Comment>(),
        of::<ExternalId>(),
        of::<Alias>(),
    ]
}

/// A complete example of a native body.
#[must_use]
pub fn native_example(task: TaskType) -> Value {
    examples::native(task)
}

/// A complete example of a flat body.
#[must_use]
pub fn flat_example(action: Action) -> Value {
    examples::flat(action)
}
