//! What no span holds.

use acceptance::calls::ADD;
use acceptance::{Collector, Issuer, Reply, Token, WS_042, tell};
use ksc_simulator::{Fault, FaultKind};
use reqwest::Method;
use serde_json::json;

use super::collected::{answered, house, is_request};

#[tokio::test(flavor = "multi_thread")]
async fn no_span_holds_a_secret_or_a_parameter() {
    let collector = Collector::start().await;
    let mut house = house(&collector).await;
    let token = Issuer::shared().sign(&Token::of("soar", "tasks.create tasks.read hosts.read"));
    let caller = house.caller_with(&token);
    for kind in [
        FaultKind::CommitThenDrop,
        FaultKind::pxg("KLSTD", 1192),
        FaultKind::http(500, "words-of-ksc"),
        FaultKind::ExpireSessions,
    ] {
        house.sim.faults().push(Fault::on(ADD, kind));
        let request = caller
            .request(Method::POST, "/v1/tasks/getFile?wait=0")
            .header("idempotency-key", "private-key")
            .json(&json!({
                "targetHost": WS_042, "path": "C:\\private-place\\a.exe",
                "comment": "private-comment", "externalId": "private-case"
            }));
        let _whatever = Reply::of(request).await;
    }
    for path in [
        "/v1/hosts?private-query=1".to_owned(),
        format!("/v1/tasks/{token}"),
        "/v1/tasks/private-id".to_owned(),
        "/v1/hosts/private-id".to_owned(),
        format!("/v1/{token}"),
        format!("/v1/whoami?access_token={token}"),
    ] {
        let _whatever = caller.get(&path).await;
        let _whatever = house.stranger().get(&path).await;
    }
    let mut secrets = vec![
        token.rsplit('.').next().expect("three parts").to_owned(),
        house.sim.password().to_owned(),
    ];
    std::fs::write(house.file("password"), "wr0ng-Passw0rd").expect("a file");
    house.sim.faults().clear();
    secrets.extend(house.sim.session_tokens());
    house.sim.expire_sessions();
    let last = house.soar().isolate(WS_042).await.expect(503);

    collector
        .trace(&answered(&last).0, "the last request", is_request)
        .await;
    secrets.extend(house.sim.session_tokens());
    let private = ["private-", "wr0ng-Passw0rd", "words-of-ksc", "KSCBasic"];
    secrets.extend(private.map(str::to_owned));
    let spans = collector.spans();
    let everything = format!("{spans:?}");
    for secret in &secrets {
        assert!(secret.len() >= 8);
        let at = everything.find(secret.as_str());
        assert!(
            at.is_none(),
            "{}",
            &everything[at.unwrap_or_default().saturating_sub(200)..][..300]
        );
    }
    assert!(
        spans
            .iter()
            .any(|it| it.name == "KSC Session.StartSession" && it.failed)
    );
    tell(&format!(
        "traces: {} secrets looked for in {} spans; none found",
        secrets.len(),
        spans.len()
    ));
    house.stop().await;
}
