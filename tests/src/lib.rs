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
//! There is no sleeping: time is stepped ([`House::advance`]) and conditions are waited for
//! ([`eventually`]).

mod bodies;
mod caller;
pub mod calls;
pub mod chart;
mod environment;
mod events;
mod haproxy;
mod house;
pub mod imports;
pub mod ioc;
mod issuer;
mod log;
pub mod metrics;
mod nginx;
mod port;
mod process;
mod program;
mod prometheus;
mod redis;
mod replica;
pub mod repository;
mod running;
mod oidc;
mod otlp;
mod tell;
mod wait;
mod web;
mod wire;

pub use bodies::{isolation, release};
pub use caller::{Caller, Reply};
pub use environment::{environment, ksc_in_real_time};
pub use events::{Events, Said};
pub use haproxy::{Backend, HaProxy};
pub use house::{House, Plan};
pub use issuer::{Issuer, Token};
pub use log::{Line, decisions, everything, lines, refused_because, since, so_far};
pub use nginx::Nginx;
pub use oidc::OidcProvider;
pub use otlp::{Collector, Manner, Span};
pub use program::{Output, Program, run};
pub use prometheus::Prometheus;
pub use redis::{RedisLane, RedisServer};
pub use replica::Replica;
pub use tell::tell;
pub use wait::eventually;
pub use web::Web;
pub use wire::{Deed, Moment, Wire};

/// The host of the wire fixtures: `WS-042`, `ws-042.corp.example`.
pub const WS_042: &str = ksc_simulator::WS_042;
