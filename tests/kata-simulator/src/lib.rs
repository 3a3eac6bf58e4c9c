//! A Central Node of Kaspersky Anti Targeted Attack that can be had for nothing: for tests and the
//! demo.
//!
//! It speaks KATA's response API over mutual TLS on real ports, and what of the scanner API a
//! caller registers with. It is built from the reference alone and shares neither code nor reading
//! with a client of the gateway, because one mistake in a shared reading would pass every test. What
//! the vendor documents as wrong it refuses; what the vendor leaves open is a switch of
//! [`Behaviour`], whose default is the reading that the pages suggest most.
//!
//! # A request's way
//!
//! [`Simulator`] starts it from a [`Scenario`]. `listener` accepts TLS with the `certificate` and
//! learns the caller's fingerprint (`identity`); `connection` reads a request and hands it to
//! `dispatch`, which asks the registry of external systems for the caller's access, finds the call
//! by its `path` and `query`, and calls `calls/<call>`. Everything is entered in the [`Journal`].

mod levers;
mod simulator;
mod start_error;

mod certificate;
mod identity;
mod listener;

mod connection;
mod outgoing;

mod dispatch;
mod path;
mod query;

mod answer;
mod calls;

mod wire;
mod world;

mod behaviour;
mod clock;
mod house;
mod journal;
mod scenario;

pub use behaviour::{Behaviour, KataVersion, MomentForm, Nobody, Scan};
pub use clock::Clock;
pub use journal::{Journal, Outcome, RequestRecord};
pub use scenario::Scenario;
pub use simulator::Simulator;
pub use start_error::StartError;
pub use world::registry::{Access, ExternalSystem};
pub use world::sensors::{Presence, SensorSpec};
