//! Problems in the document: one response a status, by name, with an example of each code.
//!
//! An operation refers to the response of the status, and says beside the reference which codes are
//! its own where others have more. Readers that pass over what stands beside a reference see the
//! codes of all operations then: too many, never too few.
//!
//! *Rationale.* A response for each set of codes would be exact for those readers too, but its name
//! would change when an operation gets one code more, and generated clients with it. That of a
//! status stays.

use std::collections::BTreeMap;

use utoipa::openapi::content::ContentBuilder;
use utoipa::openapi::example::{Example, ExampleBuilder};
use utoipa::openapi::{Ref, RefOr, Response, ResponseBuilder};

use super::headers;
use crate::doors::rest::examples;
use vocabulary::code::Code;

/// The codes of an operation, some of them in lists that it shares with others.
pub(super) type Codes = &'static [&'static [Code]];

/// What the response of a status is called, here and in generated clients: for good.
const NAMES: [(u16, &str); 17] = [
    (400, "BadRequest"),
    (401, "Unauthorized"),
    (403, "Forbidden"),
    (404, "NotFound"),
    (405, "MethodNotAllowed"),
    (406, "NotAcceptable"),
    (408, "RequestTimeout"),
    (409, "Conflict"),
    (413, "ContentTooLarge"),
    (415, "UnsupportedMediaType"),
    (417, "ExpectationFailed"),
    (422, "UnprocessableContent"),
    (429, "TooManyRequests"),
    (500, "InternalServerError"),
    (502, "BadGateway"),
    (503, "ServiceUnavailable"),
    (504, "GatewayTimeout"),
];

/// The problems of an operation by status: references to what [`shared`] makes of the same rows.
pub(super) fn references(own: Codes, rows: &[Codes]) -> BTreeMap<String, RefOr<Response>> {
    let all = by_status(rows);
    by_status(&[own])
        .into_iter()
        .map(|(status, codes)| {
            let mut reference = Ref::new(format!("#/components/responses/{}", name(status)));
            if all.get(&status) != Some(&codes) {
                reference.description = description(&codes);
            }
            (status.to_string(), RefOr::Ref(reference))
        })
        .collect()
}

/// The response of each status that occurs in these rows, under its name.
pub(super) fn shared(rows: &[Codes]) -> Vec<(String, RefOr<Response>)> {
    by_status(rows)
        .into_iter()
        .map(|(status, codes)| {
            let response = response(status, &codes);
            (name(status).to_owned(), RefOr::T(response))
        })
        .collect()
}

/// The codes of these rows by status, in the order of the table of codes.
fn by_status(rows: &[Codes]) -> BTreeMap<u16, Vec<Code>> {
    let occurs = |code: &Code| rows.iter().copied().flatten().any(|it| it.contains(code));
    let mut by_status: BTreeMap<u16, Vec<Code>> = BTreeMap::new();
    for code in Code::ALL.iter().filter(|it| occurs(it)) {
        by_status.entry(code.status()).or_default().push(*code);
    }
    by_status
}

fn name(status: u16) -> &'static str {
    let row = NAMES.iter().find(|(it, _)| *it == status);
    row.expect("every status of the table of codes has a name")
        .1
}

fn description(codes: &[Code]) -> String {
    let list: Vec<String> = codes
        .iter()
        .map(|it| format!("`{}`: {}.", it.name(), it.title()))
        .collect();
    list.join(" ")
}

fn response(status: u16, codes: &[Code]) -> Response {
    let content = ContentBuilder::new()
        .schema(Some(Ref::from_schema_name("Problem")))
        .examples_from_iter(codes.iter().map(|it| (it.name(), example(*it))))
        .build();
    let mut response = ResponseBuilder::new()
        .description(description(codes))
        .content("application/problem+json", content);
    if status == 503 || status == 429 {
        let retry_after = headers::reference(headers::RETRY_AFTER);
        response = response.header_ref(headers::RETRY_AFTER, retry_after);
    }
    if status == 401 {
        let challenge = headers::text("A Bearer challenge (RFC 6750).");
        response = response.header("WWW-Authenticate", challenge);
    }
    headers::with_common(response).build()
}

fn example(code: Code) -> Example {
    ExampleBuilder::new()
        .value(Some(examples::problem(code)))
        .build()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_status_has_a_name_of_its_own() {
        let names: std::collections::BTreeSet<&str> =
            Code::ALL.iter().map(|it| name(it.status())).collect();

        assert_eq!(names.len(), by_status(&[&[Code::ALL]]).len());
    }

    #[test]
    fn codes_are_said_where_an_operation_has_fewer_than_all() {
        let rows: &[Codes] = &[
            &[&[Code::TaskNotFound, Code::Internal]],
            &[&[Code::HostNotFound], &[Code::Internal]],
        ];

        let own = references(rows[1], rows);

        let of = |status: &str| match &own[status] {
            RefOr::Ref(it) => (it.ref_location.as_str(), it.description.as_str()),
            RefOr::T(_) => panic!("{status} is written out"),
        };
        assert_eq!(
            of("404"),
            (
                "#/components/responses/NotFound",
                "`host_not_found`: There is no such host."
            )
        );
        assert_eq!(
            of("500"),
            ("#/components/responses/InternalServerError", "")
        );
        let RefOr::T(both) = &shared(rows)[0].1 else {
            panic!("a response is not written out");
        };
        assert_eq!(
            both.description,
            "`task_not_found`: There is no such task. `host_not_found`: There is no such host."
        );
    }
}
