//! A Kaspersky Security Center that can be had for nothing: for tests and the demo.
//!
//! It speaks KSC OpenAPI over real TLS on a real port and is built from the reference pages alone:
//! it shares neither code nor reading with the gateway's client, because one mistake in a shared
//! reading would pass every test. It serves the vendor's own client byte for byte, refuses what the
//! vendor documents as wrong, and notes in its journal what a real server would merely suffer.
//!
//! # A request's way
//!
//! [`Simulator`] starts it from a [`Scenario`]. `listener` accepts TLS with the `certificate`;
//! `connection` reads one request at a time, lets it pass the [`Gate`], strikes it with a [`Fault`]
//! or hands it to `dispatch`, which looks after `login` and `sessions`, reads the `arguments` and
//! calls `calls/<class>`. The calls change the `world`: hosts, incidents (searched with a `filter`
//! over `record`s), and the tasks that the console makes of them and the devices carry out, as the
//! simulated [`Clock`] moves. Everything is entered in the [`Journal`]. `control` has the same
//! levers over HTTP.
//!
//! # In a test
//!
//! ```
//! # tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap().block_on(async {
//! use ksc_simulator::{Fault, FaultKind, Scenario, Simulator};
//! use std::time::Duration;
//!
//! let sim = Simulator::start(Scenario::default()).await.unwrap();
//! sim.faults().push(Fault::on("HostGroup.AddIncident", FaultKind::CommitThenDrop));
//! // … let the peer under test talk to sim.url(), pinning sim.certificate_file() …
//! sim.advance(Duration::from_secs(60)).await;
//! assert!(sim.journal().incidents().is_empty());
//! sim.verdict().unwrap();
//! # });
//! ```

mod levers;
mod simulator;
mod start_error;

mod certificate;
mod listener;

mod connection;

mod faults;

mod dispatch;
mod login;
mod refusal;
mod sessions;

mod arguments;
mod calls;

pub mod filter;
mod record;
mod world;

mod dice;
mod house;
mod journal;
mod scenario;

mod control;

pub use faults::{Fault, FaultKind, Faults};
pub use house::ServerState;
pub use journal::{CallOutcome, CallRecord, IncidentRecord, Journal, Rule, Violation};
pub use scenario::{NameSuffix, Outcome, OutcomeState, Scenario};
pub use simulator::Simulator;
pub use stage::{Clock, Gate};
pub use start_error::StartError;
pub use world::hosts::{Edr, HostSpec, HostSummary, WS_042};
pub use world::incidents::IncidentEdit;
pub use world::tags::{ISOLATED, IsolationTags, TagSetter};
pub use world::tasks::{ForeignTask, RunState, TaskSummary};
