//! What a problem document says, in a line.

use acceptance::Reply;
use serde_json::Value;

/// What the gateway answered, when it was not what is shown.
pub(crate) fn problem(reply: &Reply) -> String {
    format!("{} {}", reply.status, reasons(&reply.json))
}

/// What a problem document says, without its status.
pub(crate) fn reasons(document: &Value) -> String {
    let text = |name: &str| document[name].as_str().unwrap_or_default();
    format!("{}: {}", text("code"), text("detail"))
}
