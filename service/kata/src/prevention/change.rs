//! One hash more, or one less.

use super::basis::Basis;
use crate::call::PutPrevention;
use crate::file_hash::FileHash;
use crate::rules::Forbidden;
use crate::sensor_id::Scope;

/// What is to be changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// The file may not run.
    Forbid(FileHash),
    /// The file may run again.
    Allow(FileHash),
}

/// Rules as they were, and as they shall be.
#[derive(Debug, Clone, PartialEq)]
pub struct Revision {
    pub(super) change: Change,
    scope: Scope,
    before: Vec<Forbidden>,
    after: Vec<Forbidden>,
}

impl Change {
    /// The hash that it is about.
    #[must_use]
    pub fn hash(self) -> FileHash {
        match self {
            Self::Forbid(hash) | Self::Allow(hash) => hash,
        }
    }

    /// The rules that this makes of others: each of them as it was, but for the one hash.
    #[must_use]
    pub fn apply(self, basis: &Basis) -> Revision {
        let before = basis.rules().to_vec();
        let has = |rule: &Forbidden| rule.hashes().contains(&self.hash());
        let after = match self {
            Self::Forbid(_) if before.iter().any(has) => before.clone(),
            Self::Forbid(hash) => {
                let mut after = before.clone();
                after.push(Forbidden::file(hash));
                after
            }
            Self::Allow(_) => before.iter().filter(|it| !has(it)).cloned().collect(),
        };
        Revision {
            change: self,
            scope: basis.scope().clone(),
            before,
            after,
        }
    }
}

impl Revision {
    /// What was to be changed.
    #[must_use]
    pub fn change(&self) -> Change {
        self.change
    }

    /// The rules as they were: what an audit record needs to undo it.
    #[must_use]
    pub fn before(&self) -> &[Forbidden] {
        &self.before
    }

    /// The rules as they shall be.
    #[must_use]
    pub fn after(&self) -> &[Forbidden] {
        &self.after
    }

    /// Whether it is so already, and nothing has to be written.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        self.before == self.after
    }

    /// The call that carries it out.
    #[must_use]
    pub fn call(&self) -> PutPrevention {
        PutPrevention {
            scope: self.scope.clone(),
            rules: self.after.clone(),
            replaces: self.before.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prevention::Presence;
    use crate::rules::{Prevention, hashes};

    fn hash(of: u8) -> FileHash {
        FileHash::Sha256([of; 32])
    }

    fn basis(of: &[u8]) -> Basis {
        let rules = of.iter().map(|it| Forbidden::file(hash(*it))).collect();
        Basis::of(&Prevention::Rules(rules), &Scope::All, Presence::Confirmed).unwrap()
    }

    #[test]
    fn a_change_touches_its_own_hash_and_no_other() {
        let basis = basis(&[1, 2, 3]);

        let more = Change::Forbid(hash(4)).apply(&basis);
        let less = Change::Allow(hash(2)).apply(&basis);

        assert_eq!(hashes(more.after()), [1, 2, 3, 4].map(hash).into());
        assert_eq!(hashes(less.after()), [1, 3].map(hash).into());
        for revision in [more, less] {
            assert!(!revision.is_idle());
            assert_eq!(revision.before(), basis.rules());
            assert_eq!(revision.call().replaces, revision.before());
            assert_eq!(revision.call().rules, revision.after());
        }
    }

    #[test]
    fn what_is_so_already_needs_no_write() {
        assert!(Change::Forbid(hash(1)).apply(&basis(&[1])).is_idle());
        assert!(Change::Allow(hash(2)).apply(&basis(&[1])).is_idle());
        assert!(!Change::Allow(hash(1)).apply(&basis(&[1])).is_idle());
        assert!(
            Change::Allow(hash(1))
                .apply(&basis(&[1]))
                .after()
                .is_empty()
        );
    }
}
