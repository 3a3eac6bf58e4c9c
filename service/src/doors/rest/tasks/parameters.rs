//! The parameters that several operations take, for the document: it has each once, by name.

use utoipa::IntoParams;
use utoipa::openapi::path::Parameter;

use super::create::CreateQuery;
use super::id::TaskPath;
use super::key::KeyHeader;
use super::prefer::PreferHeader;
use crate::doors::rest::backends::BackendsQuery;

/// Each parameter under its name, which no schema has: some generators make types of both.
pub(in crate::doors::rest) fn shared() -> Vec<(&'static str, Parameter)> {
    let named = [
        ("BackendQuery", BackendsQuery::into_params(|| None)),
        ("DryRunQuery", CreateQuery::into_params(|| None)),
        ("IdempotencyKeyHeader", KeyHeader::into_params(|| None)),
        ("PreferHeader", PreferHeader::into_params(|| None)),
        ("TaskIdPath", TaskPath::into_params(|| None)),
    ];
    named
        .into_iter()
        .flat_map(|(name, parameters)| parameters.into_iter().map(move |it| (name, it)))
        .collect()
}
