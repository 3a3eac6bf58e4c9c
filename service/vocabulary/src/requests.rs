//! The bodies of requests for tasks, as the published document describes them.
//!
//! There are two forms. The native one (`GetFileTask`, for `POST /v1/tasks`) is the vendor's own,
//! with the member `task` and numbers where the vendor has numbers. The flat one
//! (`GetFileRequest`, for `POST /v1/tasks/getFile`) has the parameters at its top, by the names that
//! people use. Bodies are checked against these schemas and then become a
//! [`Request`](crate::task::Request), which does not know any more how it was written.

mod examples;
pub mod fields;
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

/// What the members of every body are for. Their schemas say what is valid.
const TARGET_HOST: &str = "The device: its KSC host id, a name of it, `DOMAIN\\host` or an IPv4 address. It must mean exactly one.";
const AREA: &str = "The application that asks. KSC shows it in the name of its task.";
const COMMENT: &str = "Why it is asked for. Whoever reads the task, and the audit log, sees it.";
const EXTERNAL_ID: &str =
    "Your reference, such as a case. The task shows it, and tasks are found by it.";

/// Schemas by their names.
type Schemas = Vec<(String, RefOr<Schema>)>;

/// A schema by its name.
fn reference<T: ToSchema>() -> Ref {
    Ref::from_schema_name(T::name())
}

/// A schema by its name, and what it is for in this place.
fn described<T: ToSchema>(purpose: &str) -> Ref {
    Ref::builder()
        .ref_location_from_schema_name(T::name())
        .description(Some(purpose))
        .build()
}

/// A closed body with the members that every one may leave out but for the area and the severity,
/// which the two forms call differently.
fn closed(object: ObjectBuilder) -> ObjectBuilder {
    object
        .property("comment", described::<Comment>(COMMENT))
        .property("externalId", described::<ExternalId>(EXTERNAL_ID))
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
