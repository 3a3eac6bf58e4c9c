//! The isolation rule that stood before an order.

use kata::{Isolation, IsolationRule};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// A rule that stood before an order, in the members that are documented.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct RuleBefore {
    #[serde(default)]
    seconds: Option<u64>,
    #[serde(default)]
    exclusions: Option<Vec<Value>>,
}

impl RuleBefore {
    /// The rule that stands, where one does.
    pub(super) fn of(stands: &Isolation) -> Option<Self> {
        match stands {
            Isolation::Rule(rule) => Some(Self {
                seconds: rule.seconds,
                exclusions: rule.exclusions.clone(),
            }),
            Isolation::NoRuleOrHost | Isolation::Unknown(_) => None,
        }
    }

    /// Whether it is this rule.
    pub(super) fn is(&self, rule: &IsolationRule) -> bool {
        rule.is_same_as(&self.rule())
    }

    /// The rule.
    pub(super) fn rule(&self) -> IsolationRule {
        IsolationRule {
            seconds: self.seconds,
            exclusions: self.exclusions.clone(),
            others: Map::new(),
        }
    }
}
