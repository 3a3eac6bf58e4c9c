//! Callers who take their time: with the head, with the body, with the answer.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use acceptance::House;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpSocket, TcpStream};

use super::raw::{PATIENCE, rest, statuses, token};

/// Begins with some bytes, and then lets one drip now and then for as long as it is let. Says how
/// long that was and what was answered.
async fn drip(addr: SocketAddr, begin: String, then: &'static [u8]) -> (Duration, String) {
    let stream = TcpStream::connect(addr).await.expect("a connection");
    let (mut read, mut write) = stream.into_split();
    write.write_all(begin.as_bytes()).await.expect("it is sent");
    let began = Instant::now();
    let dripping = tokio::spawn(async move {
        for byte in then.iter().cycle() {
            if write.write_all(&[*byte]).await.is_err() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    });
    let answer = rest(&mut read).await;
    let took = began.elapsed();
    dripping.abort();
    (
        took,
        answer.unwrap_or_else(|| panic!("it is kept for more than {PATIENCE:?}")),
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn a_head_that_drips_ends_its_connection_also_when_it_is_not_the_first() {
    let house = House::with(&[("server.keep_alive", "1s")]).await;
    let token = token();
    let good =
        format!("GET /v1/whoami HTTP/1.1\r\nhost: a\r\nauthorization: Bearer {token}\r\n\r\n");
    let refused = "GET /v1/whoami HTTP/1.1\r\nhost: a\r\n\r\n";
    let endless = "GET /v1/whoami HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n";
    let announced = "GET /v1/whoami HTTP/1.1\r\nhost: a\r\ncontent-length: 1000000\r\n\r\n";
    let cases: Vec<(&str, String, &[u8], &[u16])> = vec![
        (
            "the first head",
            "GET /v1/whoami HTTP/1.1\r\nx: ".to_owned(),
            b"y",
            &[408],
        ),
        ("the first line", String::new(), b"G", &[408, 400]),
        ("blank lines", String::new(), b"\r\n", &[408, 400]),
        ("the second head", good.clone(), b"G", &[200]),
        (
            "the second head, begun with the first request",
            format!("{good}GET /v1/whoami HTTP/1.1\r\nx: "),
            b"y",
            &[200],
        ),
        (
            "the second head of a stranger",
            refused.to_owned(),
            b"G",
            &[401],
        ),
        (
            "blank lines behind a request",
            good.clone(),
            b"\r\n",
            &[200],
        ),
        (
            "the chunks of a body that nobody reads",
            endless.to_owned(),
            b"1\r\nx\r\n",
            &[401],
        ),
        (
            "a body that nobody reads",
            announced.to_owned(),
            b"x",
            &[401],
        ),
        (
            "the third head",
            format!("{good}{good}G"),
            b"E",
            &[200, 200],
        ),
    ];
    let count = cases.len();
    let running: Vec<_> = cases
        .into_iter()
        .map(|(what, begin, then, wanted)| {
            let addr = house.addr();
            tokio::spawn(async move {
                let (took, answer) = drip(addr, begin, then).await;
                // Five seconds for a head, one of keep-alive, and some for a busy machine.
                assert!(took < Duration::from_secs(15), "{what}: {took:?}");
                let got = statuses(&answer);
                let fits = got
                    .iter()
                    .zip(wanted)
                    .all(|(got, wanted)| got == wanted || wanted == &408 && got == &400);
                assert!(fits && got.len() <= wanted.len() + 1, "{what}: {answer}");
                took
            })
        })
        .collect();
    let mut longest = Duration::ZERO;
    for case in running {
        longest = longest.max(case.await.expect("it is closed"));
    }
    acceptance::tell(&format!(
        "dripping connections: {count} tried, {count} closed, the last after {longest:?}"
    ));
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_drips_is_answered_with_408_and_nothing_is_done() {
    let house = House::with(&[("server.request_timeout", "1s")]).await;
    let token = token();
    let head = |lines: &str| {
        format!(
            "POST /v1/tasks/isolateHost HTTP/1.1\r\nhost: a\r\nauthorization: Bearer {token}\r\ncontent-type: application/json\r\n{lines}\r\n"
        )
    };

    for (what, lines, then) in [
        (
            "of a known length",
            "content-length: 1000\r\n",
            b" ".as_slice(),
        ),
        ("in chunks", "transfer-encoding: chunked\r\n", b"1\r\n \r\n"),
        ("in one chunk", "transfer-encoding: chunked\r\n", b"f"),
    ] {
        let (took, answer) = drip(house.addr(), head(lines), then).await;
        assert!(took < Duration::from_secs(10), "{what}: {took:?}");
        // A chunk size that grows without end is malformed before it is late.
        let wanted: &[u16] = if what == "in one chunk" {
            &[400, 408]
        } else {
            &[408]
        };
        assert!(
            statuses(&answer)
                .first()
                .is_some_and(|it| wanted.contains(it)),
            "{what}: {answer}"
        );
        if statuses(&answer)[0] == 408 {
            assert!(
                answer.contains("\"code\":\"request_timeout\"")
                    && answer.contains("connection: close"),
                "{what}: {answer}"
            );
            assert!(
                answer.contains("application/problem+json"),
                "{what}: {answer}"
            );
        }
    }
    assert!(house.sim.journal().incidents().is_empty());
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_behind_a_refusal_ends_its_connection_long_before_it_idles() {
    let house = House::open().await;
    let mut stream = TcpStream::connect(house.addr())
        .await
        .expect("a connection");
    let head = "GET /v1/whoami HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n";
    stream.write_all(head.as_bytes()).await.expect("it is sent");
    let chunk = format!("10000\r\n{}\r\n", "x".repeat(0x10000));
    let mut sent = 0;

    let flood = async {
        while stream.write_all(chunk.as_bytes()).await.is_ok() {
            sent += chunk.len();
        }
    };
    tokio::time::timeout(PATIENCE, flood)
        .await
        .expect("the flood is ended");

    acceptance::tell(&format!(
        "a flood behind a refusal: ended after {sent} bytes were on their way"
    ));
    house.soar().get("/v1/whoami").await.expect(200);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_nobody_takes_ends_its_connection() {
    let house = House::with(&[("server.request_timeout", "1s")]).await;
    let socket = TcpSocket::new_v4().expect("a socket");
    socket.set_recv_buffer_size(4096).expect("a small window");
    let mut stream = socket.connect(house.addr()).await.expect("a connection");
    let began = Instant::now();

    // Sixteen documents of hundreds of kilobytes, none of which is read.
    let ask = "GET /openapi.json HTTP/1.1\r\nhost: a\r\n\r\n".repeat(64);
    stream.write_all(ask.as_bytes()).await.expect("it is sent");
    let ended = tokio::time::timeout(PATIENCE, async {
        // Sending fails as soon as the other side is gone.
        while stream.write_all(b"\r\n").await.is_ok() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    });
    ended.await.expect("the connection is ended");

    assert!(
        began.elapsed() >= Duration::from_millis(900),
        "it had no time at all"
    );
    let mut taken = 0;
    let mut chunk = [0; 4096];
    while let Ok(read) = stream.read(&mut chunk).await {
        if read == 0 {
            break;
        }
        taken += read;
    }
    acceptance::tell(&format!(
        "an answer that nobody takes: ended after {:?}, {taken} bytes were on their way",
        began.elapsed()
    ));
    house.soar().get("/v1/whoami").await.expect(200);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_answer_that_is_taken_is_not_cut_off() {
    let house = House::with(&[
        ("server.keep_alive", "1s"),
        ("server.request_timeout", "1s"),
    ])
    .await;
    let task = house.soar().isolate(acceptance::WS_042).await.expect(202);
    let mut stream = TcpStream::connect(house.addr())
        .await
        .expect("a connection");
    let watch = format!(
        "GET {}/events HTTP/1.1\r\nhost: a\r\nauthorization: Bearer {}\r\n\r\n",
        task.header("location"),
        token()
    );
    stream
        .write_all(watch.as_bytes())
        .await
        .expect("it is sent");
    let mut said = String::new();
    let mut chunk = [0; 4096];
    let read = stream.read(&mut chunk).await.expect("an answer");
    said.push_str(&String::from_utf8_lossy(&chunk[..read]));
    assert!(said.starts_with("HTTP/1.1 200"), "{said}");

    // Longer than a connection may idle, or a head may take: nothing is said meanwhile, and it is
    // kept.
    let silence = tokio::time::timeout(Duration::from_secs(8), async {
        loop {
            let read = stream.read(&mut chunk).await.expect("it is open");
            if read == 0 {
                return;
            }
        }
    });
    assert!(
        silence.await.is_err(),
        "the stream was ended while it was taken"
    );
    house.close().await;
}
