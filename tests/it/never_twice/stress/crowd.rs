//! A crowd: its hosts, how it insists, and whether each of it has its own incident.

use acceptance::{Caller, Reply, eventually};
use ksc_simulator::Simulator;
use serde_json::Value;

use crate::never_twice::marks::incidents;

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

/// Asks with a key until there is an answer that stands, as a SOAR does.
pub(crate) async fn insist(caller: &Caller, key: &str, body: &Value) -> Reply {
    eventually("an answer that stands", || async {
        let reply = caller.post_once("/v1/tasks/getFile", key, body).await;
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
        let told = reply.incident();
        let own = found.remove(mark).unwrap_or_default();
        assert_eq!(own, [told], "{mark}");
    }
    assert!(found.is_empty(), "nobody asked for {found:?}");
}
