//! What people, DNS, logs and operating systems call a device, in one normal form.
//!
//! One device is written in many ways: `WS-042`, `ws-042.corp.example.`, `CORP\WS-042$`,
//! `\\ws-042`, `::ffff:10.20.30.42`. Whoever compares two of them compares their normal forms
//! ([`Normal`]), and there is one for everybody: for requests ([`HostName`]), for searches, for
//! what is remembered, for the hosts that no caller may touch ([`Protected`]), and for what KSC
//! says.
//!
//! What looks like an address and is none that KSC could know, is refused where it stands: as a
//! name it would mean nobody, without a word.

mod address;
mod host_name;
mod normal;
mod protected;

pub use address::{Address, NoAddress};
pub use host_name::{HostName, NoName};
pub use normal::{Normal, group_names};
pub use protected::{Named, Protected};
