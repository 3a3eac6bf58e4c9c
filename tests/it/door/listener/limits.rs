//! Bounds on what a request may be, and on how many connections may wait.

use std::time::Duration;

use acceptance::{House, eventually};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::raw::{PATIENCE, rest, statuses, talk, token};

#[tokio::test(flavor = "multi_thread")]
async fn a_head_without_measure_is_refused() {
    let house = House::open().await;
    let token = token();
    let get = |path: &str, lines: &str| {
        format!(
            "GET {path} HTTP/1.1\r\nhost: a\r\nauthorization: Bearer {token}\r\nconnection: close\r\n{lines}\r\n"
        )
    };
    let many = |count: usize| {
        let lines: Vec<String> = (0..count).map(|it| format!("x-{it}: y\r\n")).collect();
        lines.concat()
    };

    for (what, text, allowed) in [
        ("as usual", get("/v1/whoami", ""), &[200][..]),
        ("50 headers", get("/v1/whoami", &many(50)), &[200]),
        (
            "a header of 8 KiB",
            get("/v1/whoami", &format!("x: {}\r\n", "y".repeat(8192))),
            &[200],
        ),
        ("200 headers", get("/v1/whoami", &many(200)), &[400, 431]),
        (
            "50,000 headers",
            get("/v1/whoami", &many(50_000)),
            &[400, 431],
        ),
        (
            "a header of 200 KiB",
            get("/v1/whoami", &format!("x: {}\r\n", "y".repeat(200 * 1024))),
            &[400, 431],
        ),
        (
            "a header of 4 MiB",
            get("/v1/whoami", &format!("x: {}\r\n", "y".repeat(4 << 20))),
            &[400, 431],
        ),
        (
            "a header name of 200 KiB",
            get("/v1/whoami", &format!("{}: x\r\n", "y".repeat(200 * 1024))),
            &[400, 431],
        ),
        (
            "a path of 8 KiB",
            get(&format!("/v1/{}", "y".repeat(8192)), ""),
            &[404],
        ),
        (
            "a path of 100 KiB",
            get(&format!("/v1/{}", "y".repeat(100 * 1024)), ""),
            &[400, 404, 414, 431],
        ),
        (
            "a path of 1 MiB",
            get(&format!("/v1/{}", "y".repeat(1 << 20)), ""),
            &[400, 414, 431],
        ),
        (
            "a query of 60 KiB",
            get(&format!("/v1/tasks?host={}", "y".repeat(60 * 1024)), ""),
            &[400, 404, 414, 422, 431],
        ),
        (
            "a method of 100 KiB",
            get("/", "").replacen("GET", &"G".repeat(100 * 1024), 1),
            &[400, 404, 405, 431],
        ),
        ("no line end for 1 MiB", "y".repeat(1 << 20), &[400, 431]),
    ] {
        let answer = talk(house.addr(), text).await;
        let statuses = statuses(&answer);
        // A connection that is closed before all is sent may lose its answer on the way.
        assert!(
            statuses.len() <= 1 && statuses.iter().all(|it| allowed.contains(it)),
            "{what}: {statuses:?}"
        );
        assert!(!statuses.is_empty() || !allowed.contains(&200), "{what}");
    }
    house.soar().get("/v1/whoami").await.expect(200);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_without_measure_is_refused_before_it_is_read() {
    let house = House::with(&[("server.max_body_bytes", "4096")]).await;
    let token = token();
    let head = |lines: &str| {
        format!(
            "POST /v1/tasks/isolateHost HTTP/1.1\r\nhost: a\r\nauthorization: Bearer {token}\r\ncontent-type: application/json\r\n{lines}\r\n"
        )
    };

    // Announced and never sent: an answer comes all the same.
    for length in [
        "4097",
        "1000000",
        "9223372036854775807",
        "18446744073709551615",
    ] {
        let mut stream = TcpStream::connect(house.addr())
            .await
            .expect("a connection");
        stream
            .write_all(head(&format!("content-length: {length}\r\n")).as_bytes())
            .await
            .expect("it is sent");
        let answer = rest(&mut stream).await.expect("it is answered and closed");
        assert_eq!(statuses(&answer), [413], "{length}: {answer}");
        assert!(
            answer.contains("body_too_large") && answer.contains("connection: close"),
            "{answer}"
        );
    }
    // A chunked one says nothing of its length, and is cut off.
    let mut stream = TcpStream::connect(house.addr())
        .await
        .expect("a connection");
    stream
        .write_all(head("transfer-encoding: chunked\r\n").as_bytes())
        .await
        .expect("it is sent");
    let chunk = format!("400\r\n{}\r\n", " ".repeat(1024));
    for _ in 0..5 {
        let _sent = stream.write_all(chunk.as_bytes()).await;
    }
    let mut answer = [0; 12];
    tokio::time::timeout(PATIENCE, stream.read_exact(&mut answer))
        .await
        .expect("in time")
        .expect("an answer");
    assert_eq!(&answer, b"HTTP/1.1 413");
    // One chunk that claims to be larger than memory.
    let answer = talk(
        house.addr(),
        head("transfer-encoding: chunked\r\n") + "fffffffffffffff0\r\n" + &" ".repeat(8192),
    )
    .await;
    assert_eq!(statuses(&answer), [413], "{answer}");
    // Less than announced, and then the end.
    let body = r#"{"targetHost": "WS-042", "action": "isolate"}"#;
    let answer = talk(house.addr(), head("content-length: 100\r\n") + body).await;
    assert!(statuses(&answer).iter().all(|it| *it == 400), "{answer}");
    assert!(house.sim.journal().incidents().is_empty());
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_thousand_silent_connections_shut_nobody_out_and_are_closed() {
    const MANY: usize = 2000;
    let house = House::with(&[("server.keep_alive", "1s")]).await;
    let token = token();
    let good = format!(
        "GET /v1/whoami HTTP/1.1\r\nhost: a\r\nauthorization: Bearer {token}\r\nconnection: close\r\n\r\n"
    );
    let mut silent = Vec::with_capacity(MANY);
    for number in 0..MANY {
        let mut stream = TcpStream::connect(house.addr())
            .await
            .expect("a connection");
        let line = match number % 4 {
            0 => String::new(),
            1 => "GET /v1/whoami HTTP/1.1\r\nhost: a\r\n".to_owned(),
            // Two of them have been served once: they idle, or have begun the next request.
            2 => format!(
                "GET /v1/whoami HTTP/1.1\r\nhost: a\r\nauthorization: Bearer {token}\r\n\r\n"
            ),
            _ => format!(
                "GET /v1/whoami HTTP/1.1\r\nhost: a\r\nauthorization: Bearer {token}\r\n\r\nGET /v1"
            ),
        };
        stream.write_all(line.as_bytes()).await.expect("it is sent");
        silent.push(stream);
    }

    let before = std::time::Instant::now();
    for _ in 0..20 {
        // On a connection of its own: a kept one could just be ending.
        assert_eq!(statuses(&talk(house.addr(), &good).await), [200]);
    }
    let took = before.elapsed() / 20;
    assert!(took < Duration::from_secs(2), "{took:?} for one request");
    house.admin("/health/ready").await.expect(200);
    let mut closed = 0;
    for mut stream in silent {
        assert!(
            rest(&mut stream).await.is_some(),
            "a silent connection is kept"
        );
        closed += 1;
    }
    acceptance::tell(&format!(
        "silent connections: {MANY} opened, {took:?} for a request beside them, {closed} closed"
    ));
    eventually("the gateway still answers", || async {
        (statuses(&talk(house.addr(), &good).await) == [200]).then_some(())
    })
    .await;
    house.close().await;
}
