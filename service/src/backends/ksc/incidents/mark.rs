//! What an incident is known again by.

use ksc::AddIncident;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use super::milestone::Milestone;
use super::wish::Wish;
use crate::backends::seam::{Mark, Target};
use crate::digest;

/// What an incident that may be in KSC is found by.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct IncidentMark {
    /// The host.
    #[serde(skip)]
    pub(super) host_id: String,
    /// The digest of its text. No other request's text has it, since the spacing is its own.
    #[serde(skip)]
    pub(super) body: String,
    /// The time that it carries; nothing where it cannot be read.
    #[serde(with = "time::serde::rfc3339::option")]
    pub(super) added: Option<OffsetDateTime>,
    /// What it asks for.
    pub(super) wish: Option<Wish>,
    /// An incident that was there before it left, if one was known.
    pub(super) milestone: Option<Milestone>,
}

impl IncidentMark {
    /// Of a call that is about to leave, when this is the youngest incident that is known.
    pub(super) fn of(call: &AddIncident, milestone: Option<Milestone>) -> Self {
        Self {
            host_id: call.host_id.clone(),
            body: digest::of_text(&call.body),
            added: Some(call.added),
            wish: Wish::read(&call.body),
            milestone,
        }
    }

    /// As the house keeps it.
    pub(super) fn write(&self) -> Mark {
        Mark {
            attempt: self.body.clone(),
            target: Target::Host(self.host_id.clone()),
            own: serde_json::to_value(self).expect("it is plain data"),
        }
    }

    /// Reads what [`write`](Self::write) wrote; nothing when it is for no host. What cannot be read
    /// of it leaves everything open that only it could exclude.
    pub(super) fn read(mark: &Mark) -> Option<Self> {
        let own: Self = serde_json::from_value(mark.own.clone()).unwrap_or_default();
        Some(Self {
            host_id: mark.host_id()?.to_owned(),
            body: mark.attempt.clone(),
            ..own
        })
    }
}
