//! The parameters that several operations take, for the document: it has each once, by name.

use utoipa::IntoParams;
use utoipa::openapi::path::Parameter;

use super::id::TaskPath;
use super::key::{KeyHeader, KeyQuery};
use super::waiting::{PreferHeader, WaitQuery};
use crate::doors::rest::backends::BackendsQuery;

/// Each parameter under its name, which no schema has: some generators make types of both.
pub(in crate::doors::rest) fn shared() -> Vec<(&'static str, Parameter)> {
    let all = [
        BackendsQuery::into_params(|| None),
        KeyHeader::into_params(|| None),
        KeyQuery::into_params(|| None),
        PreferHeader::into_params(|| None),
        WaitQuery::into_params(|| None),
        TaskPath::into_params(|| None),
    ];
    let names = [
        "BackendQuery",
        "IdempotencyKeyHeader",
        "IdempotencyKeyQuery",
        "PreferHeader",
        "WaitQuery",
        "WaitForQuery",
        "TaskIdPath",
    ];
    names.into_iter().zip(all.into_iter().flatten()).collect()
}
