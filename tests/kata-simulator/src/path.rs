//! Which call a request is, and in whose name it comes.
//!
//! The id of the external system stands in every path. The scanner's pages call it a sensor's; it
//! is not the id of a host.

use crate::query::{Query, decoded};

/// What a path leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Place {
    /// `…/sensors`
    Sensors,
    /// `…/settings`
    Settings,
    /// `…/tasks/<id>`
    Task(String),
    /// `…/scans/state`
    Scans,
    /// Nothing that is served.
    Nowhere,
}

/// A request's path, understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Path {
    /// The external system's id, where the path has one.
    pub(crate) caller: Option<String>,
    pub(crate) place: Place,
}

impl Path {
    pub(crate) fn read(raw: &str) -> Self {
        let parts: Vec<String> = raw.split('/').skip(1).map(decoded).collect();
        let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
        let (caller, place) = match parts.as_slice() {
            ["kata", "response_api", "v1", id, rest @ ..] => (
                *id,
                match rest {
                    ["sensors"] => Place::Sensors,
                    ["settings"] => Place::Settings,
                    ["tasks", task] => Place::Task((*task).to_owned()),
                    _ => Place::Nowhere,
                },
            ),
            ["kata", "scanner", "v1", "sensors", id, "scans", "state"] => (*id, Place::Scans),
            ["kata", "scanner", "v1", "sensors", id, ..] | ["kata", "events_api", "v1", id, ..] => {
                (*id, Place::Nowhere)
            }
            _ => ("", Place::Nowhere),
        };
        Self {
            caller: is_id(caller).then(|| caller.to_owned()),
            place,
        }
    }

    /// The name by which gate, faults and journal know the call: `GET sensors`,
    /// `POST settings/prevention`, `DELETE tasks`, `GET scans/state`.
    pub(crate) fn call(&self, method: &str, query: &Query) -> String {
        match &self.place {
            Place::Sensors => format!("{method} sensors"),
            Place::Settings => {
                let kind = query.one("settings_type").ok().flatten().unwrap_or("none");
                format!("{method} settings/{kind}")
            }
            Place::Task(_) => format!("{method} tasks"),
            Place::Scans => format!("{method} scans/state"),
            Place::Nowhere => format!("{method} nowhere"),
        }
    }
}

/// Documented as a UUID; a MAC address has been seen too, so that the server does not insist.
fn is_id(text: &str) -> bool {
    let fits = |it: char| it.is_ascii_alphanumeric() || "._-".contains(it);
    (1..=64).contains(&text.len()) && text.chars().all(fits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_are_named_by_method_place_and_kind() {
        let named = |method: &str, path: &str, query: &str| {
            Path::read(path).call(method, &Query::read(query))
        };
        let base = "/kata/response_api/v1/00112233aabb";

        assert_eq!(named("GET", &format!("{base}/sensors"), ""), "GET sensors");
        let kind = "settings_type=prevention";
        assert_eq!(
            named("POST", &format!("{base}/settings"), kind),
            "POST settings/prevention"
        );
        assert_eq!(
            named("DELETE", &format!("{base}/tasks/1"), ""),
            "DELETE tasks"
        );
        assert_eq!(named("GET", "/", ""), "GET nowhere");
    }

    #[test]
    fn the_id_of_the_external_system_is_in_the_path_of_every_api() {
        let caller = |path: &str| Path::read(path).caller;

        assert_eq!(
            caller("/kata/scanner/v1/sensors/A-1/scans/state").as_deref(),
            Some("A-1")
        );
        assert_eq!(
            caller("/kata/events_api/v1/A-1/events").as_deref(),
            Some("A-1")
        );
        assert_eq!(
            caller("/kata/response_api/v1/A-1/what").as_deref(),
            Some("A-1")
        );
        assert_eq!(caller("/kata/response_api/v1/a%20b/sensors"), None);
        assert_eq!(caller("/"), None);
    }
}
