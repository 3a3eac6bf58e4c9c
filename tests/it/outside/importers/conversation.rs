//! What every client that is run has to bring about, whoever has generated it.

use std::time::Duration;

use acceptance::{House, Issuer, Token, WS_042, eventually};
use serde_json::{Value, json};
use tokio::process::Command;

use super::tools::must;

/// Who may do all of it.
pub(in crate::outside) const POWERFUL: &str = "tasks.create tasks.read";

/// A token with these scopes.
pub(in crate::outside) fn token(scopes: &str) -> String {
    Issuer::shared().sign(&Token::of("soar", scopes))
}

/// What comes of something while time passes in KSC.
pub(in crate::outside) async fn while_time_passes<T: Send + 'static>(
    house: &House,
    what: impl Future<Output = T> + Send + 'static,
) -> T {
    let running = tokio::spawn(what);
    eventually("it is done", || async {
        house.advance(Duration::from_secs(2)).await;
        running.is_finished().then_some(())
    })
    .await;
    running.await.expect("it ended well")
}

/// Runs a program while time passes in KSC, and gives the last line that it prints.
pub(in crate::outside) async fn hear(house: &House, command: Command) -> Value {
    let said = while_time_passes(house, must(command)).await;
    let last = said.lines().last().unwrap_or_default();
    serde_json::from_str(last).unwrap_or_else(|error| panic!("{error}: {said}"))
}

/// Lets a client isolate a host and wait for its end, repeat that with the same key, read the task,
/// use the key for another request, and ask with a token that may not; and checks what it has
/// understood, and what KSC has got.
pub(in crate::outside) async fn holds(house: &House, mut client: Command) {
    client
        .arg(format!("http://{}", house.addr()))
        .arg(token(POWERFUL))
        .arg(token("hosts.read"))
        .args([WS_042, "case-1"]);

    let told = hear(house, client).await;

    let id = &told["first"]["id"];
    assert!(id.is_string(), "{told}");
    let over = json!({"id": id, "state": "succeeded", "terminal": true});
    assert_eq!(told["first"], over, "{told}");
    assert_eq!(told["again"], *id, "{told}");
    assert_eq!(told["read"], "succeeded", "{told}");
    assert_eq!(told["reused"]["status"], 422, "{told}");
    assert_eq!(told["reused"]["code"], "idempotency_key_reused", "{told}");
    assert_eq!(told["forbidden"]["status"], 403, "{told}");
    assert_eq!(told["forbidden"]["code"], "scope_missing", "{told}");
    let incidents = house.sim.journal().incidents();
    assert_eq!(incidents.len(), 1, "{told}");
}
