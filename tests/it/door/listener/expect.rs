//! `Expect: 100-continue`: the body is asked for where it is wanted, and nowhere else.

use std::net::SocketAddr;

use acceptance::{House, WS_042};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::raw::{PATIENCE, rest, statuses, talk, token};
use super::refused::refused;
use super::upload::Framing::{Chunked, Length};
use super::upload::head;

const CONTINUE: &str = "HTTP/1.1 100 Continue\r\n\r\n";

/// A connection on which a head has been sent and its body has not.
async fn ask(addr: SocketAddr, head: &str) -> TcpStream {
    let mut stream = TcpStream::connect(addr).await.expect("a connection");
    stream.write_all(head.as_bytes()).await.expect("it is sent");
    stream
}

/// As much as was said for now.
async fn said(stream: &mut TcpStream) -> String {
    let mut bytes = vec![0; 64 * 1024];
    let read = tokio::time::timeout(PATIENCE, stream.read(&mut bytes)).await;
    let read = read.expect("in time").expect("bytes");
    String::from_utf8_lossy(&bytes[..read]).into_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_head_decides_is_the_only_answer() {
    let house = House::open().await;
    let mut tried = 0;
    for expect in ["100-continue", "100-Continue", "100-continue, 100-continue"] {
        for (what, first, lines, status, words) in refused() {
            for framing in [Length, Chunked] {
                let lines = format!("{lines}expect: {expect}\r\n");
                let mut stream = ask(house.addr(), &head(first, &lines, framing, 12 << 20)).await;
                // Nothing of the body is sent.
                let answer = rest(&mut stream).await;

                let answer = answer.unwrap_or_else(|| panic!("{what}, {framing:?}: it is kept"));
                assert_eq!(statuses(&answer), [status], "{what}: {answer:.800}");
                assert!(answer.contains(words), "{what}: {answer:.800}");
                tried += 1;
            }
        }
    }
    acceptance::tell(&format!(
        "Expect: {tried} refusals, none behind a 100 Continue"
    ));
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_is_too_large_is_not_asked_for() {
    let house = House::with(&[("server.max_body_bytes", "4096")]).await;
    let lines = format!(
        "authorization: Bearer {}\r\ncontent-type: application/json\r\nexpect: 100-continue\r\n",
        token()
    );
    let mut stream = ask(
        house.addr(),
        &head("POST /v1/tasks/iocScan", &lines, Length, 4097),
    )
    .await;
    let answer = rest(&mut stream).await.expect("it is answered and closed");
    assert_eq!(statuses(&answer), [413], "{answer}");

    // What says nothing of its length is asked for, and cut off when it is known.
    let mut stream = ask(
        house.addr(),
        &head("POST /v1/tasks/iocScan", &lines, Chunked, 0),
    )
    .await;
    assert_eq!(said(&mut stream).await, CONTINUE);
    let chunk = format!("2000\r\n{}\r\n0\r\n\r\n", " ".repeat(0x2000));
    stream
        .write_all(chunk.as_bytes())
        .await
        .expect("it is sent");
    let answer = said(&mut stream).await;
    assert_eq!(statuses(&answer), [413], "{answer}");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_is_wanted_is_asked_for_and_taken() {
    let house = House::open().await;
    let body = format!(r#"{{"targetHost": "{WS_042}", "action": "isolate"}}"#);
    let lines = format!(
        "authorization: Bearer {}\r\ncontent-type: application/json\r\nexpect: 100-continue\r\n",
        token()
    );
    let mut stream = TcpStream::connect(house.addr())
        .await
        .expect("a connection");
    // Several times on one connection: whole bodies, and such as come with their head.
    for (number, (first, framing)) in [
        ("POST /v1/tasks/isolateHost", Length),
        ("POST /v1/tasks/isolateHost/dry-run", Chunked),
        ("POST /v1/tasks/isolateHost", Chunked),
    ]
    .into_iter()
    .enumerate()
    {
        let head = head(first, &lines, framing, body.len());
        stream.write_all(head.as_bytes()).await.expect("it is sent");
        assert_eq!(said(&mut stream).await, CONTINUE, "{number}");
        let body = match framing {
            Length => body.clone(),
            Chunked => format!("{:x}\r\n{body}\r\n0\r\n\r\n", body.len()),
        };
        stream.write_all(body.as_bytes()).await.expect("it is sent");
        let answer = said(&mut stream).await;
        let wanted = if first.contains("dry-run") { 200 } else { 202 };
        assert_eq!(statuses(&answer), [wanted], "{number}: {answer}");
    }
    // Who does not wait is served all the same.
    let head = head("POST /v1/tasks/isolateHost", &lines, Length, body.len());
    stream
        .write_all(format!("{head}{body}").as_bytes())
        .await
        .expect("it is sent");
    let mut answer = said(&mut stream).await;
    if answer == CONTINUE {
        answer += &said(&mut stream).await;
    }
    assert_eq!(statuses(&answer), [100, 202], "{answer}");
    assert_eq!(house.sim.journal().incidents().len(), 3);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_asked_for_where_there_is_no_body_and_in_http_1_0() {
    let house = House::open().await;
    let token = token();
    let body = format!(r#"{{"targetHost": "{WS_042}", "action": "isolate"}}"#);
    for (what, text, status) in [
        (
            "no body",
            format!(
                "GET /v1/whoami HTTP/1.1\r\nhost: a\r\nauthorization: Bearer {token}\r\nexpect: 100-continue\r\n\
                 connection: close\r\n\r\n"
            ),
            200,
        ),
        (
            "an empty one",
            format!(
                "GET /v1/whoami HTTP/1.1\r\nhost: a\r\nauthorization: Bearer {token}\r\nexpect: 100-continue\r\n\
                 connection: close\r\ncontent-length: 0\r\n\r\n"
            ),
            200,
        ),
        (
            "HTTP/1.0",
            format!(
                "POST /v1/tasks/isolateHost HTTP/1.0\r\nauthorization: Bearer {token}\r\nexpect: 100-continue\r\n\
                 content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
                body.len()
            ),
            202,
        ),
        (
            "HTTP/1.0 and something odd",
            format!(
                "GET /v1/whoami HTTP/1.0\r\nauthorization: Bearer {token}\r\nexpect: more\r\n\r\n"
            ),
            200,
        ),
    ] {
        let answer = talk(house.addr(), text).await;
        assert!(!answer.contains(" 100 "), "{what}: {answer}");
        assert!(
            answer[8..].starts_with(&format!(" {status} ")),
            "{what}: {answer}"
        );
    }
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_expectation_that_nobody_knows_is_refused() {
    let house = House::open().await;
    let lines = format!(
        "authorization: Bearer {}\r\ncontent-type: application/json\r\nconnection: close\r\n",
        token()
    );
    for (expect, wanted) in [
        ("200-ok", 417),
        ("100-continue, more", 417),
        ("100", 417),
        ("\u{e4}", 417),
        ("", 200),
        (" , ", 200),
        ("100-CONTINUE", 200),
    ] {
        let text = format!("GET /v1/whoami HTTP/1.1\r\nhost: a\r\n{lines}expect: {expect}\r\n\r\n");
        let answer = talk(house.addr(), text).await;
        assert_eq!(statuses(&answer), [wanted], "{expect:?}: {answer}");
        if wanted == 417 {
            assert!(
                answer.contains("\"code\":\"expectation_failed\""),
                "{answer}"
            );
        }
    }
    house.close().await;
}
