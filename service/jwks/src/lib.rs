//! The keys that access tokens are checked against: read from a file or an issuer's URL, and kept.
//!
//! A [`KeySet`] answers one question: which key may have signed a token with this `kid` and this
//! algorithm? It never answers with a key whose type or declared `alg` does not fit, so a token
//! cannot choose how its own key is used (RFC 8725 section 3.1).
//!
//! What is called usable is what signatures are checked with: keys are parsed once, when the set is
//! read, and every member that is none of them is a [`LeftOutKey`] with its reason.
//!
//! Layout: [`Key`] is one usable verification key, `numbers` makes it of a JWK's texts, `document`
//! judges the members of a set, `discovery` finds it, [`KeySet`] keeps the current ones,
//! [`FileVersion`] tells when a file must be read again, `source` reads the file or asks for what
//! it would hold, and `client` is the only place that speaks HTTP.

mod client;
mod discovery;
mod document;
mod file_version;
mod key;
mod left_out;
mod load_error;
mod numbers;
mod set;
mod source;

pub use client::Door;
pub use discovery::is_safe;
pub use document::DocumentError;
pub use file_version::FileVersion;
pub use key::Key;
pub use left_out::{LeftOut, LeftOutKey};
pub use load_error::LoadError;
pub use set::{Census, Find, KeySet, Timing};
