//! Whoever misspells an address, a header or a parameter hears which one seems to be meant.

use acceptance::{House, Reply, isolation};
use reqwest::Method;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn a_misspelt_address_is_answered_with_the_names_that_there_are() {
    let house = House::open().await;
    let soar = house.soar();
    for name in [
        "isolatehost",
        "isolate-host",
        "isolate_host",
        "IsolateHost",
        "ISOLATEHOST",
        "isolate",
        "unisolate",
        "networkIsolation",
        "getfile",
        "ioc-scan",
        "Batch",
        "x",
    ] {
        let refused = soar
            .post(&format!("/v1/tasks/{name}"), &json!({}))
            .await
            .expect(404);
        assert_eq!(refused.code(), "route_not_found", "{name}");
        let detail = refused.json["detail"].as_str().expect("a detail");
        for there in ["isolateHost", "getFile", "onDemandScan", "batch"] {
            assert!(detail.contains(there), "{name}: {detail}");
        }
        let meant = match name {
            "getfile" => Some("/v1/tasks/getFile seems to be meant"),
            "ioc-scan" => Some("/v1/tasks/iocScan seems to be meant"),
            "Batch" => Some("/v1/tasks/batch seems to be meant"),
            other if other.to_ascii_lowercase().replace(['-', '_'], "") == "isolatehost" => {
                Some("/v1/tasks/isolateHost seems to be meant")
            }
            _ => None,
        };
        match meant {
            Some(meant) => assert!(detail.contains(meant), "{name}: {detail}"),
            None => assert!(!detail.contains("seems to be meant"), "{name}: {detail}"),
        }
        // What the caller wrote is no part of the answer but for where it asked.
        assert!(refused.header("allow").is_empty(), "{name}");
    }
    for (method, path, meant) in [
        (
            Method::POST,
            "/v1/Tasks/isolateHost",
            "/v1/tasks/isolateHost",
        ),
        (Method::POST, "/V1/tasks", "/v1/tasks"),
        (Method::GET, "/v1/Tasks", "/v1/tasks"),
        (
            Method::GET,
            "/v1/tasks/ksc-1/Events",
            "/v1/tasks/{id}/events",
        ),
        (Method::GET, "/v1/who-am-i", "/v1/whoami"),
        (Method::GET, "/v1/Hosts", "/v1/hosts"),
    ] {
        let refused = Reply::of(soar.request(method, path)).await.expect(404);
        let detail = refused.json["detail"].as_str().expect("a detail");
        assert!(
            detail.contains(&format!("{meant} seems to be meant")),
            "{path}: {detail}"
        );
    }
    // The right name and another method is another matter.
    for (method, path, allow) in [
        (Method::PUT, "/v1/tasks/isolateHost", "POST"),
        (Method::POST, "/v1/whoami", "GET, HEAD"),
        (Method::POST, "/v1/tasks/ksc-1", "GET, HEAD"),
        (Method::DELETE, "/v1/hosts/x", "GET, HEAD"),
    ] {
        let refused = Reply::of(soar.request(method, path)).await.expect(405);
        assert_eq!(refused.header("allow"), allow, "{path}");
    }
    assert!(house.sim.journal().incidents().is_empty());
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_key_has_two_names_and_is_one() {
    let house = House::open().await;
    let soar = house.soar();
    let body = isolation(acceptance::WS_042);
    let send = |headers: &[(&str, &str)]| {
        let mut request = soar
            .request(Method::POST, "/v1/tasks/isolateHost")
            .json(&body);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        Reply::of(request)
    };

    let first = send(&[("X-Idempotency-Key", "case-1")]).await.expect(202);
    for headers in [
        &[("X-Idempotency-Key", "case-1")][..],
        &[("Idempotency-Key", "case-1")],
        &[
            ("Idempotency-Key", "\"case-1\""),
            ("X-Idempotency-Key", "case-1"),
        ],
    ] {
        let again = send(headers).await.expect(202);
        assert_eq!(again.json["id"], first.json["id"], "{headers:?}");
        assert_eq!(again.header("idempotency-replayed"), "true", "{headers:?}");
    }
    for headers in [
        &[
            ("Idempotency-Key", "case-1"),
            ("X-Idempotency-Key", "case-2"),
        ][..],
        &[("Idempotency-Key", "case-3"), ("X-Idempotency-Key", "")],
        &[
            ("X-Idempotency-Key", "case-3"),
            ("X-Idempotency-Key", "case-3"),
        ],
        &[
            ("X-Idempotency-Key", "case-3"),
            ("X-Idempotency-Key", "case-4"),
        ],
        &[("X-Idempotency-Key", "")],
        &[("X-Idempotency-Key", "a\"b")],
        &[("X-Idempotency-Key", "case-1, case-1\"")],
    ] {
        let refused = send(headers).await.expect(400);
        assert_eq!(refused.code(), "malformed_request", "{headers:?}");
    }
    // The parameter is the same key again.
    let path = "/v1/tasks/isolateHost?idempotencyKey=case-1";
    let again = soar.post_once(path, "case-1", &body).await.expect(202);
    assert_eq!(again.json["id"], first.json["id"]);
    let refused = soar.post_once(path, "case-2", &body).await.expect(422);
    let differs = ("?idempotencyKey".to_owned(), "differs".to_owned());
    assert_eq!(refused.violations(), [differs]);
    // Each request of a batch has a key of its own, whatever the header is called.
    let one =
        json!({"task": "isolateHost", "targetHost": acceptance::WS_042, "params": {"action": 0}});
    let batch = json!({"tasks": [one]});
    let mut ids = Vec::new();
    for name in ["X-Idempotency-Key", "Idempotency-Key"] {
        let request = soar.request(Method::POST, "/v1/tasks/batch").json(&batch);
        let reply = Reply::of(request.header(name, "batch-1")).await.expect(200);
        ids.push(reply.json["results"][0]["task"]["id"].clone());
    }
    assert!(ids[0].is_string() && ids[0] == ids[1], "{ids:?}");
    assert_eq!(house.sim.journal().incidents().len(), 2);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_header_that_looks_like_ours_is_refused_with_the_right_one() {
    let house = House::open().await;
    let soar = house.soar();
    let body = isolation(acceptance::WS_042);
    for (name, right) in [
        ("Idempotency_Key", "Idempotency-Key"),
        ("IdempotencyKey", "Idempotency-Key"),
        ("X-Idempotent-Key", "Idempotency-Key"),
        ("Idempotent-Key", "Idempotency-Key"),
        ("X-Idempotency", "Idempotency-Key"),
        ("Idempotency-Token", "Idempotency-Key"),
        ("Idempotancy-Key", "Idempotency-Key"),
        ("Idemptency-Key", "Idempotency-Key"),
        ("Client-Idempotency-Key", "Idempotency-Key"),
        ("HTTP-Idempotency-Key", "Idempotency-Key"),
        ("X-Prefer", "Prefer"),
        ("Preference", "Prefer"),
        ("Prefer-Wait", "Prefer: wait=N"),
        ("Last_Event_Id", "Last-Event-ID"),
        ("X-Dry-Run", "/dry-run"),
        ("DryRun", "/dry-run"),
    ] {
        for path in ["/v1/tasks/isolateHost", "/v1/tasks", "/v1/tasks/batch"] {
            let request = soar.request(Method::POST, path).json(&body);
            let refused = Reply::of(request.header(name, "1")).await.expect(400);
            assert_eq!(refused.code(), "malformed_request", "{name}");
            let detail = refused.json["detail"].as_str().expect("a detail");
            assert!(detail.contains(right), "{name}: {detail}");
            assert!(
                detail.contains(&name.to_ascii_lowercase()),
                "{name}: {detail}"
            );
        }
    }
    assert!(house.sim.journal().incidents().is_empty());
    // What proxies and clients add by themselves harms nobody.
    let mut request = soar.request(Method::POST, "/v1/tasks/isolateHost/dry-run");
    for name in [
        "x-forwarded-for",
        "x-forwarded-proto",
        "x-forwarded-host",
        "x-forwarded-prefix",
        "x-real-ip",
        "forwarded",
        "via",
        "x-request_id",
        "request-id",
        "x-correlation-id",
        "x-amzn-trace-id",
        "x-envoy-expected-rq-timeout-ms",
        "x-b3-traceid",
        "cf-connecting-ip",
        "sec-fetch-site",
        "priority",
        "cookie",
        "te",
    ] {
        request = request.header(name, "1");
    }
    Reply::of(request.json(&body)).await.expect(200);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_parameter_that_is_misspelt_is_refused_with_the_right_one() {
    let house = House::open().await;
    let soar = house.soar();
    let body = isolation(acceptance::WS_042);
    for (method, path, right) in [
        (
            Method::POST,
            "/v1/tasks/isolateHost?idempotency_key=a",
            "idempotencyKey",
        ),
        (Method::POST, "/v1/tasks?waitfor=end", "waitFor"),
        (Method::POST, "/v1/tasks/isolateHost?Wait%20=5", "wait"),
        (Method::GET, "/v1/tasks?state[]=failed", "state"),
        (Method::GET, "/v1/tasks?State=failed", "state"),
        (Method::GET, "/v1/tasks?ids=ksc-1", "id"),
        (Method::GET, "/v1/tasks?Limit=5", "limit"),
        (Method::GET, "/v1/hosts?Name=ws-042", "name"),
        (Method::GET, "/v1/hosts?names=ws-042", "name"),
    ] {
        let request = soar.request(method, path).json(&body);
        let refused = Reply::of(request).await.expect(422);
        let detail = refused.json["errors"][0]["detail"]
            .as_str()
            .expect("a detail");
        assert!(
            detail.contains(&format!("{right} seems to be meant")),
            "{path}: {detail}"
        );
    }
    assert!(house.sim.journal().incidents().is_empty());
    // Nothing here asks for less than the real thing: a dry run of it is not passed over.
    let id = soar.isolate(acceptance::WS_042).await.expect(202).json["id"].clone();
    let cancel = format!("/v1/tasks/{}/cancel", id.as_str().expect("an id"));
    soar.post_nothing(&format!("{cancel}?dryRun=true"))
        .await
        .expect(422);
    soar.post_nothing(&format!("{cancel}?")).await.expect(409);
    house.close().await;
}
