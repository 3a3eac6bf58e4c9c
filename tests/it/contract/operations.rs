//! What the people who run the gateway see: metrics, health, logs, ids; and what they never see.

use acceptance::calls::{ADD, LOGIN};
use acceptance::{
    House, Issuer, Plan, Reply, Token, WS_042, decisions, everything, isolation, lines,
};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ksc_simulator::{Fault, FaultKind};
use reqwest::Method;

#[tokio::test(flavor = "multi_thread")]
async fn metrics_count_requests_tasks_refusals_and_ksc_calls_by_bounded_labels() {
    let house = House::open().await;

    house
        .soar()
        .isolate("ws-042.corp.example")
        .await
        .expect(202);
    house.soar().get("/v1/tasks/ksc-42").await.expect(200);
    house.soar().get("/v1/tasks/ksc-7").await.expect(404);
    house.soar().get("/v1/made/up").await.expect(404);
    house.stranger().get("/made-up").await.expect(404);
    house.stranger().get("/v1/whoami").await.expect(401);

    let text = house.admin("/metrics").await.expect(200).text;
    for line in [
        r#"edr_gateway_http_requests_total{method="POST",route="/v1/tasks/isolateHost",status="202"} 1"#,
        r#"edr_gateway_http_requests_total{method="GET",route="/v1/tasks/{id}",status="200"} 1"#,
        r#"edr_gateway_http_requests_total{method="GET",route="/v1/tasks/{id}",status="404"} 1"#,
        r#"edr_gateway_http_requests_total{method="GET",route="unmatched",status="404"} 1"#,
        r#"edr_gateway_tasks_total{backend="ksc",outcome="accepted",task="isolateHost"} 1"#,
        r#"edr_gateway_problems_total{code="task_not_found"} 1"#,
        r#"edr_gateway_problems_total{code="token_missing"} 1"#,
        r#"edr_gateway_ksc_calls_total{backend="ksc",method="HostGroup.AddIncident",outcome="ok"} 1"#,
        r#"edr_gateway_ksc_logins_total{backend="ksc",outcome="accepted"} 1"#,
        r#"edr_gateway_ksc_leases_in_use{backend="ksc"} 0"#,
        "edr_gateway_http_requests_in_flight 0",
        "edr_gateway_ready 1",
    ] {
        assert!(
            text.lines().any(|it| it == line),
            "{line} is missing from\n{text}"
        );
    }
    assert!(
        !text.contains("made/up") && !text.contains("made-up"),
        "a caller's invention became a label"
    );
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn health_tells_the_process_from_its_surroundings() {
    let house = House::furnish(Plan {
        unready: true,
        ..Plan::default()
    })
    .await;
    house
        .sim
        .faults()
        .push(Fault::on(LOGIN, FaultKind::http(503, "starting")).times(1));

    assert_eq!(house.admin("/health/live").await.status, 200);
    assert_eq!(house.admin("/health/startup").await.status, 200);
    house.until_ready().await;
    house.sim.stop_listening().await;
    house.sim.cut_connections().await;
    house.soar().isolate(WS_042).await.expect(503);
    assert_eq!(house.admin("/health/ready").await.status, 200);
    // Nothing of this is behind the ingress, and nothing of the API is on the admin listener.
    assert_eq!(house.stranger().get("/metrics").await.status, 404);
    assert_eq!(house.stranger().get("/health/live").await.status, 404);
    assert_eq!(house.admin("/v1/whoami").await.status, 404);
    house.sim.listen_again().await.expect("the port is free");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_id_leads_from_the_caller_through_the_logs_into_ksc() {
    let house = House::open().await;
    let parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    let request = house
        .soar()
        .request(Method::POST, "/v1/tasks/isolateHost")
        .header("x-request-id", "case-20417.step-3")
        .header("traceparent", parent)
        .json(&isolation(WS_042));

    let reply = Reply::of(request).await.expect(202);

    assert_eq!(reply.request_id(), "case-20417.step-3");
    assert!(
        reply
            .header("traceparent")
            .starts_with("00-4bf92f3577b34da6a3ce929d0e0e4736-")
    );
    assert_eq!(reply.header("cache-control"), "no-store");
    let add = house.sim.journal().calls_to(ADD).pop().expect("a call");
    assert_eq!(add.request_id.as_deref(), Some("case-20417.step-3"));
    let access = lines("access", "case-20417.step-3");
    assert_eq!(access.len(), 1);
    let line = &access[0];
    assert_eq!(line["trace_id"], "4bf92f3577b34da6a3ce929d0e0e4736");
    let own = format!("-{}-01", line["span_id"].as_str().expect("a span"));
    assert!(reply.header("traceparent").ends_with(&own));
    assert_eq!(line["http.route"], "/v1/tasks/isolateHost");
    assert_eq!(line["http.status"], 202);
    assert_eq!(line["caller.id"], "soar");
    assert_eq!(line["backend"], "ksc");
    assert_eq!(line["task.id"], "ksc-42");
    let audit = decisions("case-20417.step-3");
    assert_eq!(audit.len(), 1);
    let line = &audit[0];
    assert_eq!(line["decision"], "created");
    assert_eq!(line["trace_id"], "4bf92f3577b34da6a3ce929d0e0e4736");
    assert_eq!(line["caller.id"], "soar");
    assert_eq!(line["task"], "isolateHost");
    assert_eq!(line["host.id"], WS_042);
    assert_eq!(line["backend"], "ksc");
    assert_eq!(line["task.id"], "ksc-42");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_odd_request_id_is_replaced_and_never_logged() {
    let house = House::open().await;
    let request = house
        .soar()
        .request(Method::GET, "/v1/whoami")
        .header("x-request-id", "a b\"c");

    let reply = Reply::of(request).await.expect(200);

    assert_eq!(reply.request_id().len(), 32);
    assert_eq!(lines("access", reply.request_id()).len(), 1);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn addresses_methods_and_media_types_that_are_not_there_get_problems_too() {
    let house = House::open().await;
    let soar = house.soar();

    assert_eq!(
        soar.get("/v1/nothing").await.expect(404).code(),
        "route_not_found"
    );
    assert_eq!(
        house.stranger().get("/nothing").await.expect(404).code(),
        "route_not_found"
    );
    assert_eq!(
        house.stranger().get("/v1/nothing").await.expect(401).code(),
        "token_missing"
    );
    let put = Reply::of(soar.request(Method::PUT, "/v1/tasks"))
        .await
        .expect(405);
    assert_eq!(
        (put.code(), put.header("allow")),
        ("method_not_allowed", "GET, HEAD, POST")
    );
    let delete = Reply::of(soar.request(Method::DELETE, "/v1/tasks/ksc-42"))
        .await
        .expect(405);
    assert_eq!(
        (delete.code(), delete.header("allow")),
        ("method_not_allowed", "GET, HEAD")
    );
    let xml = soar
        .request(Method::GET, "/v1/whoami")
        .header("accept", "application/xml");
    assert_eq!(Reply::of(xml).await.expect(406).code(), "not_acceptable");
    for accept in ["*/*", "application/json", "text/html, application/*;q=0.1"] {
        let request = soar
            .request(Method::GET, "/v1/whoami")
            .header("accept", accept);
        Reply::of(request).await.expect(200);
    }
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_secret_reaches_a_log_a_metric_or_an_answer() {
    let mut plan = Plan::default();
    plan.scenario.password = "s3cret-of-the-account".to_owned();
    let house = House::furnish(plan).await;
    let token = Issuer::shared().sign(&Token::of("soar", "tasks.create tasks.read"));
    let body = serde_json::json!({
        "targetHost": WS_042, "executablePath": r"C:\a.exe", "arguments": "--key pr1vate-argument",
    });
    let faults = [
        FaultKind::Garbage,
        FaultKind::pxg("KLSTD", 1184),
        FaultKind::http(500, "s3cret-of-the-account"),
        FaultKind::ExpireSessions,
    ];

    let mut answers = String::new();
    for kind in faults {
        house.sim.faults().push(Fault::on(ADD, kind));
        answers += &house
            .caller_with(&token)
            .post("/v1/tasks/startProcess", &body)
            .await
            .text;
    }
    answers += &house
        .caller_with(&format!("{token}x"))
        .get("/v1/whoami")
        .await
        .text;
    let metrics = house.admin("/metrics").await.text;
    assert!(house.sim.journal().count(LOGIN) > 1);
    house.close().await;

    let encoded = STANDARD.encode("s3cret-of-the-account");
    let signature = token.rsplit('.').next().expect("a signature");
    for secret in ["s3cret-of-the-account", &encoded, signature, "KSCBasic"] {
        for (place, text) in [
            ("log", everything()),
            ("metric", metrics.clone()),
            ("answer", answers.clone()),
        ] {
            assert!(!text.contains(secret), "{secret} stands in a {place}");
        }
    }
    assert!(
        !everything().contains("pr1vate-argument"),
        "a body was logged"
    );
}
