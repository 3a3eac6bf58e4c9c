//! edr-gateway: EDR response tasks over Kaspersky Security Center, with one authenticated JSON call.
//!
//! # A request's way through the house
//!
//! The modules are declared in the order in which a request meets them; opening the files in that
//! order tells the story.
//!
//! ```text
//! listener ─▶ routes ─▶ edge/request_id ▶ edge/access_log ▶ edge/measure ─▶ auth guard ▶ admission   (no good token, too much: answered here, body unread)
//!        ─▶ api/body (schema, all violations at once) → task::Request ─▶ routes/tasks
//!        ─▶ intake::submit
//!              ledger.claim ▶ hosts.resolve ▶ protection ▶ order(host) ▶ console ▶ budget ▶ translate ▶ ksc pool: AddIncident, UpdateIncident
//!              First│Replay│InFlight│Unknown│Conflict                                                 │ answer lost: look it up
//!              ledger.settle · audit · metrics ◀──────────────────────────────────────────────────────┘
//!        ─▶ 202 Task  or  Problem
//! ```
//!
//! Reading a task back goes `routes/tasks → follow::look`: incident, KSC task, per-device status, state.
//! Those who wait share one `follow::watch`; lists are read at one `follow::list` desk a page; and the
//! `follow::census` of KSC's response tasks serves the budget, the lists and the question why a task is gone.
//! What several replicas must agree on, keys and turns and counts of requests, is in `shared`.
//! Looking a host up goes `routes/hosts → hosts/directory → hosts`; what a host is called has one normal form
//! for everybody, in `names`.
//!
//! The trace of a request goes with it through all of this (`telemetry::trace`), and to a collector where
//! there is one.
//!
//! `doctor` looks at an installation from outside this way, with the same client and the same settings;
//! `probe` asks a running gateway for its health, and `issuer` makes tokens where there is no identity provider.
//!
//! Dependencies run one way: main → app → routes → intake → task; api → task. Only `intake`,
//! `hosts` and `follow` speak both the gateway's and KSC's language; `fault` says what KSC's failures
//! mean. This crate has no HTTP client of its own: a handler cannot call KSC but through the `ksc`
//! crate, nor anybody else but through `jwks` and `otlp`.

pub mod app;

pub mod doors;

pub mod auth;

pub mod authority;

pub mod admission;
pub mod carry;

pub mod intake;

pub mod follow;

pub mod directory;

pub mod backends;

pub mod store;

pub mod ending;
pub mod host;
pub mod problem;
pub mod request_id;
pub mod ticket;
pub mod single_flight;

pub mod digest;
pub mod strict;

pub mod doctor;
pub mod issuer;
pub mod probe;

pub mod audit;
pub mod metrics;
pub mod readiness;
pub mod telemetry;

pub mod clock;
pub mod config;
