//! Which lines are kept when not all can be.

/// What a line is about, by its `target`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineKind {
    /// A decision.
    Audit,
    /// A request.
    Access,
    /// Anything else.
    Other,
}

impl LineKind {
    /// All there are.
    pub const ALL: [Self; 3] = [Self::Audit, Self::Access, Self::Other];

    /// The label value.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Audit => "audit",
            Self::Access => "access",
            Self::Other => "other",
        }
    }

    pub(super) fn of(target: &str) -> Self {
        match target {
            "audit" => Self::Audit,
            "access" => Self::Access,
            _ => Self::Other,
        }
    }
}
