//! The back ends that a caller may use.

use std::collections::BTreeSet;
use std::sync::Arc;

use vocabulary::task_id::Alias;

/// The back ends that a caller may use: some of those that there are. A clone is the same one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reach(Arc<BTreeSet<Alias>>);

impl Reach {
    /// These.
    #[must_use]
    pub fn of(aliases: BTreeSet<Alias>) -> Self {
        Self(Arc::new(aliases))
    }

    /// Those of them that are among these.
    #[must_use]
    pub fn within(&self, aliases: &BTreeSet<Alias>) -> Self {
        Self::of(self.0.intersection(aliases).cloned().collect())
    }

    /// Whether this one is among them.
    #[must_use]
    pub fn has(&self, alias: &Alias) -> bool {
        self.0.contains(alias)
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All of them, in order.
    pub fn aliases(&self) -> impl Iterator<Item = &Alias> {
        self.0.iter()
    }
}
