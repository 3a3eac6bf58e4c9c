//! How rules of prevention change: all of a scope at once.

use crate::file_hash::FileHash;
use crate::rule_change::{LostRule, RuleChange, RuleKind};
use crate::world::World;
use crate::world::prevention_rules::{Conflict, PreventionRule, Scope};
use crate::world::sensors::written;
use crate::writer::Writer;
use uuid::Uuid;

impl World {
    /// Replaces the rules of a scope, whoever has made them; `false` when there were none and are
    /// none.
    pub(crate) fn set_prevention(
        &mut self,
        scope: Scope,
        hashes: &[FileHash],
        by: &Writer,
    ) -> Result<bool, Conflict> {
        let lower = |it: &FileHash| it.clone().lower();
        let hashes: Vec<FileHash> = hashes.iter().map(lower).collect();
        if let Some(conflict) = self.prevention.conflict(scope, &hashes) {
            return Err(conflict);
        }
        let before = self.prevention.of(scope).to_vec();
        let mut after: Vec<PreventionRule> = Vec::new();
        for hash in &hashes {
            if after.iter().any(|it| it.hash == *hash) {
                continue;
            }
            let known = before.iter().find(|it| it.hash == *hash).cloned();
            after.push(known.unwrap_or_else(|| PreventionRule {
                hash: hash.clone(),
                by: by.clone(),
            }));
        }
        if before.is_empty() && after.is_empty() {
            return Ok(false);
        }
        let place = match scope {
            Scope::All => "all".to_owned(),
            Scope::Host(id) => written(id),
        };
        let gone = |it: &&PreventionRule| it.by != *by && !hashes.contains(&it.hash);
        let lost = before.iter().filter(gone).map(|it| LostRule {
            scope: place.clone(),
            rule: it.hash.value(false),
            made_by: it.by.clone(),
            lost_by: by.clone(),
        });
        self.journal.changed(RuleChange {
            at: self.now,
            scope: place.clone(),
            kind: RuleKind::Prevention,
            by: by.clone(),
            before: before.iter().map(|it| it.hash.value(false)).collect(),
            after: after.iter().map(|it| it.hash.value(false)).collect(),
            lost: lost.collect(),
        });
        self.prevention.put(scope, after);
        self.call_agents(scope);
        Ok(true)
    }

    fn call_agents(&mut self, scope: Scope) {
        let concerned: Vec<Uuid> = match scope {
            Scope::Host(id) => vec![id],
            Scope::All => self.known_devices(),
        };
        for id in concerned {
            self.call_agent(id);
        }
    }
}
