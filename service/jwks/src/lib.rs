//! The keys that access tokens are checked against: read from a file or an issuer's URL, and kept.
//!
//! A [`KeySet`] answers one question: which key may have signed a token with this `kid` and this
//! algorithm? It never answers with a key whose type or declared `alg` does not fit, so a token
//! cannot choose how its own key is used (RFC 8725 section 3.1).
//!
//! Layout: [`Key`] is one usable verification key, [`KeySet`] keeps the current ones, and
//! `source` is the only place that reads a file or speaks HTTP.

mod key;
mod set;
mod source;

pub use key::Key;
pub use set::{Find, KeySet, Timing};
pub use source::LoadError;
