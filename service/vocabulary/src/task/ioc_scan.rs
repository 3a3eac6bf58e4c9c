//! `iocScan`: look for indicators of compromise.

mod archive;
mod declarations;
mod document;
mod entry;
mod terms;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::violation::Violation;

/// The indicators, and what to do on a hit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct IocScanParams {
    /// A ZIP archive of OpenIOC 1.0 or 1.1 documents (`.ioc`, `.xml`) in base64: at most 2 MB a
    /// document and 10 MB in all, ids unique. The vendor's table calls it a path; its example says
    /// base64, and only that can be sent to a server.
    #[schema(
        min_length = 1,
        max_length = 14_000_000,
        content_encoding = "base64",
        example = json!(include_str!("../requests/examples/ioc.base64").trim())
    )]
    pub ioc: String,
    /// Isolate the host on a hit.
    pub isolate_host: bool,
    /// Scan critical areas on a hit.
    pub scan_critical_areas: bool,
    /// Delete the object on a hit, with a copy in Quarantine.
    pub quarantine_object: bool,
}

/// What the schema cannot say: that the text holds a ZIP archive of OpenIOC documents. Gives what a
/// caller should know of them.
pub(super) fn check(params: &Value, violations: &mut Vec<Violation>) -> Option<String> {
    let ioc = params.get("ioc")?.as_str().filter(|it| !it.is_empty())?;
    match archive::check(ioc) {
        Ok(unknown) => warning(&unknown),
        Err(more) => {
            violations.extend(more);
            None
        }
    }
}

/// Most characters of an archive that is looked into again for the sake of a warning.
const LOOKED_INTO_AGAIN: usize = 256 * 1024;

/// What KES will not look for of an archive that was read back; a large one is not looked into
/// again.
#[must_use]
pub fn overlooked_again(params: &Value) -> Option<String> {
    let ioc = params.get("ioc")?.as_str()?;
    let unknown = (ioc.len() <= LOOKED_INTO_AGAIN).then(|| archive::check(ioc).ok())?;
    warning(&unknown?)
}

fn warning(unknown: &archive::Unknown) -> Option<String> {
    const SHOWN: usize = 5;
    let named: Vec<&str> = unknown.iter().take(SHOWN).map(String::as_str).collect();
    let more = match unknown.len().checked_sub(SHOWN) {
        None | Some(0) => String::new(),
        Some(more) => format!(" and {more} more"),
    };
    (!named.is_empty()).then(|| {
        format!(
            "KES does not look for all of it, and what it does not look for never matches, without an error: {}{more}.",
            named.join(", ")
        )
    })
}
