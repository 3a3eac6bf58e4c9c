//! Header fields of answers: those of several answers by name.

use utoipa::openapi::header::{Header, HeaderBuilder};
use utoipa::openapi::schema::{ObjectBuilder, SchemaType, Type};
use utoipa::openapi::{Ref, RefOr, ResponseBuilder};

/// Where a client learns when to ask again.
pub(super) const RETRY_AFTER: &str = "Retry-After";

/// Where a client learns that its wait was granted.
pub(super) const PREFERENCE_APPLIED: &str = "Preference-Applied";

/// The fields that every answer behind the guard has.
const EVERYWHERE: [(&str, &str); 3] = [
    (
        "X-Request-Id",
        "The request's id, as the caller sent it or newly made.",
    ),
    (
        "RateLimit-Policy",
        "What is limited: `\"caller\"`, requests of this caller in a minute; and where a task is \
         created and the tasks were counted `\"task-budget\"`, response tasks that KSC keeps.",
    ),
    (
        "RateLimit",
        "How much of each is left (`r`), and after how many seconds none of it counts any more \
         (`t`).",
    ),
];

/// The fields that several answers have, each under its own name.
pub(super) fn shared() -> Vec<(String, RefOr<Header>)> {
    let everywhere = EVERYWHERE.map(|(name, description)| (name, text(description)));
    let retry_after = integer("Seconds after which to try again.");
    let preference_applied = text("The wait that was granted, when one was asked for.");
    everywhere
        .into_iter()
        .chain([
            (RETRY_AFTER, retry_after),
            (PREFERENCE_APPLIED, preference_applied),
        ])
        .map(|(name, header)| (name.to_owned(), RefOr::T(header)))
        .collect()
}

/// A shared field.
pub(super) fn reference(name: &str) -> Ref {
    Ref::new(format!("#/components/headers/{name}"))
}

/// A shared field that says something of its own here.
pub(super) fn reference_that_says(name: &str, description: &str) -> Ref {
    let mut reference = reference(name);
    description.clone_into(&mut reference.description);
    reference
}

/// The answer with the fields that every answer behind the guard has.
pub(super) fn with_common(response: ResponseBuilder) -> ResponseBuilder {
    EVERYWHERE
        .into_iter()
        .fold(response, |response, (name, _)| {
            response.header_ref(name, reference(name))
        })
}

/// A field that is a text.
pub(super) fn text(description: &str) -> Header {
    header(description, Type::String)
}

fn integer(description: &str) -> Header {
    header(description, Type::Integer)
}

fn header(description: &str, kind: Type) -> Header {
    HeaderBuilder::new()
        .schema(Some(
            ObjectBuilder::new().schema_type(SchemaType::new(kind)),
        ))
        .description(Some(description))
        .build()
}
