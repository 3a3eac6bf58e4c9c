//! Who may do what.

mod protection;

pub use protection::Protection;
