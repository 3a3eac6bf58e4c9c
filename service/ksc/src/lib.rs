//! Client of the Kaspersky Security Center (KSC) OpenAPI, as far as EDR response needs it.
//!
//! The crate knows KSC and nothing of the gateway. What it promises its user is a session that
//! works and, for every call that fails, an honest word on what KSC may have done ([`Delivery`]).
//!
//! # A call's way through the crate
//!
//! * [`call`]: one type a KSC method: its name, its arguments, the reading of its reply. No IO.
//! * [`filter`]: search conditions that can only be made of harmless values.
//! * [`wire`]: KSC's JSON: typed containers, `PxgRetVal`, `PxgError`, ASCII escapes.
//! * [`pool`]: leases of sessions; one login at a time; refused credentials stop everything.
//! * `session`: one exchange in one session, and how a session begins and ends.
//! * `transport`: the HTTP exchange: time limits, size cap, and whether a byte has left.
//! * [`error`]: failures by stage, each with its [`Delivery`], its [`Certainty`] and its [`Kind`].
//! * [`settings`], [`observer`]: what goes in at the start, what is told on the way.
//!
//! # Layout
//!
//! Only `transport` names an HTTP or TLS crate; which certificate a server may show is `trust`'s.
//! `call`, `filter` and `wire` run
//! without a runtime, so that the golden tests need none.

pub mod call;
pub mod error;
pub mod filter;
mod kind;
pub mod observer;
pub mod pool;
mod session;
pub mod settings;
mod transport;
pub mod wire;

pub use call::*;
pub use error::{Certainty, Delivery, Error};
pub use filter::{Filter, SafeText, UnsafeText};
pub use kind::Kind;
pub use observer::{CallOutcome, Exchange, Hearer, LoginOutcome, NoObserver, Observer, Wait};
pub use pool::{CredentialState, Incident, Lease, Pool, Rows, Status};
pub use settings::{Credentials, Settings, SetupError};
pub use trust::Trust;
pub use wire::{Arguments, Params, PxgError, Reply, Row, Unexpected};
