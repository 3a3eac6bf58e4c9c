//! Every key of every layout: where it stands, what it holds, what it means, and how well that is known.
//!
//! One name stands for different settings in different sections (`UseClientPinnedCertificate`, the
//! two timeouts, `Address`, `Port`), so a key is a name *and* its section. What has no place of its
//! own in another layout has none there; what has one is the same [`Setting`] in both, and that is
//! all that conversion and comparison go by.

mod key;
mod place;
mod setting;
mod table;

pub use key::{Key, Range, ValueType};
pub(crate) use place::{Located, NameFlaw};
pub use place::{Section, Spot};
pub use setting::Setting;
pub use table::{all, key, keys, placed};
