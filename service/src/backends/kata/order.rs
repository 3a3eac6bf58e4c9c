//! What is ordered of a Central Node, as it is written down: by it an order is known again, and by
//! it is judged what stands there.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use uuid::Uuid;

use super::isolation;
use super::rule_before::RuleBefore;
use crate::backends::seam::DeviceMark;
use crate::config::ExclusionPresets;
use vocabulary::task::Params;
use vocabulary::task::isolate_host::{
    Exclusion, IsolateHostParams, IsolationAction, IsolationSeconds,
};
use vocabulary::task::values::Md5OrSha256;

/// What is ordered for a host.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "what")]
pub(super) enum Order {
    /// Isolate it.
    Isolate {
        /// For how long.
        seconds: IsolationSeconds,
        /// What is let through; all of it.
        exclusions: Vec<Exclusion>,
    },
    /// Release it.
    Release,
    /// Run a program on it.
    Run {
        /// The id of the task at the Central Node.
        task: Uuid,
    },
    /// Keep a file from running there.
    Forbid {
        /// Which.
        hash: Md5OrSha256,
    },
    /// Let a file run there again.
    Allow {
        /// Which.
        hash: Md5OrSha256,
    },
}

/// What the settings say of isolations.
pub(super) struct IsolationTerms {
    /// For how long a host is isolated where the request does not say.
    pub(super) usually: IsolationSeconds,
    /// What may be let through by name.
    pub(super) presets: ExclusionPresets,
}

impl IsolationTerms {
    /// All that an isolation lets through, each once. Names that mean nothing were refused before.
    fn exclusions(&self, params: &IsolateHostParams) -> Vec<Exclusion> {
        let mut all = params.exclusions.clone().unwrap_or_default();
        let more: Vec<&Exclusion> = match &params.exclusion_presets {
            None => self.presets.usual().collect(),
            Some(names) => {
                let named = names.iter().filter_map(|it| self.presets.of(it));
                named.flatten().collect()
            }
        };
        for exclusion in more {
            if !all.contains(exclusion) {
                all.push(exclusion.clone());
            }
        }
        all
    }
}

/// An order, and what was known before it was given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PlacedOrder {
    /// What is ordered.
    pub(super) order: Order,
    /// When.
    #[serde(with = "time::serde::rfc3339")]
    pub(super) requested_at: OffsetDateTime,
    /// The isolation rule that stood before, where one did: while it stands, nothing has come of the
    /// order.
    #[serde(default)]
    pub(super) replaces: Option<RuleBefore>,
    /// What was seen of the device's own mark before. One that is the same afterwards may be of
    /// before, and proves nothing of the order.
    #[serde(default = "untold")]
    pub(super) mark_before: DeviceMark,
}

impl PlacedOrder {
    /// Whether the very rule that is ordered stood before: then that it stands proves nothing of this
    /// order. Of the other orders all that is wanted is that it be so.
    pub(super) fn stood_before(&self) -> bool {
        match (&self.order, &self.replaces) {
            (
                Order::Isolate {
                    seconds,
                    exclusions,
                },
                Some(before),
            ) => isolation::is_ordered_by(&before.rule(), *seconds, exclusions),
            (Order::Isolate { .. }, None)
            | (
                Order::Release | Order::Run { .. } | Order::Forbid { .. } | Order::Allow { .. },
                _,
            ) => false,
        }
    }
}

fn untold() -> DeviceMark {
    DeviceMark::Untold
}

impl Order {
    /// The order of these parameters; nothing where KATA has none. A program's task has this id;
    /// the settings say how long an isolation lasts, and what it lets through, where the parameters do
    /// not.
    pub(super) fn of(params: &Params, task: Uuid, terms: &IsolationTerms) -> Option<Self> {
        match params {
            Params::IsolateHost(it) => Some(match it.action {
                IsolationAction::On => Self::Isolate {
                    seconds: it.duration_seconds.unwrap_or(terms.usually),
                    exclusions: terms.exclusions(it),
                },
                IsolationAction::Off => Self::Release,
            }),
            Params::StartProcess(_) => Some(Self::Run { task }),
            Params::PreventExecution(it) => Some(Self::Forbid {
                hash: it.hash.clone(),
            }),
            Params::AllowExecution(it) => Some(Self::Allow {
                hash: it.hash.clone(),
            }),
            Params::GetFile(_)
            | Params::DeleteFile(_)
            | Params::QuarantineFile(_)
            | Params::IocScan(_)
            | Params::TerminateProcess(_)
            | Params::OnDemandScan(_) => None,
        }
    }

    /// Whether the device can show by its mark that it has carried the order out.
    pub(super) fn is_of_isolation(&self) -> bool {
        match self {
            Self::Isolate { .. } | Self::Release => true,
            Self::Run { .. } | Self::Forbid { .. } | Self::Allow { .. } => false,
        }
    }

    /// For how long the rule holds that is ordered.
    pub(super) fn lasts(&self) -> Option<time::Duration> {
        match self {
            Self::Isolate { seconds, .. } => Some(time::Duration::seconds(seconds.get().into())),
            Self::Release | Self::Run { .. } | Self::Forbid { .. } | Self::Allow { .. } => None,
        }
    }
}

/// A hash in the client's words.
pub(super) fn file_hash(hash: &Md5OrSha256) -> kata::FileHash {
    hash.as_str()
        .parse()
        .expect("both take an MD5 or a SHA-256")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn placed(order: &serde_json::Value, replaces: &serde_json::Value) -> PlacedOrder {
        let placed = json!({
            "order": order, "replaces": replaces, "requestedAt": "2026-01-02T03:04:05Z"
        });
        serde_json::from_value(placed).expect("an order")
    }

    #[test]
    fn only_an_isolation_over_the_very_same_rule_is_proved_by_nothing() {
        let isolate = json!({"what": "isolate", "seconds": 7200, "exclusions": [
            {"direction": "both", "remoteIpv4": "192.0.2.53"},
        ]});
        let rule = |seconds| {
            json!({"seconds": seconds, "exclusions": [
                {"remoteIpv4Address": "192.0.2.53", "direction": "both"},
            ]})
        };
        let forbid = json!({"what": "forbid", "hash": "d41d8cd98f00b204e9800998ecf8427e"});

        assert!(placed(&isolate, &rule(7200)).stood_before());
        for other in [
            placed(&isolate, &rule(3600)),
            placed(&isolate, &serde_json::Value::Null),
            placed(&json!({"what": "release"}), &rule(7200)),
            // That the file is forbidden is all that is wanted, whoever has forbidden it.
            placed(&forbid, &serde_json::Value::Null),
        ] {
            assert!(!other.stood_before(), "{other:?}");
        }
    }
}
