//! HEAD is answered wherever GET is, as GET without the body; and every `Accept` that leaves room
//! for an answer is.

use acceptance::{House, WS_042, eventually, lines};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::raw::{PATIENCE, statuses, talk, token};

fn header<'a>(answer: &'a str, name: &str) -> Option<&'a str> {
    let head = answer.split_once("\r\n\r\n").map_or(answer, |it| it.0);
    head.lines().find_map(|it| it.strip_prefix(name))
}

#[tokio::test(flavor = "multi_thread")]
async fn head_is_get_without_a_body() {
    let house = House::open().await;
    let soar = house.soar();
    let id = soar.isolate(WS_042).await.expect(202).json["id"].clone();
    let id = id.as_str().expect("an id");
    let good = format!("authorization: Bearer {}\r\n", token());
    let page = soar.get("/docs/").await.expect(200).text;
    let asset = page
        .split('"')
        .find(|it| it.rsplit('.').next() == Some("js"));
    let asset = format!("/docs/{}", asset.expect("a script"));
    let of_api = [
        "/v1/whoami".to_owned(),
        "/v1/tasks".to_owned(),
        format!("/v1/tasks/{id}"),
        "/v1/tasks/ksc-99".to_owned(),
        "/v1/hosts?name=ws-042".to_owned(),
        "/v1/hosts".to_owned(),
        format!("/v1/hosts/{WS_042}"),
        "/v1/budget".to_owned(),
        "/v1/nothing".to_owned(),
        "/nothing".to_owned(),
        "/openapi.json".to_owned(),
        "/docs".to_owned(),
        "/docs/".to_owned(),
        asset,
    ];
    let of_admin = [
        "/metrics",
        "/health/live",
        "/health/ready",
        "/health/startup",
        "/nothing",
    ];
    let of_admin = of_admin.map(str::to_owned);
    let all = of_api.iter().map(|it| (house.addr(), it));
    let all = all.chain(of_admin.iter().map(|it| (house.admin_addr(), it)));
    let mut tried = 0;
    for (addr, path) in all {
        for lines in [good.as_str(), ""] {
            let ask = |method: &str| {
                format!("{method} {path} HTTP/1.1\r\nhost: a\r\n{lines}connection: close\r\n\r\n")
            };
            let get = talk(addr, ask("GET")).await;
            let head = talk(addr, ask("HEAD")).await;

            assert_eq!(statuses(&head), statuses(&get), "{path}: {head}");
            let (_, body) = head.split_once("\r\n\r\n").expect("a head");
            assert_eq!(body, "", "{path}");
            for name in [
                "content-type: ",
                "retry-after: ",
                "www-authenticate: ",
                "location: ",
            ] {
                assert_eq!(
                    header(&head, name).is_some(),
                    header(&get, name).is_some(),
                    "{path}"
                );
            }
            let length = |it: &str| header(it, "content-length: ").map(str::to_owned);
            // What is measured now may be one digit longer than a moment ago; ids of requests are
            // not.
            if path != "/metrics" {
                assert_eq!(length(&head), length(&get), "{path}: {head}");
            }
            assert!(length(&head).is_some(), "{path}: {head}");
            tried += 1;
        }
    }
    acceptance::tell(&format!("HEAD: {tried} answers, each the head of GET's"));
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_head_of_a_stream_holds_no_seat_and_is_over_at_once() {
    let house = House::open().await;
    let id = house.soar().isolate(WS_042).await.expect(202).json["id"].clone();
    let path = format!("/v1/tasks/{}/events", id.as_str().expect("an id"));
    let good = format!("authorization: Bearer {}\r\n", token());
    let mut stream = TcpStream::connect(house.addr())
        .await
        .expect("a connection");
    for number in 0..3 {
        let text = format!("HEAD {path} HTTP/1.1\r\nhost: a\r\n{good}\r\n");
        stream.write_all(text.as_bytes()).await.expect("it is sent");
        let mut bytes = [0; 8192];
        let read = tokio::time::timeout(PATIENCE, stream.read(&mut bytes)).await;
        let said =
            String::from_utf8_lossy(&bytes[..read.expect("in time").expect("bytes")]).into_owned();
        assert_eq!(statuses(&said), [200], "{number}: {said}");
        assert!(said.contains("content-type: text/event-stream"), "{said}");
        assert!(said.ends_with("\r\n\r\n"), "{said}");
        eventually("nobody watches", || async {
            (house.metric("edr_gateway_watchers").await == "0").then_some(())
        })
        .await;
    }
    drop(stream);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_comes_behind_a_head_on_a_connection_is_not_mistaken_for_its_body() {
    let house = House::open().await;
    let good = format!("authorization: Bearer {}\r\n", token());
    // The answers wait for KSC, and the next request is there before them.
    let ask = |method: &str, more: &str| {
        format!("{method} /v1/hosts?name=ws-042 HTTP/1.1\r\nhost: a\r\n{good}{more}\r\n")
    };
    let text =
        ask("HEAD", "") + &ask("GET", "") + &ask("HEAD", "") + &ask("GET", "connection: close\r\n");
    let said = talk(house.addr(), text).await;

    assert_eq!(statuses(&said), [200; 4], "{said}");
    let mut rest = said.as_str();
    for has_body in [false, true, false, true] {
        let (head, body) = rest.split_once("\r\n\r\n").expect("a head");
        assert!(head.starts_with("HTTP/1.1 200"), "{said}");
        let length = header(head, "content-length: ").expect("a length");
        let length: usize = length.parse().expect("a number");
        assert!(length > 10, "{said}");
        rest = if has_body { &body[length..] } else { body };
    }
    assert_eq!(rest, "", "{said}");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_head_is_written_down_as_one() {
    let house = House::open().await;
    let text = format!(
        "HEAD /v1/whoami HTTP/1.1\r\nhost: a\r\nauthorization: Bearer {}\r\nx-request-id: heads.1\r\nconnection: close\r\n\r\n",
        token()
    );
    talk(house.addr(), text).await;

    let line = &lines("access", "heads.1")[0];
    assert_eq!(line["http.method"], "HEAD", "{line:?}");
    let series = r#"edr_gateway_http_request_duration_seconds_count{method="HEAD",route="/v1/whoami",status="200"}"#;
    assert_eq!(house.metric(series).await, "1");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_accept_is_a_refusal_only_where_it_leaves_no_room() {
    let house = House::open().await;
    let id = house.soar().isolate(WS_042).await.expect(202).json["id"].clone();
    let events = format!("/v1/tasks/{}/events", id.as_str().expect("an id"));
    let good = format!("authorization: Bearer {}\r\n", token());
    for (path, accepts, wanted) in [
        (
            "/v1/whoami",
            &[
                "",
                " ",
                ",",
                " , ,",
                "*/*",
                "*",
                "*/*;q=0.1",
                "application/*",
                "application/*+json",
                "Application/JSON",
                "application/json;charset=utf-8",
                "application/json; q=0.001",
                "application/problem+json",
                "text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2",
                "text/html;q=0, application/json",
                "application/json, */*;q=0",
                "application/xml;q=0.9, */*;q=0.8",
                "text/html\r\naccept: application/json",
                "\r\naccept: ",
            ][..],
            200,
        ),
        (
            "/v1/whoami",
            &[
                "text/html",
                "application/xml",
                "application/json;q=0",
                "application/json;q=0.000",
                "application/json; Q=0",
                "application/json; q = 0, */*",
                "*/*;q=0",
                "application/*;q=0, */*",
                "text/event-stream",
                "json",
            ],
            406,
        ),
        (
            &events,
            &[
                "application/json",
                "text/event-stream;q=0, */*",
                "text/*;q=0",
            ],
            406,
        ),
        (
            &events,
            &["", "text/*", "text/event-stream", "*", "*/*;q=0.5"],
            200,
        ),
    ] {
        for accept in accepts {
            // HEAD, so that a stream ends.
            let text = format!(
                "HEAD {path} HTTP/1.1\r\nhost: a\r\n{good}accept: {accept}\r\nconnection: close\r\n\r\n"
            );
            let said = talk(house.addr(), text).await;
            assert_eq!(statuses(&said), [wanted], "{path} {accept:?}: {said}");
        }
    }
    house.close().await;
}
