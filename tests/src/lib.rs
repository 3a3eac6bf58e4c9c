//! The house that the gateway is tested in.
//!
//! [`House`] is a gateway and a KSC simulator in one process, each on a free loopback port, real
//! TCP and TLS between them, and an issuer whose tokens the gateway trusts. Tests knock at the
//! front door with a [`Caller`] and look into the simulator's journal.
//!
//! There is no sleeping: time is stepped ([`House::advance`]) and conditions are waited for
//! ([`eventually`]).

mod caller;
mod events;
mod house;
mod issuer;
mod log;
mod wait;

pub use caller::{Caller, Reply};
pub use events::{Events, Said};
pub use house::{House, Plan, Replica, environment};
pub use issuer::{Issuer, Token};
pub use log::{Line, everything, lines};
pub use wait::eventually;

/// The host of the wire fixtures: `WS-042`, `ws-042.corp.example`.
pub const WS_042: &str = ksc_simulator::WS_042;
