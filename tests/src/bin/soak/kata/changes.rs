//! The Central Node's book: how the isolation of each host changed, when and by whom.

use std::time::Instant;

use kata_simulator::{RuleChange, RuleKind, Writer};

use super::site::Site;

/// The rule of a host changed.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Change {
    pub(crate) host: String,
    /// Seconds from the beginning of the callers' book.
    pub(crate) at: f64,
    /// Whether it was the gateways.
    pub(crate) ours: bool,
    /// For how many seconds the host is isolated from then on; nothing when it is not.
    pub(crate) isolates: Option<u64>,
}

/// What the Central Node's journal says.
#[derive(Debug, Default)]
pub(crate) struct History {
    /// Changes of isolations, in their order.
    pub(crate) changes: Vec<Change>,
    /// Rules of others that the gateways had no business with.
    pub(crate) trespasses: Vec<String>,
}

/// Reads the journal of a site, from the beginning of the callers' book.
pub(crate) fn history(site: &Site, since: Instant) -> History {
    let mut history = History::default();
    for change in site.sim().journal().rule_changes() {
        let ours = matches!(change.by, Writer::Api(_));
        if ours && is_trespass(site, &change) {
            history.trespasses.push(format!("{change:?}"));
        }
        if change.kind == RuleKind::Isolation {
            history.changes.push(Change {
                at: site.seconds(since, change.at),
                ours,
                isolates: change
                    .after
                    .first()
                    .and_then(|it| it["autoTurnoffTimeoutInSec"].as_u64()),
                host: change.scope,
            });
        }
    }
    history
}

/// A host of others is not touched at all; of rules of prevention none is lost that another made.
fn is_trespass(site: &Site, change: &RuleChange) -> bool {
    let is_lost = change.kind == RuleKind::Prevention && !change.lost.is_empty();
    is_lost || site.foreign.contains(&change.scope)
}
