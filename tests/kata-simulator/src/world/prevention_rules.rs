//! The rules of prevention: files that may not run, on one host or on all.

use crate::file_hash::FileHash;
use crate::writer::Writer;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// Where rules hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scope {
    /// Everywhere.
    All,
    /// On one host.
    Host(Uuid),
}

/// A rule is one file.
#[derive(Debug, Clone)]
pub(crate) struct PreventionRule {
    pub(crate) hash: FileHash,
    /// Who made it first; whoever sends it along later leaves it his.
    pub(crate) by: Writer,
}

/// All rules.
#[derive(Debug, Default)]
pub(crate) struct PreventionRules {
    all: Vec<PreventionRule>,
    hosts: BTreeMap<Uuid, Vec<PreventionRule>>,
}

/// A file that has a rule in the other scope already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Conflict {
    pub(crate) hash: FileHash,
    /// The hosts with the rule; none where it holds for all.
    pub(crate) hosts: Vec<Uuid>,
}

impl PreventionRules {
    pub(crate) fn of(&self, scope: Scope) -> &[PreventionRule] {
        match scope {
            Scope::All => &self.all,
            Scope::Host(id) => self.hosts.get(&id).map_or(&[], Vec::as_slice),
        }
    }

    pub(crate) fn put(&mut self, scope: Scope, rules: Vec<PreventionRule>) {
        match scope {
            Scope::All => self.all = rules,
            Scope::Host(id) if rules.is_empty() => {
                self.hosts.remove(&id);
            }
            Scope::Host(id) => {
                self.hosts.insert(id, rules);
            }
        }
    }

    /// The first of these files that stands in the way.
    pub(crate) fn conflict(&self, scope: Scope, hashes: &[FileHash]) -> Option<Conflict> {
        let has =
            |rules: &[PreventionRule], hash: &FileHash| rules.iter().any(|it| it.hash == *hash);
        hashes.iter().find_map(|hash| {
            let mut hosts = Vec::new();
            let stands = match scope {
                Scope::Host(_) => has(&self.all, hash),
                Scope::All => {
                    let with = self.hosts.iter().filter(|(_, rules)| has(rules, hash));
                    hosts.extend(with.map(|(id, _)| *id));
                    !hosts.is_empty()
                }
            };
            stands.then(|| Conflict {
                hash: hash.clone(),
                hosts,
            })
        })
    }

    /// The files that a host is not to run.
    pub(crate) fn for_host(&self, id: Uuid) -> BTreeSet<FileHash> {
        let own = self.of(Scope::Host(id));
        let rules = self.all.iter().chain(own);
        rules.map(|it| it.hash.clone()).collect()
    }
}
