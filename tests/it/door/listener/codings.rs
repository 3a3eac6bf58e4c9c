//! A body that something was done to is refused: what would be read is not what was sent.

use acceptance::{House, WS_042, isolation};
use serde_json::json;

use super::raw::{statuses, talk, token};

/// A request to isolate a host, or many of them, with these lines.
fn isolate(path: &str, lines: &str) -> String {
    let one = isolation(WS_042);
    let native = json!({"task": "isolateHost", "targetHost": WS_042, "params": {"action": 1}});
    let body = match path {
        "/v1/tasks/batch" => json!({"tasks": [native]}),
        "/v1/tasks" => native,
        _ => one,
    };
    let body = body.to_string();
    format!(
        "POST {path} HTTP/1.1\r\nhost: a\r\nauthorization: Bearer {}\r\nconnection: close\r\n{lines}content-length: {}\r\n\r\n{body}",
        token(),
        body.len()
    )
}

const JSON: &str = "content-type: application/json\r\n";

#[tokio::test(flavor = "multi_thread")]
async fn a_coding_that_nobody_undoes_is_refused() {
    let house = House::open().await;
    let mut tried = 0;
    for path in [
        "/v1/tasks/isolateHost",
        "/v1/tasks/isolateHost/dry-run",
        "/v1/tasks",
        "/v1/tasks/batch",
    ] {
        for coding in [
            "content-encoding: gzip",
            "content-encoding: GZIP",
            "content-encoding: x-gzip",
            "content-encoding: br",
            "content-encoding: deflate",
            "content-encoding: compress",
            "content-encoding: zstd",
            "content-encoding: gzip, gzip",
            "content-encoding: identity, gzip",
            "content-encoding: gzip,identity",
            "content-encoding: identity\r\ncontent-encoding: br",
            "content-encoding: \r\nContent-Encoding: gzip",
            "content-encoding: utf-8",
            "content-encoding: \"identity\"",
            "content-encoding: identity;q=1",
            "content-encoding: *",
            "content-encoding: \u{e4}",
            "content-encoding: chunked",
        ] {
            let answer = talk(
                house.addr(),
                isolate(path, &format!("{JSON}{coding}\r\nexpect: 100-continue\r\n")),
            )
            .await;
            assert_eq!(statuses(&answer), [415], "{path} {coding}: {answer}");
            assert!(answer.contains("accept-encoding: identity\r\n"), "{answer}");
            assert!(answer.contains("Content-Encoding"), "{answer}");
            assert!(answer.contains("unsupported_media_type"), "{answer}");
            tried += 1;
        }
    }
    acceptance::tell(&format!("codings of a body: {tried} tried, all refused"));
    assert!(house.sim.journal().incidents().is_empty());
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_as_it_is_is_taken_however_that_is_said() {
    let house = House::open().await;
    for coding in [
        "",
        "content-encoding:\r\n",
        "content-encoding: identity\r\n",
        "content-encoding: Identity\r\n",
        "content-encoding: identity, identity\r\n",
        "content-encoding: identity\r\ncontent-encoding: identity\r\n",
        "content-encoding: ,\r\n",
    ] {
        let path = "/v1/tasks/isolateHost/dry-run";
        let answer = talk(house.addr(), isolate(path, &format!("{JSON}{coding}"))).await;
        assert_eq!(statuses(&answer), [200], "{coding}: {answer}");
    }
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_media_type_that_is_another_is_refused_also_beside_the_right_one() {
    let house = House::open().await;
    for (lines, wanted) in [
        ("content-type: application/json; charset=utf-8\r\n", 200),
        ("content-type: Application/JSON\r\n", 200),
        (
            "content-type: application/json\r\ncontent-type: application/json\r\n",
            200,
        ),
        ("", 415),
        ("content-type:\r\n", 415),
        ("content-type: text/json\r\n", 415),
        ("content-type: application/json5\r\n", 415),
        ("content-type: application/problem+json\r\n", 415),
        (
            "content-type: application/json\r\ncontent-type: text/plain\r\n",
            415,
        ),
        (
            "content-type: text/plain\r\ncontent-type: application/json\r\n",
            415,
        ),
    ] {
        let path = "/v1/tasks/isolateHost/dry-run";
        let answer = talk(house.addr(), isolate(path, lines)).await;
        assert_eq!(statuses(&answer), [wanted], "{lines}: {answer}");
        // A coding is not what is wrong here (RFC 9110 section 12.5.3).
        assert!(!answer.contains("accept-encoding"), "{answer}");
    }
    house.close().await;
}
