//! JSON exactly as KSC speaks it.
//!
//! Written the way the vendor's own client writes it (recorded, see `tests/fixtures/ksc`): ASCII
//! with `\u` escapes, typed containers where the type is not plain, params bare as an argument and
//! wrapped inside anything else. Read tolerantly: fields may be missing, wrappers may be missing,
//! and the documentation shows numbers in quotes.
//!
//! The types are not `serde` structs of each reply: KSC leaves out whatever is unset, and one
//! unexpected field must not lose the nine others. A reply is read field by field instead.

pub use self::arguments::{Arguments, Nested};
pub(crate) use self::moment::write_for_filter as moment_for_filter;
pub use self::params::{Params, Row};
pub use self::pxg::PxgError;
pub use self::reply::{Reply, Unexpected};

mod arguments;
mod ascii;
mod moment;
mod params;
mod pxg;
mod reply;
mod typed;
