//! A change of rules, with what was lost by it.

use crate::writer::Writer;
use serde::Serialize;
use serde_json::Value;
use time::OffsetDateTime;

/// Somebody changed the rules of a host, or of all.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RuleChange {
    /// When, by the simulated clock.
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
    /// A `sensorId`, or `all`.
    pub scope: String,
    /// Which rules.
    pub kind: RuleKind,
    /// Who.
    pub by: Writer,
    /// What there was, as the API writes it.
    pub before: Vec<Value>,
    /// What there is.
    pub after: Vec<Value>,
    /// Rules that others had made and that are gone.
    pub lost: Vec<LostRule>,
}

/// The two kinds of rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RuleKind {
    /// `network_isolation`
    Isolation,
    /// `prevention`
    Prevention,
}

/// A rule that is gone though another had made it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LostRule {
    /// A `sensorId`, or `all`.
    pub scope: String,
    /// As the API writes it.
    pub rule: Value,
    /// Who had made it.
    pub made_by: Writer,
    /// Who did away with it.
    pub lost_by: Writer,
}
