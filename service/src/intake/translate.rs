//! From a request to the KSC call that carries it.
//!
//! The body holds the five members of the vendor's example and nothing else: what the plug-in
//! does with a member that it does not know is not documented. `targetHost` and
//! `KLHST_WKS_HOSTNAME` are the same host id.

use ksc::{AddIncident, Call};
use serde::Serialize;
use serde_json::Value;
use time::OffsetDateTime;

use crate::config::{self, Correlation};
use crate::task::{Area, Params, Request, TaskType};

/// Translates requests by the settings.
pub(super) struct Translator {
    default_area: Area,
    correlation: Correlation,
}

/// A request in KSC's language.
pub(super) struct Order {
    /// The call.
    pub(super) call: AddIncident,
    /// The area that KSC is told, with the tag if there is one.
    pub(super) area: String,
}

/// `KLINCDT_BODY`: JSON in a string.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Body<'a> {
    target_host: &'a str,
    task: TaskType,
    params: &'a Params,
    response_event_incident: bool,
    response_event_incident_area: &'a str,
}

impl Translator {
    pub(super) fn new(settings: &config::Tasks) -> Self {
        Self {
            default_area: settings.default_area.clone(),
            correlation: settings.correlation,
        }
    }

    pub(super) fn translate(&self, request: &Request, host_id: &str, now: OffsetDateTime) -> Order {
        let area = request.area().unwrap_or(&self.default_area).as_str();
        let area = match self.correlation {
            Correlation::Window => area.to_owned(),
            Correlation::Tag => crate::follow::tag::attach(area),
        };
        let body = Body {
            target_host: host_id,
            task: request.task(),
            params: request.params(),
            response_event_incident: true,
            response_event_incident_area: &area,
        };
        let body = serde_json::to_string(&body).expect("a body is plain data");
        let call = AddIncident {
            severity: i32::try_from(request.severity().number()).unwrap_or(2),
            // KSC keeps whole seconds.
            added: now.replace_nanosecond(0).unwrap_or(now),
            body,
            host_id: host_id.to_owned(),
        };
        Order { call, area }
    }
}

impl Order {
    /// The record as it goes over the wire.
    pub(super) fn p_data(&self) -> Value {
        let bytes = self.call.arguments().to_body();
        let mut call: Value = serde_json::from_slice(&bytes).expect("the client writes JSON");
        call["pData"].take()
    }
}
