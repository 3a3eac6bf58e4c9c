//! One rule that a request breaks, and where.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// One rule that a request breaks, and where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Violation {
    /// JSON Pointer (RFC 6901) into the request body; for a missing member, where it should be. A
    /// query parameter is named with a question mark before it.
    pub pointer: String,
    /// A stable name of the rule.
    pub code: String,
    /// The rule in a sentence.
    pub detail: String,
}

impl Violation {
    /// A violation of a rule at a place.
    pub fn new(pointer: impl Into<String>, code: &str, detail: impl Into<String>) -> Self {
        Self {
            pointer: pointer.into(),
            code: code.to_owned(),
            detail: detail.into(),
        }
    }

    /// The pointer of a member of what stands at this place (`~` and `/` are escaped).
    #[must_use]
    pub fn member(at: &str, name: &str) -> String {
        format!("{at}/{}", name.replace('~', "~0").replace('/', "~1"))
    }

    /// The same where what stands below this place stands at the top.
    #[must_use]
    pub fn lifted(mut self, place: &str) -> Self {
        if self.pointer.starts_with(place) {
            self.pointer.drain(..place.len());
        }
        self
    }
}
