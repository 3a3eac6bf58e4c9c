//! The Central Node's book: how the isolation of each host changed and which files may not run
//! there, when and by whom; and which programs its device started.

use std::collections::BTreeSet;
use std::time::Instant;

use kata_simulator::{DeedKind, RuleChange, RuleKind, Writer};
use serde_json::Value;

use super::order::PROGRAM;
use super::site::Site;

/// The isolation of a host changed.
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

/// A file may not run on a host from now on, or may again.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct FileChange {
    pub(crate) host: String,
    pub(crate) hash: String,
    /// Seconds from the beginning of the callers' book.
    pub(crate) at: f64,
    /// Whether it was the gateways.
    pub(crate) ours: bool,
    pub(crate) forbids: bool,
}

/// A device started the program that callers order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Run {
    pub(crate) host: String,
    pub(crate) argument: String,
}

/// What the Central Node's journal says, each in its order.
#[derive(Debug, Default)]
pub(crate) struct History {
    pub(crate) isolations: Vec<Change>,
    pub(crate) files: Vec<FileChange>,
    pub(crate) runs: Vec<Run>,
    /// Rules of others that the gateways had no business with.
    pub(crate) trespasses: Vec<String>,
}

/// Reads the journal of a site, from the beginning of the callers' book.
pub(crate) fn history(site: &Site, since: Instant) -> History {
    let journal = site.sim().journal();
    let mut history = History::default();
    for change in journal.rule_changes() {
        let ours = matches!(change.by, Writer::Api(_));
        if ours && is_trespass(site, &change) {
            history.trespasses.push(format!("{change:?}"));
        }
        let at = site.seconds(since, change.at);
        match change.kind {
            RuleKind::Isolation => history.isolations.push(Change {
                at,
                ours,
                isolates: change
                    .after
                    .first()
                    .and_then(|it| it["autoTurnoffTimeoutInSec"].as_u64()),
                host: change.scope,
            }),
            RuleKind::Prevention => history.files.extend(files(&change, at, ours)),
        }
    }
    let runs = journal.deeds().into_iter().filter_map(|deed| {
        let DeedKind::Started {
            command,
            parameters,
            ..
        } = deed.kind
        else {
            return None;
        };
        (command == PROGRAM).then(|| Run {
            host: deed.sensor,
            argument: parameters.unwrap_or_default(),
        })
    });
    history.runs = runs.collect();
    history
}

/// A write replaces all rules: what it has changed is what is different behind it.
fn files(change: &RuleChange, at: f64, ours: bool) -> Vec<FileChange> {
    let (before, after) = (hashes(&change.before), hashes(&change.after));
    let of = |hash: &String, forbids| FileChange {
        host: change.scope.clone(),
        hash: hash.clone(),
        at,
        ours,
        forbids,
    };
    let added = after.difference(&before).map(|it| of(it, true));
    let gone = before.difference(&after).map(|it| of(it, false));
    added.chain(gone).collect()
}

fn hashes(rules: &[Value]) -> BTreeSet<String> {
    let hash = |rule: &Value| rule["file"]["sha256"].as_str().map(str::to_ascii_lowercase);
    rules.iter().filter_map(hash).collect()
}

/// A host of others is not touched at all; of rules of prevention none is lost that another made.
fn is_trespass(site: &Site, change: &RuleChange) -> bool {
    let is_lost = change.kind == RuleKind::Prevention && !change.lost.is_empty();
    is_lost || site.foreign.contains(&change.scope)
}
