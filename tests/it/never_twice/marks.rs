//! Requests that are known by a mark: by the path that a request is for, its incident is known
//! among all.

use std::collections::HashMap;

use ksc_simulator::Simulator;
use serde_json::{Value, json};

/// The body of a request for a file of this path.
pub(crate) fn marked(host: &str, mark: &str) -> Value {
    json!({"targetHost": host, "path": mark})
}

/// The incidents of each mark.
pub(crate) fn incidents(sim: &Simulator) -> HashMap<String, Vec<i64>> {
    let mut found: HashMap<String, Vec<i64>> = HashMap::new();
    for incident in sim.journal().incidents() {
        let mark = incident.body["params"]["path"].as_str().expect("a mark");
        found.entry(mark.to_owned()).or_default().push(incident.id);
    }
    found
}
