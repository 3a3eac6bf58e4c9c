//! A crowd: its hosts, what each of it asks for, and whether each has its own incident.

use std::collections::HashMap;

use acceptance::{Caller, Reply, eventually};
use ksc_simulator::{Clock, Scenario, Simulator};
use reqwest::Method;
use serde_json::{Value, json};

pub(crate) const ADD: &str = "HostGroup.AddIncident";
pub(crate) const START: &str = "Session.StartSession";

/// A KSC in real time.
pub(crate) fn real_time() -> Scenario {
    Scenario {
        clock: Clock::Real { speed: 1.0 },
        ..Scenario::default()
    }
}

/// Some hosts that are switched on.
pub(crate) fn hosts(sim: &Simulator, count: usize) -> Vec<String> {
    let online = sim.hosts().into_iter().filter(|it| it.online);
    let ids: Vec<String> = online.map(|it| it.id).take(count).collect();
    assert_eq!(ids.len(), count, "so many are switched on");
    ids
}

/// A path that no other request asks for: by it an incident is known to be this request's.
pub(crate) fn mark(number: usize) -> String {
    format!(r"C:\marked\{number}.exe")
}

pub(crate) fn body(host: &str, mark: &str) -> Value {
    json!({
        "targetHost": host,
        "params": {"md5hash": "", "sha256hash": "", "path": mark}
    })
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

/// Asks with a key until there is an answer that stands, as a SOAR does.
pub(crate) async fn insist(caller: &Caller, key: &str, body: &Value) -> Reply {
    eventually("an answer that stands", || async {
        let request = caller
            .request(Method::POST, "/v1/tasks/getFile")
            .header("idempotency-key", key)
            .json(body);
        let reply = Reply::of(request).await;
        let again = matches!(reply.status, 409 | 429 | 503 | 504);
        (!again).then_some(reply)
    })
    .await
}

/// Asserts that every one of these marks has the one incident that its caller was told, and that
/// there are no others.
pub(crate) fn assert_once(sim: &Simulator, answers: &[(String, Reply)]) {
    let mut found = incidents(sim);
    for (mark, reply) in answers {
        assert_eq!(reply.status, 202, "{mark}: {}", reply.text);
        let told = reply.json["incident"]["id"].as_i64().expect("a number");
        let own = found.remove(mark).unwrap_or_default();
        assert_eq!(own, [told], "{mark}");
    }
    assert!(found.is_empty(), "nobody asked for {found:?}");
}
