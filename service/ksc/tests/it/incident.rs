//! The two calls that make an incident.

use ksc::{AddIncident, UpdateIncident};
use time::macros::datetime;

pub(crate) fn add_incident() -> AddIncident {
    AddIncident {
        severity: 2,
        added: datetime!(2026-01-02 03:04:05 UTC),
        body: "{}".to_owned(),
        host_id: "4328e16a-bf83-47c3-8d0b-0fdf79f9d673".to_owned(),
    }
}

pub(crate) fn update_incident() -> UpdateIncident {
    UpdateIncident {
        id: 42,
        handled: false,
        host_id: "h".to_owned(),
    }
}
