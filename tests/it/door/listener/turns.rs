//! Requests that lie behind one another on a connection: each is answered as if it had come alone.

use std::net::SocketAddr;

use acceptance::{House, WS_042};
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;

use super::raw::{statuses, talk, token, until};

/// A request that KSC must be asked for, so that what lies behind it lies there for a while.
fn slow(token: &str) -> String {
    format!(
        "GET /v1/hosts?name={WS_042} HTTP/1.1\r\nhost: a\r\nauthorization: Bearer {token}\r\n\r\n"
    )
}

async fn connect(addr: SocketAddr) -> TcpStream {
    TcpStream::connect(addr).await.expect("a connection")
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_does_not_go_by_the_request_behind_it() {
    let house = House::open().await;
    let token = token();
    let good = format!("host: a\r\nauthorization: Bearer {token}\r\n");
    for (what, next) in [
        ("HEAD", format!("HEAD /v1/whoami HTTP/1.1\r\n{good}\r\n")),
        ("HTTP/1.0", format!("GET /v1/whoami HTTP/1.0\r\n{good}\r\n")),
        (
            "the end",
            format!("GET /v1/whoami HTTP/1.1\r\n{good}connection: close\r\n\r\n"),
        ),
        (
            "another protocol",
            format!("GET /v1/whoami HTTP/1.1\r\n{good}connection: upgrade\r\nupgrade: h2c\r\n\r\n"),
        ),
        ("CONNECT", format!("CONNECT a:1 HTTP/1.1\r\n{good}\r\n")),
        (
            "chunks that are none",
            format!("POST /v1/tasks HTTP/1.1\r\n{good}transfer-encoding: chunked\r\n\r\nx\r\n"),
        ),
    ] {
        let answers = talk(house.addr(), format!("{}{next}", slow(&token))).await;

        let (head, rest) = answers.split_once("\r\n\r\n").expect("a head");
        assert!(head.starts_with("HTTP/1.1 200"), "{what}: {answers}");
        assert!(!head.contains("connection:"), "{what}: {head}");
        let (body, _) = rest.split_once("HTTP/1.").unwrap_or((rest, ""));
        serde_json::from_str::<serde_json::Value>(body)
            .unwrap_or_else(|_| panic!("{what}: {answers}"));
    }
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_is_still_coming_ends_nothing_before_it() {
    let house = House::open().await;
    let token = token();
    let isolate = super::raw::isolate(&token);
    let (first, second) = isolate.split_at(isolate.len() - 10);
    let mut stream = connect(house.addr()).await;
    let text = format!("{}{first}", slow(&token));
    stream.write_all(text.as_bytes()).await.expect("it is sent");

    let before = until(&mut stream, "\r\n\r\n").await;
    assert!(!before.contains("connection: close"), "{before}");
    stream.write_all(second.as_bytes()).await.expect("the rest");
    let after = super::raw::rest(&mut stream).await.expect("its end");
    assert_eq!(statuses(&after), [202], "{before}{after}");
    assert_eq!(house.sim.journal().incidents().len(), 1);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_of_many_is_answered_in_its_turn() {
    let house = House::open().await;
    let token = token();
    let one = format!(
        "POST /v1/tasks/isolateHost/dry-run HTTP/1.1\r\nhost: a\r\nauthorization: Bearer {token}\r\ncontent-type: application/json\r\n"
    );
    let body = format!(r#"{{"targetHost": "{WS_042}", "action": "isolate"}}"#);
    let (length, size) = (body.len(), format!("{:x}", body.len()));
    let by_length = format!("{one}content-length: {length}\r\n\r\n{body}");
    let by_chunks =
        format!("{one}transfer-encoding: chunked\r\n\r\n{size}\r\n{body}\r\n0\r\nx: y\r\n\r\n");
    let expected = format!("{one}expect: 100-continue\r\ncontent-length: {length}\r\n\r\n{body}");
    let rounds = 3;
    let text = format!("{}{by_length}{by_chunks}{expected}", slow(&token)).repeat(rounds);

    for size in [1, 7, text.len()] {
        let mut stream = connect(house.addr()).await;
        stream.set_nodelay(true).expect("a socket");
        let (mut reader, mut writer) = stream.split();
        let writing = async {
            for piece in text.as_bytes().chunks(size) {
                writer.write_all(piece).await.expect("it is sent");
            }
            writer.shutdown().await.expect("its end");
        };
        let (answers, ()) = tokio::join!(super::raw::rest(&mut reader), writing);
        let answers = statuses(&answers.expect("its end"));

        let finals = answers.iter().filter(|it| **it != 100);
        assert_eq!(
            finals.filter(|it| **it == 200).count(),
            4 * rounds,
            "{size}: {answers:?}"
        );
    }
    house.close().await;
}
