//! `iocScan`: look for indicators of compromise.

mod archive;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::Violation;
pub(super) use archive::is_empty;

/// The indicators, and what to do on a hit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct IocScanParams {
    /// A ZIP archive of OpenIOC 1.0 or 1.1 documents (`.ioc`, `.xml`) in base64: at most 2 MB a
    /// document and 10 MB in all, ids unique. The vendor's table calls it a path; its example
    /// says base64, and only that can be sent to a server.
    #[schema(
        min_length = 1,
        max_length = 14_000_000,
        content_encoding = "base64",
        example = "UEsFBgAAAAAAAAAAAAAAAAAAAAAAAA=="
    )]
    pub ioc: String,
    /// Isolate the host on a hit.
    pub isolate_host: bool,
    /// Scan critical areas on a hit.
    pub scan_critical_areas: bool,
    /// Delete the object on a hit, with a copy in Quarantine.
    pub quarantine_object: bool,
}

/// What the schema cannot say: that the text holds a ZIP archive of OpenIOC documents.
pub(super) fn check(params: &Value, violations: &mut Vec<Violation>) {
    if let Some(ioc) = params
        .get("ioc")
        .and_then(Value::as_str)
        .filter(|it| !it.is_empty())
    {
        archive::check(ioc, violations);
    }
}
