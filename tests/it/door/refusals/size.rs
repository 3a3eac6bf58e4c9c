//! What is too large, or large inside, and what is no JSON at all.

use acceptance::{House, WS_042, ioc, isolation};
use serde_json::json;

use super::cases::params;

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_is_not_larger_than_its_question() {
    let house = House::open().await;
    let mut body = isolation(WS_042);
    for number in 0..5000 {
        body[format!("surprise-{number}")] = json!(0);
    }

    let reply = house
        .soar()
        .post("/v1/tasks/isolateHost", &body)
        .await
        .expect(422);

    assert_eq!(reply.violations().len(), 100);
    for number in 5000..20_000 {
        body[format!("surprise-{number}")] = json!(0);
    }
    let reply = house
        .soar()
        .post("/v1/tasks/isolateHost", &body)
        .await
        .expect(400);
    assert_eq!(reply.code(), "malformed_json");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_json_or_too_much_of_it_is_refused_by_name() {
    let house = House::with(&[("server.max_body_bytes", "4096")]).await;
    let soar = house.soar();
    let send = |kind: &'static str, body: Vec<u8>| {
        let request = soar
            .request(reqwest::Method::POST, "/v1/tasks/isolateHost")
            .header("content-type", kind)
            .body(body);
        async move { acceptance::Reply::of(request).await }
    };
    let good = isolation(WS_042).to_string();

    for (body, code) in [
        ("{", "malformed_json"),
        ("", "malformed_json"),
        ("{} {}", "malformed_json"),
        (
            r#"{"targetHost": "a", "targetHost": "b", "action": "isolate"}"#,
            "malformed_json",
        ),
        ("\u{feff}\u{feff}{}", "malformed_json"),
    ] {
        assert_eq!(
            send("application/json", body.into())
                .await
                .expect(400)
                .code(),
            code,
            "{body}"
        );
    }
    assert_eq!(
        send("application/json", vec![0xff, 0xfe])
            .await
            .expect(400)
            .code(),
        "malformed_json"
    );
    let deep = "[".repeat(3000).into_bytes();
    assert_eq!(
        send("application/json", deep).await.expect(400).code(),
        "malformed_json"
    );
    let large = vec![b' '; 5000];
    assert_eq!(
        send("application/json", large).await.expect(413).code(),
        "body_too_large"
    );
    for kind in [
        "text/plain",
        "application/xml",
        "application/jsonx",
        "multipart/form-data",
    ] {
        let reply = send(kind, good.clone().into_bytes()).await.expect(415);
        assert_eq!(reply.code(), "unsupported_media_type", "{kind}");
    }
    assert!(house.sim.journal().incidents().is_empty());
    send("application/json; charset=utf-8", good.into_bytes())
        .await
        .expect(202);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_caller_cannot_make_the_gateway_unpack_what_it_may_not_ask_for() {
    let house = House::open().await;
    let body = json!({
        "task": "iocScan", "targetHost": WS_042,
        "params": params("iocScan", "ioc", json!("not even base64")),
    });

    let reply = house
        .caller("tasks.create.getFile")
        .post("/v1/tasks", &body)
        .await
        .expect(403);

    assert_eq!(reply.code(), "scope_missing");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_archive_of_good_documents_is_taken_whole() {
    let house = House::open().await;
    let noise: String = (0..1_500_000_u32)
        .map(|it| {
            char::from(b'a' + u8::try_from(it.wrapping_mul(2_654_435_761) >> 28).expect("small"))
        })
        .collect();
    let documents: Vec<(String, String)> = (0..6)
        .map(|it| {
            (
                format!("{it}.ioc"),
                format!("{}<!-- {noise} -->", ioc::document(&it.to_string())),
            )
        })
        .collect();
    let documents: Vec<(&str, &[u8])> = documents
        .iter()
        .map(|(name, it)| (name.as_str(), it.as_bytes()))
        .collect();
    let params = params("iocScan", "ioc", json!(ioc::archive(&documents)));

    house
        .soar()
        .create("iocScan", WS_042, params.clone())
        .await
        .expect(202);

    assert_eq!(house.incident_bodies()[0]["params"], params);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn small_archives_that_are_large_inside_hold_up_nobody_else() {
    let house = House::with(&[("limits.requests_per_minute_per_caller", "0")]).await;
    let blank = " ".repeat(2_000_000);
    let documents: Vec<(String, String)> = (0..6)
        .map(|it| (format!("{it}.ioc"), ioc::document(&it.to_string()) + &blank))
        .collect();
    let documents: Vec<(&str, &[u8])> = documents
        .iter()
        .map(|(name, text)| (name.as_str(), text.as_bytes()))
        .collect();
    let archive = ioc::archive(&documents);
    assert!(archive.len() < 64 * 1024, "{}", archive.len());
    let params = params("iocScan", "ioc", json!(archive));
    let task = json!({"task": "iocScan", "targetHost": acceptance::WS_042, "params": params});
    let body = json!({"tasks": vec![task; 12]});
    // More than there are threads that could be held up.
    let many = 2 * std::thread::available_parallelism().map_or(1, usize::from);
    let asking: Vec<_> = (0..many)
        .map(|_| {
            let (soar, body) = (house.soar(), body.clone());
            tokio::spawn(async move { soar.post("/v1/tasks/batch", &body).await })
        })
        .collect();

    // Where checking holds up the server's threads, one or two answers come between its beginning
    // and its end.
    let mut answered = 0;
    while !asking.iter().all(tokio::task::JoinHandle::is_finished) {
        house.soar().get("/v1/whoami").await.expect(200);
        answered += 1;
    }

    for one in asking {
        let reply = one.await.expect("no panic").expect(200);
        let problem = &reply.json["results"][11]["problem"];
        assert_eq!(problem["errors"][0]["code"], "ioc_total_too_large");
    }
    assert!(answered > 8, "{answered}");
    house.close().await;
}
