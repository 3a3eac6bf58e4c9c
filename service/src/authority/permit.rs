//! The leave to do something.
//!
//! Whatever acts demands one, and only [`Authority`](super::Authority) makes one. So a door that
//! forgets to ask does not compile:
//!
//! ```
//! # use edr_gateway::{authority::{Permit, Read}, intake::Intake, request_id::RequestId};
//! async fn asked(intake: std::sync::Arc<Intake>, permit: &Permit<Read>, id: &RequestId) {
//!     let _report = intake.budget(permit, &[], id).await;
//! }
//! ```
//!
//! ```compile_fail,E0061
//! # use edr_gateway::{authority::{Permit, Read}, intake::Intake, request_id::RequestId};
//! async fn forgot(intake: std::sync::Arc<Intake>, id: &RequestId) {
//!     let _report = intake.budget(&[], id).await;
//! }
//! ```
//!
//! Nor does one that writes its permit itself, or takes one for something else:
//!
//! ```compile_fail,E0451
//! # use edr_gateway::authority::{Permit, Reach, Read};
//! let reach = Reach::of(Default::default());
//! let permit = Permit { caller: "nobody".into(), reach, action: Read };
//! ```
//!
//! ```compile_fail,E0308
//! # use edr_gateway::{authority::{Cancel, Permit}, intake::Intake, request_id::RequestId};
//! async fn mistook(intake: std::sync::Arc<Intake>, permit: &Permit<Cancel>, id: &RequestId) {
//!     let _report = intake.budget(permit, &[], id).await;
//! }
//! ```

use std::sync::Arc;

use super::reach::Reach;
use crate::host::Host;
use vocabulary::task::TaskType;

/// The leave to do this, for one caller.
#[derive(Debug, Clone)]
pub struct Permit<A> {
    caller: Arc<str>,
    reach: Reach,
    action: A,
}

/// To have a task of one type created.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Create(pub(super) TaskType);

/// To read tasks and what is said of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Read;

/// To have tasks cancelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cancel;

/// To look hosts up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SeeHosts;

impl<A> Permit<A> {
    pub(super) fn new(caller: Arc<str>, reach: Reach, action: A) -> Self {
        Self {
            caller,
            reach,
            action,
        }
    }

    /// With which back ends: at least one.
    #[must_use]
    pub fn reach(&self) -> &Reach {
        &self.reach
    }

    /// Whose it is.
    #[must_use]
    pub fn caller(&self) -> &Arc<str> {
        &self.caller
    }
}

impl Permit<Create> {
    /// The type of task that may be created.
    #[must_use]
    pub fn task(&self) -> TaskType {
        self.action.0
    }
}

/// The leave to touch one host.
#[derive(Debug, Clone)]
pub struct OnHost {
    host: Host,
}

impl OnHost {
    pub(super) fn new(host: Host) -> Self {
        Self { host }
    }

    /// The host.
    #[must_use]
    pub fn host(&self) -> &Host {
        &self.host
    }
}
