//! The house that the gateway is tested in.
//!
//! [`House`] is a gateway and a KSC simulator in one process, each on a free loopback port, real
//! TCP and TLS between them, and an issuer whose tokens the gateway trusts. Tests knock at the
//! front door with a [`Caller`] and look into the simulator's journal.
//!
//! [`Program`] is the gateway as a process of its own, and [`RedisServer`] a real Redis, reached by
//! a [`RedisLane`] where it is far; a [`Wire`] stands between a gateway and KSC and breaks.
//! [`HaProxy`] and [`Nginx`] stand between callers and gateways, and [`Prometheus`] watches them.
//! [`chart`] is the Helm chart, and [`ioc`] makes archives of indicators. [`Collector`] is where
//! traces go. [`Web`] serves what an issuer publishes, and worse. [`OidcProvider`] is a real
//! identity provider where the minted tokens of [`Issuer`] will not do.
//!
//! The files stand in this order: the house; who calls, with what; what a test looks at; programs
//! as processes; what stands around a gateway; the chart, the documents and the repository; what programs beside the tests say.
//!
//! There is no sleeping: time is stepped ([`House::advance`]) and conditions are waited for
//! ([`eventually`]).

mod house;
mod replica;
mod running;
mod devices;
mod central_node;
mod environment;

mod caller;
mod bodies;
mod events;
mod issuer;
pub mod ioc;

pub mod calls;
mod log;
mod tell;
mod wait;

mod program;
mod process;
mod port;

mod wire;
mod self_signed;
mod redis;
mod haproxy;
mod nginx;
mod prometheus;
mod otlp;
mod oidc;
mod web;

pub mod chart;
pub mod documents;
pub mod repository;
pub mod imports;
pub mod metrics;
mod command_line;

pub use bodies::{at, isolation, native, release};
pub use caller::{Caller, NATIVE, Reply};
pub use central_node::{CentralNode, EXTERNAL_SYSTEM};
pub use command_line::{arguments, say};
pub use devices::device;
pub use environment::{environment, ksc_in_real_time, of_server, variable};
pub use events::{Events, Said};
pub use haproxy::{Backend, HaProxy};
pub use house::{House, Plan};
pub use issuer::{EVERYTHING, Issuer, Token};
pub use log::{Line, decisions, everything, lines, refused_because, since, so_far};
pub use nginx::Nginx;
pub use oidc::OidcProvider;
pub use otlp::{Collector, Manner, Span};
pub use port::free as free_port;
pub use program::{Answer, Hearer, Output, Program, ask, ask_into, built_programs, run};
pub use prometheus::Prometheus;
pub use redis::{RedisCluster, RedisLane, RedisNode, RedisSentinels, RedisServer};
pub use replica::Replica;
pub use self_signed::SelfSigned;
pub use tell::tell;
pub use wait::eventually;
pub use web::Web;
pub use wire::{Deed, Moment, Wire};

/// The host of the wire fixtures: `WS-042`, `ws-042.corp.example`.
pub const WS_042: &str = ksc_simulator::WS_042;
