//! Client of the response API of Kaspersky Anti Targeted Attack Platform (KATA), as far as it acts.
//!
//! The crate knows KATA and nothing of the gateway. What it promises its user is an honest word on
//! what the Central Node may have done ([`Delivery`]), that nothing is ordered twice by itself
//! unless it certainly was not ordered before, and that no rule is taken for absent because it
//! could not be read.
//!
//! # A call's way through the crate
//!
//! * [`call`]: one type a call: its request, the reading of its answer, how to look what it did.
//! * [`rules`]: isolation and prevention as the server tells them, in whichever of six forms.
//! * [`prevention`]: a change of prevention rules that loses none.
//! * [`client`]: gate (accepted?), pace (too fast?), endpoints in order, reading back.
//! * `transport`: the HTTPS exchange: time limits, size caps.
//! * [`error`], [`settings`], [`observer`]: what goes wrong, what goes in, what is told on the way.
//!
//! Beside the way: [`identity`] makes what an administrator accepts once.
//!
//! # What is not here
//!
//! One writer at a time for a host, hosts that are kept in mind, deadlines, and what the state of a
//! task means: whoever uses the crate has to see to that. Nobody else than `transport` names the
//! HTTP client; `call`, `rules` and `prevention` run without a runtime.

mod answer;
pub mod call;
pub mod client;
pub mod error;
mod excerpt;
mod exclusion;
mod external_system;
mod file_hash;
pub mod identity;
mod isolation_seconds;
mod moment;
pub mod observer;
pub mod prevention;
mod registrant;
pub mod rules;
mod sensor_id;
pub mod settings;
mod task_id;
mod transport;
mod verdict;

pub use answer::Answer;
pub use call::*;
pub use client::{Client, Outcome, Registration, Status};
pub use error::{Delivery, Error, Kind, NotAccepted};
pub use excerpt::Excerpt;
pub use exclusion::{Exclusion, NoPortRange, PortRange};
pub use external_system::{ExternalSystemId, NoExternalSystemId};
pub use file_hash::{FileHash, NoFileHash};
pub use identity::{IdentityMakingError, NewIdentity};
pub use isolation_seconds::{IsolationSeconds, NoIsolationSeconds};
pub use moment::Moment;
pub use observer::{Beginning, CallOutcome, Exchange, Hearer, Hold, NoObserver, Observer};
pub use prevention::{Basis, Change, NoBasis, Presence, PreventionConflict, Review, Revision};
pub use registrant::Registrant;
pub use rules::{Forbidden, Isolation, IsolationRule, Prevention};
pub use sensor_id::{NoSensorId, Scope, SensorId};
pub use settings::{Settings, SettingsError};
pub use task_id::TaskId;
pub use verdict::{CrossScope, Removed, Verdict};
