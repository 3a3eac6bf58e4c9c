//! A problem document (RFC 9457) as it goes over the wire.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::host::HostCandidate;
use crate::task::Violation;
use crate::task_id::Alias;

/// KSC's own error, as far as it helps a caller or an operator.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct KscFault {
    /// The KSC module that raised it, such as `KLSTD`.
    pub module: String,
    /// The module's number for it.
    pub code: i64,
    /// A finer number, when KSC gave one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = i64, required = false)]
    pub subcode: Option<i64>,
}

/// What only one kind of back end knows of a problem.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BackendFacts {
    /// KSC's own error.
    pub ksc: Option<KscFault>,
    /// The incident that exists although the request failed.
    pub incident_id: Option<i64>,
}

/// A problem document (RFC 9457) as it is sent.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = Problem)]
pub struct ProblemDocument {
    /// A URI of the kind of problem; it ends in `code`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The kind of problem in a sentence.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// What happened this time, and what to do.
    pub detail: String,
    /// The address that was asked for.
    pub instance: String,
    /// The stable name of the kind.
    pub code: String,
    /// Whether the same request may succeed later without any change. For `outcome_unknown` only a
    /// request with an `Idempotency-Key` is, and with the same key.
    pub retryable: bool,
    /// Seconds after which to try again: `Retry-After`, which a result of a batch has no header
    /// for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = u32, required = false, example = 60)]
    pub retry_after: Option<u32>,
    /// The request's id: the log, the audit log and KSC's trace know it.
    pub request_id: String,
    /// The alias of the back end that it is of, when it is of one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false)]
    pub backend: Option<Alias>,
    /// Every rule that the request breaks.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub errors: Vec<Violation>,
    /// KSC's own error.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = KscFault, required = false)]
    pub ksc: Option<KscFault>,
    /// The incident that exists although the request failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = i64, required = false)]
    pub incident_id: Option<i64>,
    /// The hosts that the name could mean.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub candidates: Vec<HostCandidate>,
}
