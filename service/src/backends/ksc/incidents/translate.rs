//! From a request to the KSC call that carries it.
//!
//! `targetHost` in the [`body`] and `KLHST_WKS_HOSTNAME` are the same host id.

use ksc::{AddIncident, Call};
use serde_json::Value;
use time::OffsetDateTime;

use super::{body, place};
use crate::backends::ksc::tag;
use crate::config::{self, Correlation};
use crate::problem::Problem;
use vocabulary::task::{Area, Request, Violation};

/// Translates requests by the settings.
pub(super) struct Translator {
    default_area: Area,
    correlation: Correlation,
}

/// A request in KSC's language.
pub(super) struct KscCall {
    /// The call.
    pub(super) call: AddIncident,
    /// The area that KSC is told, with the tag if there is one.
    pub(super) area: String,
}

impl Translator {
    pub(super) fn new(settings: &config::KscTasks) -> Self {
        Self {
            default_area: settings.default_area.clone(),
            correlation: settings.correlation,
        }
    }

    /// Refuses what KSC has no room or no place for.
    ///
    /// # Errors
    /// 422 that points at all of it.
    pub(super) fn accept(&self, request: &Request) -> Result<(), Problem> {
        let mut violations = Vec::new();
        let tagged = self.correlation == Correlation::Tag;
        if tagged && !request.area().is_none_or(Area::leaves_room_for_a_tag) {
            let detail = format!(
                "Must have at most {} characters: this gateway adds a tag to it, and KSC's name of a task has no room for more (`correlation`).",
                Area::MOST_WITH_TAG
            );
            violations.push(Violation::new(
                "/responseEventIncidentArea",
                "too_long",
                detail,
            ));
        }
        violations.extend(place::misplaced(request.params()));
        if violations.is_empty() {
            return Ok(());
        }
        Err(Problem::invalid(violations))
    }

    pub(super) fn translate(
        &self,
        request: &Request,
        host_id: &str,
        now: OffsetDateTime,
    ) -> KscCall {
        let area = request.area().unwrap_or(&self.default_area).as_str();
        let area = match self.correlation {
            Correlation::Window => area.to_owned(),
            Correlation::Tag => tag::attach(area),
        };
        let body = body::text(request, host_id, &area);
        let call = AddIncident {
            severity: i32::try_from(request.severity().number()).unwrap_or(2),
            // KSC keeps whole seconds.
            added: now.replace_nanosecond(0).unwrap_or(now),
            body,
            host_id: host_id.to_owned(),
        };
        KscCall { call, area }
    }
}

impl KscCall {
    /// The record as it goes over the wire.
    pub(super) fn p_data(&self) -> Value {
        let bytes = self.call.arguments().to_body();
        let mut call: Value = serde_json::from_slice(&bytes).expect("the client writes JSON");
        call["pData"].take()
    }
}
