//! INI as `kesl-control` writes and reads it.
//!
//! Rules (kes-for-linux/11.4.0/201432): `[Section]`, `Name=value`, blanks and tabs around names and
//! outside quotation marks ignored, lists as `name.item_0000`. Whether comments, a byte order mark and
//! CRLF are allowed is documented nowhere: they are read, and not written.

mod document;
mod line;
mod value;

pub(crate) use document::Item;
pub use document::{Document, NotSet};
pub(crate) use line::is_readable;
pub(crate) use value::{Flaw, Text, quote};
