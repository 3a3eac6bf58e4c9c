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
//! learns the caller's fingerprint (`identity`); `connection` reads a request, lets it pass the
//! [`Gate`], strikes it with a [`Fault`] or hands it to `dispatch`, which asks the registry of
//! external systems for the caller's access, finds the call by its `path` and `query`, and calls
//! `calls/<call>`. The calls change the `world`: the rules and tasks, and the devices, whose agents
//! carry them out as the simulated [`Clock`] moves. Others change it too (`writers`), an
//! [`Intrusion`] at a given moment. Everything is entered in the [`Journal`]. `control` has the same
//! levers over HTTP.
//!
//! # In a test
//!
//! ```
//! # tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap().block_on(async {
//! use kata_simulator::{Edit, Fault, FaultKind, FileHash, Intrusion, Scenario, Simulator};
//! use std::time::Duration;
//!
//! let sim = Simulator::start(Scenario::default()).await.unwrap();
//! sim.behave(|it| it.accept_everybody = true);
//! let fault = Fault::on("POST settings/network_isolation", FaultKind::ProcessThenDrop);
//! sim.faults().push(fault);
//! let edit = Edit::Prevent {
//!     scope: sim.sensor("WS-042"),
//!     file: FileHash::Sha256("a".repeat(64)),
//! };
//! sim.intrude(Intrusion::after("GET settings/prevention", edit));
//! // … let the peer under test talk to sim.url(), pinning sim.certificate_pem() …
//! sim.advance(Duration::from_secs(60));
//! assert!(sim.journal().lost_rules().is_empty());
//! sim.verdict().unwrap();
//! # });
//! ```

mod levers;
mod simulator;
mod start_error;
mod writers;

mod certificate;
mod identity;
mod listener;
mod listeners;

mod connection;
mod faults;
mod outgoing;

mod dispatch;
mod path;
mod query;

mod answer;
mod calls;

mod wire;
mod world;

mod control;
mod ksc_tags;
mod orders;

mod behaviour;
mod deed;
mod edit;
mod file_hash;
mod forms;
mod hooks;
mod house;
mod journal;
mod kata_version;
mod rule_change;
mod scenario;
mod writer;

pub use behaviour::{Behaviour, Spelling, UsedTaskId};
pub use deed::{Deed, DeedKind, Freed, RunEnd};
pub use edit::{Edit, EditError, Intrusion, When};
pub use faults::{CannedAnswer, Fault, FaultKind, Faults};
pub use file_hash::FileHash;
pub use forms::{
    ConflictForm, MomentForm, NoRule, Nobody, Scan, SettingsShape, StateWords, WriteAnswer,
};
pub use journal::{Journal, Outcome, RequestRecord, TagReport};
pub use kata_version::KataVersion;
pub use ksc_tags::TaggedDevices;
pub use rule_change::{LostRule, RuleChange, RuleKind};
pub use scenario::Scenario;
pub use simulator::Simulator;
pub use stage::{Clock, Gate};
pub use start_error::StartError;
pub use world::devices::DeviceSummary;
pub use world::registry::{Access, ExternalSystem};
pub use world::sensors::{Presence, SensorSpec};
pub use writer::Writer;
