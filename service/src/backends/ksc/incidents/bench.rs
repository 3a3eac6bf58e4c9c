//! The translation of a request, for benchmarks.

use std::time::Duration;

use ksc::AddIncident;
use time::OffsetDateTime;

use super::translate::Translator;
use crate::config::{Correlation, KscTasks};
use vocabulary::budget::BudgetPolicy;
use vocabulary::task::{Area, Request};

/// The translator of a server with the settings that most have.
pub struct Translation(Translator);

impl Translation {
    /// With tags in the areas, or without.
    #[must_use]
    pub fn new(tagged: bool) -> Self {
        let settings = KscTasks {
            default_area: Area::parse("Kuma").expect("an area"),
            correlation: if tagged {
                Correlation::Tag
            } else {
                Correlation::Window
            },
            stalled_after: Duration::from_mins(10),
            unknown_settles_after: Duration::from_mins(10),
            budget: 100,
            budget_policy: BudgetPolicy::Off,
            require_service_console: false,
        };
        Self(Translator::new(&settings))
    }

    /// The call that carries a request.
    #[must_use]
    pub fn of(&self, request: &Request, host_id: &str, now: OffsetDateTime) -> AddIncident {
        self.0.translate(request, host_id, now).call
    }
}
