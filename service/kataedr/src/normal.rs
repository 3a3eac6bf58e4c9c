//! The normal form: every key of the layout, defaults included, then what is unknown.
//!
//! INI as the product reads it for certain: LF, UTF-8, no byte order mark, no comments. JSON nested by
//! section, lists as arrays, `Yes` and `No` as `true` and `false`, numbers as numbers: a form of our
//! own, and not proven to be what `kesl-control --json` reads.

mod as_ini;
mod as_json;
mod layout_order;
mod unwritable;

pub use unwritable::Unwritable;
