//! Each caller is answered in the version of HTTP that it speaks: nginx speaks 1.0 unless it is
//! told otherwise.

use std::time::Duration;

use acceptance::{House, WS_042};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::raw::{statuses, talk, token, until};

/// A head in HTTP/1.0, and what it asks for.
fn ask(method: &str, path: &str, lines: &str, body: &str) -> String {
    let length = if method == "POST" {
        format!("content-length: {}\r\n", body.len())
    } else {
        String::new()
    };
    format!("{method} {path} HTTP/1.0\r\n{lines}{length}\r\n{body}")
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_that_http_1_0_does_not_know_goes_to_who_speaks_it() {
    let house = House::open().await;
    let soar = house.soar();
    let task = soar.isolate(WS_042).await.expect(202);
    let id = task.json["id"].as_str().expect("an id").to_owned();
    let good = format!("authorization: Bearer {}\r\n", token());
    let json = format!("{good}content-type: application/json\r\n");
    let body = format!(r#"{{"targetHost": "{WS_042}", "action": "release"}}"#);
    let native = format!(
        r#"{{"tasks": [{{"task": "isolateHost", "targetHost": "{WS_042}", "params": {{"action": 1}}}}]}}"#
    );
    let cases = [
        ("GET", "/v1/whoami".to_owned(), good.clone(), "", 200),
        ("GET", "/v1/tasks".to_owned(), good.clone(), "", 200),
        ("GET", format!("/v1/tasks/{id}"), good.clone(), "", 200),
        (
            "GET",
            "/v1/hosts?name=ws-042".to_owned(),
            good.clone(),
            "",
            200,
        ),
        ("GET", "/v1/budget".to_owned(), good.clone(), "", 200),
        ("GET", "/openapi.json".to_owned(), String::new(), "", 200),
        ("GET", "/docs/".to_owned(), String::new(), "", 200),
        ("GET", "/docs".to_owned(), String::new(), "", 307),
        ("GET", "/nowhere".to_owned(), String::new(), "", 404),
        ("GET", "/v1/whoami".to_owned(), String::new(), "", 401),
        ("PUT", "/v1/tasks".to_owned(), good.clone(), "", 405),
        ("HEAD", "/nowhere".to_owned(), String::new(), "", 404),
        (
            "POST",
            "/v1/tasks/isolateHost".to_owned(),
            json.clone(),
            &body,
            202,
        ),
        (
            "POST",
            "/v1/tasks/isolateHost/dry-run".to_owned(),
            json.clone(),
            &body,
            200,
        ),
        (
            "POST",
            "/v1/tasks/isolateHost".to_owned(),
            format!("{json}expect: 100-continue\r\n"),
            "{",
            400,
        ),
        (
            "POST",
            "/v1/tasks/batch".to_owned(),
            json.clone(),
            &native,
            200,
        ),
        ("POST", "/v1/tasks".to_owned(), json.clone(), "{}", 422),
    ];
    let mut tried = 0;
    for (method, path, lines, body, status) in cases {
        for connection in ["", "connection: close\r\n", "connection: keep-alive\r\n"] {
            let text = ask(method, &path, &format!("{lines}{connection}"), body);
            let said = talk(house.addr(), text).await;
            let (head, content) = said.split_once("\r\n\r\n").expect("a head");
            let head = head.to_ascii_lowercase();

            assert!(
                head.starts_with(&format!("http/1.0 {status} ")),
                "{method} {path}: {said}"
            );
            assert!(
                !head.contains("transfer-encoding"),
                "{method} {path}: {said}"
            );
            assert!(!said.contains("100 Continue"), "{method} {path}: {said}");
            let length = head
                .lines()
                .find_map(|it| it.strip_prefix("content-length: "));
            let length: usize = length.map_or(0, |it| it.parse().expect("a number"));
            let wanted = if method == "HEAD" { 0 } else { length };
            assert_eq!(content.len(), wanted, "{method} {path}: {head}");
            tried += 1;
        }
    }
    acceptance::tell(&format!(
        "HTTP/1.0: {tried} answers, none with anything of 1.1"
    ));
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_ends_with_its_connection_where_there_are_no_chunks() {
    let house = House::open().await;
    let soar = house.soar();
    let id = soar.isolate(WS_042).await.expect(202).json["id"].clone();
    let path = format!("/v1/tasks/{}/events", id.as_str().expect("an id"));
    let good = format!("authorization: Bearer {}\r\n", token());
    for connection in ["", "connection: keep-alive\r\n"] {
        let text = ask("GET", &path, &format!("{good}{connection}"), "");
        let mut stream = TcpStream::connect(house.addr())
            .await
            .expect("a connection");
        stream.write_all(text.as_bytes()).await.expect("it is sent");
        let said = until(&mut stream, "data:").await;
        let (head, events) = said.split_once("\r\n\r\n").expect("a head");
        let head = head.to_ascii_lowercase();

        assert!(head.starts_with("http/1.0 200"), "{said}");
        assert!(
            !head.contains("transfer-encoding") && !head.contains("content-length"),
            "{said}"
        );
        assert!(!head.contains("keep-alive"), "{said}");
        // And no size of a chunk before the first event.
        assert!(
            events.starts_with("id:") || events.starts_with("event:"),
            "{said}"
        );
    }
    // In 1.1 it is chunks as before.
    let text = format!("GET {path} HTTP/1.1\r\nhost: a\r\n{good}\r\n");
    let mut stream = TcpStream::connect(house.addr())
        .await
        .expect("a connection");
    stream.write_all(text.as_bytes()).await.expect("it is sent");
    let mut bytes = [0; 8192];
    let read = stream.read(&mut bytes).await.expect("bytes");
    let said = String::from_utf8_lossy(&bytes[..read]).to_ascii_lowercase();
    assert!(said.contains("transfer-encoding: chunked"), "{said}");
    drop(stream);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_is_kept_in_http_1_0_where_it_is_asked_for() {
    let house = House::open().await;
    let lines = format!(
        "authorization: Bearer {}\r\nconnection: keep-alive\r\n",
        token()
    );
    let mut stream = TcpStream::connect(house.addr())
        .await
        .expect("a connection");
    for number in 0..3 {
        let text = ask("GET", "/v1/whoami", &lines, "");
        stream.write_all(text.as_bytes()).await.expect("it is sent");
        let mut bytes = [0; 8192];
        let read = stream.read(&mut bytes).await.expect("bytes");
        let said = String::from_utf8_lossy(&bytes[..read]).to_ascii_lowercase();
        assert!(said.starts_with("http/1.0 200"), "{number}: {said}");
        assert!(said.contains("connection: keep-alive"), "{number}: {said}");
    }
    drop(stream);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_speaks_http_1_0_ends_nobody_elses_connection() {
    let house = House::open().await;
    let good = format!("authorization: Bearer {}\r\n", token());
    // Threads keep heads of answers for further use.
    for _ in 0..32 {
        talk(house.addr(), ask("GET", "/v1/whoami", &good, "")).await;
    }
    let text = format!("GET /v1/whoami HTTP/1.1\r\nhost: a\r\n{good}\r\n");
    let mut streams = Vec::new();
    for _ in 0..8 {
        streams.push(
            TcpStream::connect(house.addr())
                .await
                .expect("a connection"),
        );
    }
    for round in 0..3 {
        for stream in &mut streams {
            stream.write_all(text.as_bytes()).await.expect("it is sent");
            let mut bytes = [0; 8192];
            let read = stream.read(&mut bytes).await.expect("bytes");
            assert!(
                bytes[..read].starts_with(b"HTTP/1.1 200"),
                "{round}: it is ended"
            );
        }
        // An idle connection is kept for longer than a closing one.
        tokio::time::sleep(Duration::from_millis(1500)).await;
    }
    drop(streams);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_offers_another_protocol_hears_that_its_connection_ends() {
    let house = House::open().await;
    let good = format!("host: a\r\nauthorization: Bearer {}\r\n", token());
    // curl --http2, Java's HttpClient, and an nginx that says "upgrade" to everybody.
    for lines in [
        "connection: upgrade, http2-settings\r\nupgrade: h2c\r\nhttp2-settings: AAMAAABk\r\n",
        "connection: Upgrade, HTTP2-Settings\r\nupgrade: h2c\r\n",
        "connection: keep-alive, upgrade\r\nupgrade: TLS/1.2\r\n",
        "connection: upgrade\r\n",
    ] {
        let text = format!("GET /v1/whoami HTTP/1.1\r\n{good}{lines}\r\n");
        let mut stream = TcpStream::connect(house.addr())
            .await
            .expect("a connection");
        stream.write_all(text.as_bytes()).await.expect("it is sent");
        let said = super::raw::rest(&mut stream).await.expect("its end");

        assert!(said.starts_with("HTTP/1.1 200"), "{lines}: {said}");
        assert!(
            said.contains("\r\nconnection: close\r\n"),
            "{lines}: {said}"
        );
    }
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn other_versions_are_refused_and_nothing_is_done() {
    let house = House::open().await;
    let token = token();
    for line in [
        "GET /v1/whoami",
        "GET /v1/whoami HTTP/0.9",
        "GET /v1/whoami HTTP/1.2",
        "GET /v1/whoami HTTP/1.10",
        "GET /v1/whoami HTTP/2.0",
        "GET /v1/whoami HTTP/2",
        "GET /v1/whoami HTTP/3.0",
        "GET /v1/whoami HTTP/1",
        "GET /v1/whoami HTTP/01.1",
        "GET /v1/whoami http/1.0",
        "GET /v1/whoami HTTPS/1.1",
        "PRI * HTTP/2.0",
    ] {
        let text = format!("{line}\r\nhost: a\r\nauthorization: Bearer {token}\r\n\r\n");
        let said = talk(house.addr(), text).await;
        assert_eq!(statuses(&said), [400], "{line}: {said}");
    }
    // Without a length nobody knows where a body ends, and 1.0 knows no chunks.
    for lines in ["", "transfer-encoding: chunked\r\n"] {
        let text = format!(
            "POST /v1/tasks/isolateHost HTTP/1.0\r\nauthorization: Bearer {token}\r\n\
             content-type: application/json\r\n{lines}\r\n"
        );
        let said = talk(house.addr(), text).await;
        assert!(said[8..].starts_with(" 400"), "{lines:?}: {said}");
    }
    assert!(house.sim.journal().incidents().is_empty());
    house.close().await;
}
