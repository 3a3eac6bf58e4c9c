//! What a filter says, as a tree.

use time::OffsetDateTime;

/// A parsed filter.
#[derive(Debug, Clone, PartialEq)]
pub enum Filter {
    /// Every one of these.
    All(Vec<Filter>),
    /// At least one of these.
    Any(Vec<Filter>),
    /// Not this one.
    Not(Box<Filter>),
    /// An attribute compares so with a value.
    Compare {
        /// Which one.
        attribute: String,
        /// How.
        operator: Operator,
        /// With what.
        value: Literal,
    },
    /// An attribute has one of these bits, or none of them.
    Bits {
        /// Which one.
        attribute: String,
        /// The bits.
        mask: i64,
        /// Whether one must be there.
        set: bool,
    },
    /// An attribute has a value.
    IsSet {
        /// Which one.
        attribute: String,
    },
}

/// The comparisons of the grammar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operator {
    /// `=`
    Equal,
    /// `<>`
    Unequal,
    /// `<`
    Less,
    /// `>`
    Greater,
    /// `<=`
    AtMost,
    /// `>=`
    AtLeast,
}

/// The values of the grammar.
#[derive(Debug, Clone, PartialEq)]
pub enum Literal {
    /// A whole number.
    Number(i64),
    /// With wildcards still in it; doubled quotes already single.
    Text(String),
    /// `T"…"`.
    Time(OffsetDateTime),
    /// Seconds from now.
    FromNow(i64),
    /// Hexadecimal digits of a binary.
    Binary(String),
}
