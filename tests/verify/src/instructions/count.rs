//! A count.

/// What something takes, each time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Count {
    pub(super) name: String,
    pub(super) instructions: u64,
}

impl Count {
    /// Of a sum of so many times.
    pub(super) fn of(name: impl Into<String>, sum: u64, times: u64) -> Self {
        Self {
            name: name.into(),
            instructions: sum / times.max(1),
        }
    }

    /// The less of two of the same.
    pub(super) fn or_less(self, other: &Self) -> Self {
        Self {
            instructions: self.instructions.min(other.instructions),
            ..self
        }
    }

    /// Both.
    pub(super) fn pair(&self) -> (&str, u64) {
        (&self.name, self.instructions)
    }
}
