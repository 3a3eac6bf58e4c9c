//! Whether a revision is what stands now.

use std::collections::BTreeSet;

use super::change::{Change, Revision};
use crate::excerpt::Excerpt;
use crate::file_hash::FileHash;
use crate::rules::{Prevention, hashes};

/// What a second reading says of a revision.
#[derive(Debug, Clone, PartialEq)]
pub enum Review {
    /// It stands, and so does every rule that was there. Somebody may have added others.
    Stands {
        /// Rules that nobody has asked us for.
        appeared: BTreeSet<FileHash>,
    },
    /// It does not, or a rule is gone that should be there.
    Conflict(PreventionConflict),
    /// It cannot be told.
    Unknown(Excerpt),
}

/// Somebody else has written at the same time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PreventionConflict {
    /// Rules of others that were there before and are gone.
    pub lost: BTreeSet<FileHash>,
    /// Our own change, if it does not stand: a hash that should be forbidden and is not, or that
    /// should be allowed and is not.
    pub missing: Option<Change>,
    /// The rules as they were before.
    pub before: BTreeSet<FileHash>,
    /// The rules as they are now.
    pub now: BTreeSet<FileHash>,
}

impl Review {
    /// Compares.
    #[must_use]
    pub fn of(revision: &Revision, seen: &Prevention) -> Self {
        let now = match seen {
            Prevention::Rules(rules) => hashes(rules),
            Prevention::NoRuleOrHost => BTreeSet::new(),
            Prevention::Unknown(excerpt) => return Self::Unknown(excerpt.clone()),
        };
        let (before, after) = (hashes(revision.before()), hashes(revision.after()));
        let change = revision.change;
        let own = change.hash();
        let stands = match change {
            Change::Forbid(hash) => now.contains(&hash),
            Change::Allow(hash) => !now.contains(&hash),
        };
        let lost: BTreeSet<_> = after
            .difference(&now)
            .filter(|it| **it != own)
            .copied()
            .collect();
        if stands && lost.is_empty() {
            return Self::Stands {
                appeared: now.difference(&after).copied().collect(),
            };
        }
        Self::Conflict(PreventionConflict {
            lost,
            missing: (!stands).then_some(change),
            before,
            now,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prevention::{Basis, Presence};
    use crate::rules::Forbidden;
    use crate::sensor_id::Scope;

    fn hash(of: u8) -> FileHash {
        FileHash::Md5([of; 16])
    }

    fn set(of: &[u8]) -> BTreeSet<FileHash> {
        of.iter().copied().map(hash).collect()
    }

    fn rules(of: &[u8]) -> Prevention {
        Prevention::Rules(of.iter().map(|it| Forbidden::file(hash(*it))).collect())
    }

    fn revision(before: &[u8], change: Change) -> Revision {
        let basis = Basis::of(&rules(before), &Scope::All, Presence::Confirmed).unwrap();
        change.apply(&basis)
    }

    #[test]
    fn what_stands_as_written_stands_whatever_others_have_added() {
        let forbid = revision(&[1, 2], Change::Forbid(hash(3)));
        let allow = revision(&[1, 2], Change::Allow(hash(2)));
        let stands = |appeared: &[u8]| Review::Stands {
            appeared: set(appeared),
        };

        assert_eq!(Review::of(&forbid, &rules(&[3, 2, 1])), stands(&[]));
        assert_eq!(Review::of(&forbid, &rules(&[1, 2, 3, 4])), stands(&[4]));
        assert_eq!(Review::of(&allow, &rules(&[1])), stands(&[]));
        let last = revision(&[1], Change::Allow(hash(1)));
        assert_eq!(Review::of(&last, &Prevention::NoRuleOrHost), stands(&[]));
    }

    #[test]
    fn a_rule_of_others_that_is_gone_is_told_and_so_is_our_own() {
        let forbid = revision(&[1, 2], Change::Forbid(hash(3)));
        let allow = revision(&[1, 2], Change::Allow(hash(2)));
        let conflict = |revision, now: &[u8]| match Review::of(revision, &rules(now)) {
            Review::Conflict(conflict) => {
                assert_eq!(conflict.before, set(&[1, 2]));
                assert_eq!(conflict.now, set(now));
                (conflict.lost, conflict.missing)
            }
            other @ (Review::Stands { .. } | Review::Unknown(_)) => panic!("{other:?}"),
        };

        assert_eq!(conflict(&forbid, &[1, 3]), (set(&[2]), None));
        assert_eq!(
            conflict(&forbid, &[1, 2]),
            (set(&[]), Some(forbid.change()))
        );
        assert_eq!(
            conflict(&forbid, &[4]),
            (set(&[1, 2]), Some(forbid.change()))
        );
        assert_eq!(conflict(&allow, &[1, 2]), (set(&[]), Some(allow.change())));
        assert_eq!(conflict(&allow, &[]), (set(&[1]), None));
    }

    #[test]
    fn an_unknown_form_confirms_nothing() {
        let forbid = revision(&[], Change::Forbid(hash(3)));
        let unknown = Prevention::Unknown(Excerpt::default());

        assert!(matches!(Review::of(&forbid, &unknown), Review::Unknown(_)));
    }
}
