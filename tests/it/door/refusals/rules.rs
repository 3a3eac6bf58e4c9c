//! Every rule is kept, and every violation named.

use acceptance::calls::FIND_HOSTS;
use acceptance::{House, NATIVE, WS_042, isolation, native};
use serde_json::{Value, json};

use super::cases::{file_cases, isolation_cases, other_cases};

#[tokio::test(flavor = "multi_thread")]
async fn every_rule_of_the_nine_tasks_is_kept_and_nothing_is_written() {
    let house = House::open().await;
    let soar = house.soar();

    let cases = file_cases().into_iter().chain(other_cases());
    for (task, params, pointer, code) in cases.chain(isolation_cases()) {
        let refused = soar.create(task, WS_042, params).await.expect(422);

        let found = refused.violations();
        // A path that breaks the form and the folder rule is named for both.
        assert!(
            found.contains(&(pointer.to_owned(), code.to_owned())),
            "{task} {pointer} {code}: {}",
            refused.text
        );
        assert!(
            found.iter().all(|(at, _)| at == pointer),
            "{task} {pointer} {code}: {}",
            refused.text
        );
    }

    assert!(house.sim.journal().incidents().is_empty());
    assert_eq!(
        house.sim.journal().count(FIND_HOSTS),
        0,
        "KSC is not even asked"
    );
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_only_another_back_end_can_do_is_refused_and_not_dropped() {
    let house = House::open().await;
    let soar = house.soar();
    let terms = json!({
        "action": 1,
        "durationSeconds": 14_400,
        "exclusions": [
            {"direction": "outbound", "protocol": "tcp", "remoteIpv4": "192.0.2.10", "remotePorts": "443"},
            {"direction": "inbound", "localPorts": "8000-8100"},
            {"direction": "both", "remoteIpv4": "192.0.2.53", "protocol": null},
        ],
    });
    let other = native("isolateHost", WS_042, terms.clone());
    let mut flat = terms;
    flat["targetHost"] = WS_042.into();
    flat["action"] = "isolate".into();

    for (path, body, above) in [
        ("/v1/tasks/isolateHost", &flat, ""),
        ("/v1/tasks/isolateHost/dry-run", &flat, ""),
        ("/v1/tasks", &other, "/params"),
        ("/v1/tasks/dry-run", &other, "/params"),
    ] {
        let refused = soar.post(path, body).await.expect(422);

        let code = "not_of_this_back_end".to_owned();
        assert_eq!(
            refused.violations(),
            [
                (format!("{above}/durationSeconds"), code.clone()),
                (format!("{above}/exclusions"), code),
            ],
            "{path}"
        );
    }

    assert!(house.sim.journal().incidents().is_empty());
    let nulls = json!({"action": 1, "durationSeconds": null, "exclusions": null});
    soar.create("isolateHost", WS_042, nulls).await.expect(202);
    assert_eq!(house.sim.journal().incidents().len(), 1);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_rule_of_the_envelope_is_kept() {
    let house = House::open().await;
    let good = native("isolateHost", WS_042, json!({"action": 1}));

    for (member, value, code) in [
        ("targetHost", Value::Null, "required"),
        ("targetHost", json!(""), "too_short"),
        ("targetHost", json!(42), "type"),
        ("targetHost", json!("ws*"), "host_name"),
        ("targetHost", json!("a\")(KLHST_WKS_DN=\"*"), "host_name"),
        ("targetHost", json!("x".repeat(256)), "too_long"),
        ("params", Value::Null, "required"),
        ("params", json!("action"), "type"),
        ("responseEventIncidentArea", json!("a]b"), "area"),
        (
            "responseEventIncidentArea",
            json!("x".repeat(25)),
            "too_long",
        ),
        ("severity", json!(0), "too_small"),
        ("severity", json!(4), "too_large"),
        ("severity", json!("2"), "type"),
        ("comment", json!("x".repeat(1025)), "too_long"),
        ("externalId", json!("a\tb"), "external_id"),
        ("responseEventIncident", json!(true), "unknown_member"),
        ("area", json!("Kuma"), "unknown_member"),
    ] {
        let mut body = good.clone();
        if value.is_null() {
            body.as_object_mut().expect("an object").remove(member);
        } else {
            body[member] = value.clone();
        }

        let reply = house.soar().post(NATIVE, &body).await.expect(422);

        let found = reply.violations();
        assert!(
            found.contains(&(format!("/{member}"), code.to_owned())),
            "{member} {value}: {}",
            reply.text
        );
    }
    for (body, pointer, code) in [
        (json!([]), "", "type"),
        (json!("x"), "", "type"),
        (isolation(WS_042), "/task", "required"),
        (
            json!({"task": "formatDisk", "targetHost": WS_042, "params": {}}),
            "/task",
            "enum",
        ),
        (
            json!({"task": 7, "targetHost": WS_042, "params": {}}),
            "/task",
            "enum",
        ),
    ] {
        let reply = house.soar().post("/v1/tasks", &body).await.expect(422);
        assert_eq!(
            reply.violations(),
            [(pointer.to_owned(), code.to_owned())],
            "{body}"
        );
    }
    assert!(house.sim.journal().incidents().is_empty());
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn all_violations_are_listed_at_once() {
    let house = House::open().await;
    let body = json!({
        "task": "onDemandScan", "targetHost": "ws?", "severity": 9, "surprise": {}, "also/odd~": 1,
        "params": [
            {"enabled": "yes", "path": "", "recursive": true, "type": 22},
            {"enabled": true, "path": r"C:\a", "recursive": true, "type": 19},
            {"enabled": true, "path": r"C:\a", "recursive": true, "type": 14},
        ],
    });

    let reply = house.soar().post(NATIVE, &body).await.expect(422);

    let mut found = reply.violations();
    found.sort();
    let expected = [
        ("/also~1odd~0", "unknown_member"),
        ("/params/0/enabled", "type"),
        ("/params/0/path", "scan_path"),
        ("/params/1/type", "enum"),
        ("/params/2/path", "scan_path"),
        ("/severity", "too_large"),
        ("/surprise", "unknown_member"),
        ("/targetHost", "host_name"),
    ];
    let expected: Vec<_> = expected
        .iter()
        .map(|(at, code)| ((*at).to_owned(), (*code).to_owned()))
        .collect();
    assert_eq!(found, expected, "{}", reply.text);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_whole_number_is_one_however_it_is_written() {
    let house = House::open().await;
    let send = |number: &str| {
        let body = format!(
            r#"{{"task": "isolateHost", "targetHost": "ws-042.corp.example", "params": {{"action": {number}}}}}"#
        );
        let request = house
            .soar()
            .request(reqwest::Method::POST, NATIVE)
            .header("content-type", "application/json")
            .body(body);
        async move { acceptance::Reply::of(request).await }
    };

    for number in ["1.0", "1e0", "10e-1"] {
        send(number).await.expect(202);
    }
    for number in ["1.5", "1e400", "9007199254740993.0", "-0.5"] {
        let reply = send(number).await;
        assert!(
            [400, 422].contains(&reply.status),
            "{number}: {}",
            reply.text
        );
    }

    for body in house.incident_bodies() {
        assert_eq!(body["params"].to_string(), r#"{"action":1}"#);
    }
    assert_eq!(house.sim.journal().incidents().len(), 3);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_query_parameter_is_refused() {
    let house = House::open().await;
    let body = isolation(WS_042);

    for query in [
        "x=1",
        "waits=5",
        "wait=51",
        "waitFor=all",
        "idempotency-key=a",
    ] {
        let reply = house
            .soar()
            .post(&format!("/v1/tasks/isolateHost?{query}"), &body)
            .await;
        assert_eq!(reply.expect(422).code(), "validation_failed", "{query}");
    }
    for query in [
        "dryRun=true",
        "dryrun=true",
        "dry_run=false",
        "dryRun=yes&x=1",
    ] {
        let path = format!("/v1/tasks/isolateHost?{query}");
        let reply = house.soar().post(&path, &body).await.expect(422);
        let says = "to the same address with /dry-run behind it";
        assert!(reply.text.contains(says), "{query}: {}", reply.text);
    }
    assert!(house.sim.journal().incidents().is_empty());
    house.close().await;
}
